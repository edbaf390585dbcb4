/**
 * Waiting in tests. Every wait has an upper bound, so that a hang fails with a message before the test runner's own
 * limit. The bounds prove that nothing hangs; they measure nothing.
 */

/** A promise that its holder settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Lets every ready callback run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Resolves once `holds` returns true; `what` names the awaited event in the failure. */
export async function eventually(what: string, holds: () => boolean, limit = 30_000): Promise<void> {
  const deadline = performance.now() + limit;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited ${limit} ms in vain: ${what}`);
    await pause(5);
  }
}

/**
 * Resolves with the value of `measure` once it has stayed the same for `quiet` milliseconds. Looks count, not the clock: in a
 * process that was stopped for that time nothing could move.
 */
export async function steady(measure: () => number, quiet = 400, limit = 20_000): Promise<number> {
  const deadline = performance.now() + limit;
  let last = measure();
  for (let same = 0; same < quiet / 10;) {
    await pause(10);
    const now = measure();
    same += 1;
    if (now === last) continue;
    if (performance.now() > deadline) throw new Error(`still moving after ${limit} ms: ${now}`);
    last = now;
    same = 0;
  }
  return last;
}

/** The value of `promise`; throws if it does not settle. */
export async function settling<T>(promise: Promise<T>, limit = 20_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled after ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Promises of callers: how they are made, and how they are rejected so that the error's stack leads to the caller.
 */

/** Throws the error of a reason. @internal */
export type Refusal = (reason: unknown) => never;

/** Settles a promise. It follows one that it is given. @internal */
export type Settle<T> = (result: T | Promise<T>) => void;

let last: Settle<never>;
/** An executor for each promise would be a closure for each. */
const executor = (settle: Settle<never>): void => {
  last = settle;
};

/** A promise, which {@link settleOfLast} settles. @internal */
export function newPromise<T>(): Promise<T> {
  return new Promise<T>(executor as (settle: (result: T | PromiseLike<T>) => void) => void);
}

/** What settles the promise that {@link newPromise} made last. @internal */
export function settleOfLast<T>(): Settle<T> {
  return last as Settle<T>;
}

/**
 * Rejects a promise with what `refused` throws, or with the reason itself. The promise follows one that is not rejected yet: V8
 * then knows the stack that leads to the caller when the error is made. A `then` for that at the start would make a second
 * promise for each one that is resolved.
 *
 * @internal
 */
export function refuse(settle: Settle<never>, reason: unknown, refused: Refusal | null): void {
  if (refused === null) {
    settle(Promise.reject(reason));
    return;
  }
  let reject!: (reason: unknown) => void;
  const failed = new Promise<never>((_, rejectIt) => {
    reject = rejectIt;
  });
  settle(failed.catch(refused));
  reject(reason);
}

/** The demo's assertions: a failed one ends the demo with a message. */
import { isDeepStrictEqual, inspect } from "node:util";

export function check(claim: string, holds: boolean): asserts holds {
  if (!holds) throw new Error(`check failed: ${claim}`);
}

export function checkEqual(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what} is ${inspect(actual)}, not ${inspect(expected)}`);
}

/** The rejection of `promise`, which must be a `type`. */
export async function rejected<T extends Error>(
  promise: Promise<unknown>,
  type: abstract new (...parameters: never[]) => T,
): Promise<T> {
  const reason: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (reason instanceof type) return reason;
  throw new Error(`expected a ${type.name}, got ${inspect(reason)}`, { cause: reason });
}

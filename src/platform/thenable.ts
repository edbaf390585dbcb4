/** Promises of any library, and of any realm. */

/** Whether it can be awaited: it has a method `then`. @internal */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

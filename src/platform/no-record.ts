/**
 * Classes of this package whose objects stand for something other than their own fields: a response for its body, a
 * client for nothing that can be sent. `Object.keys` and `JSON.stringify` see next to nothing of them, and would send
 * that.
 */

/** Registered, so that other copies of this package know the objects as well. */
const advice = Symbol.for("httpxide.noRecord");

/**
 * Call it once, in a static block. Inside a JSON body only objects without an enumerable field of their own are found, which
 * `JSON.stringify` writes as `{}`.
 *
 * @param words what to do instead, for messages.
 * @internal
 */
export function isNoRecord(marked: { readonly prototype: object }, words: string): void {
  Object.defineProperty(marked.prototype, advice, { value: words });
}

/** The advice for an object of such a class; null for any other. @internal */
export function noRecordAdvice(value: object): string | null {
  return (value as Readonly<Record<symbol, string | undefined>>)[advice] ?? null;
}

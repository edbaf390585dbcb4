/**
 * The platform's classes of which this package makes objects, taken when this module loads. Tests replace the globals later, by
 * mocks or by those of an imitated browser; what belongs to the platform, such as its `fetch`, takes objects of its own only.
 *
 * Node.js would load the code of web streams and of ports for their globals: on-demand.ts has those.
 */
/** @internal */
export const { AbortController, AbortSignal, Blob, DOMException, Event, EventTarget } = globalThis;
/** @internal */
export const { TextDecoder, TextEncoder, URL, URLSearchParams } = globalThis;

/** Whether it is a URL of the platform, or of the class that stands in its place now. @internal */
export function isURL(value: unknown): value is URL {
  if (value instanceof URL) return true;
  const replaced: unknown = globalThis.URL;
  // a mock may be a plain object
  return typeof replaced === "function" && value instanceof replaced;
}

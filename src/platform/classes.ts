/**
 * The platform's classes of which this package makes objects, taken when this module loads. Tests replace the globals later, by
 * mocks or by those of an imitated browser; what belongs to the platform, such as its `fetch`, takes objects of its own only.
 */
import { MessageChannel as PlatformMessageChannel } from "node:worker_threads";

/** @internal */
export const { AbortController, AbortSignal, Blob, DOMException, Event, EventTarget } = globalThis;
/** @internal */
export const { ReadableStream, TextDecoder, TextEncoder, URL, URLSearchParams, WritableStream } = globalThis;
/** That of `node:worker_threads`: ports can be listened to by `on`. @internal */
export const MessageChannel = PlatformMessageChannel;

/** Whether it is a URL of the platform, or of the class that stands in its place now. @internal */
export function isURL(value: unknown): value is URL {
  if (value instanceof URL) return true;
  const replaced: unknown = globalThis.URL;
  // a mock may be a plain object
  return typeof replaced === "function" && value instanceof replaced;
}

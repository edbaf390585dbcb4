/** What can be sent, and the limits of a close frame. */
import { TextEncoder } from "../platform/classes.js";
import { bytesOf } from "../body/encode/source.js";
import { outOfRange, wrongType } from "../platform/argument-error.js";
import { kindOf } from "../platform/record.js";
import type { BlobLike } from "../platform/web-types.js";

/** The pieces of one message of bytes. @internal */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** A message: text, bytes, a file, or the pieces of one message of bytes. */
export type MessageData =
  string | Uint8Array | ArrayBuffer | BlobLike | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The most bytes of a ping, and of a close frame with its code. */
const MAX_CONTROL = 125;
const CODES = [
  [1000, 1003],
  [1007, 1014],
  [3000, 4999],
] as const;

/** Data that is sent as it is; null for data that has to be awaited or comes in pieces. @internal */
export function ready(data: MessageData): string | Uint8Array | null {
  return typeof data === "string" ? data : bytesOf(data);
}

/** @internal */
export function isPieces(data: unknown): data is Pieces {
  return (
    typeof data === "object" && data !== null && (Symbol.asyncIterator in data || Symbol.iterator in data)
  );
}

/** @internal */
export function isBlob(data: unknown): data is BlobLike {
  return typeof data === "object" && data !== null && typeof (data as BlobLike).arrayBuffer === "function";
}

/** @internal */
export function notSendable(data: unknown): TypeError {
  return wrongType(`A message is text, bytes, a Blob or an iterable of bytes, not ${kindOf(data)}.`);
}

/** @internal @throws RangeError */
export function checkPing(payload: Uint8Array): void {
  if (payload.byteLength > MAX_CONTROL) throw outOfRange("A ping has 125 bytes at most.");
}

/** @internal @throws RangeError */
export function checkClose(code: number, reason: string): void {
  if (!CODES.some(([from, to]) => code >= from && code <= to)) {
    throw outOfRange(
      `A close frame cannot have the code ${code}: 1000 to 1003, 1007 to 1014 or 3000 to 4999.`,
    );
  }
  if (new TextEncoder().encode(reason).byteLength > MAX_CONTROL - 2) {
    throw outOfRange("The reason of a close frame has 123 bytes of UTF-8 at most.");
  }
}

/**
 * Sources of bodies in pieces and of their parts: iterables, streams, Blobs and open files. A source has a length if
 * that is certain before it is read.
 */
import { wrongType } from "../../platform/argument-error.js";
import { iteratorOf } from "../../platform/fields.js";
import { kindOf } from "../../platform/record.js";
import { ReadStream } from "node:fs";
import { isArrayBuffer } from "node:util/types";
import { fileHandleSource, isFileHandle, readStreamLength } from "./disk-file.js";
import { Readings } from "./readings.js";
import { isBlob } from "./web-bodies.js";
import type { Chunk, Source } from "./stream.js";

type ChunkSource = Iterable<unknown> | AsyncIterable<unknown>;

/** The methods of the platforms' streams and iterators. Each kind has some of them. */
interface ReadOnce {
  on?(event: "error", listener: () => void): unknown;
  destroy?(): unknown;
  cancel?(): Promise<unknown>;
  return?(): unknown;
}

/** Whether {@link sourceOf} can read it. @internal */
export function isSource(value: unknown): value is object {
  return isBlob(value) || isChunkSource(value) || isFileHandle(value);
}

/**
 * The source for `value`; `null` for a value that does not come in pieces.
 *
 * @param option the option that the value was given as, for the error about a piece of the wrong type.
 * @internal
 */
export function sourceOf(value: unknown, option: string): Source | null {
  if (isBlob(value)) return blobSource(value, option);
  if (isFileHandle(value)) return fileHandleSource(value);
  return isChunkSource(value) ? chunkSource(value, option) : null;
}

/** The bytes of an array buffer or a view, not copied; `null` for other values. @internal */
export function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  // that of another realm (node:vm, jsdom) is no instance
  if (isArrayBuffer(value)) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return null;
}

function isChunkSource(value: unknown): value is ChunkSource {
  return (
    typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}

/** A Blob, which is opened anew for each reading. */
function blobSource(blob: Blob, option: string): Source {
  const readings = new Readings(
    () => blob.stream()[Symbol.asyncIterator](),
    (piece) => chunk(piece, option),
  );
  return {
    length: blob.size,
    usedUp: [],
    open: () => readings.open(),
  };
}

function chunkSource(source: ChunkSource, option: string): Source {
  const readOnce = isReadOnce(source);
  const readings = new Readings(
    () => (Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : iteratorOf(source, option)),
    (piece) => chunk(piece, option),
  );
  // A stream's error without a listener ends the process. The stream keeps the error, and throws it when it is read.
  if ("pipe" in source) (source as ReadOnce).on?.("error", () => undefined);
  return {
    length: source instanceof ReadStream ? readStreamLength(source) : null,
    usedUp: readOnce ? [source] : [],
    open: () => readings.open(),
    canReopen: () => readings.canReopen(),
    ...(readOnce && { discard: () => close(source) }),
  };
}

/** An iterator returns itself when asked for one; a stream, or what flows as one (`readline`), is drained by its reader. */
function isReadOnce(source: object): boolean {
  return "next" in source || "getReader" in source || "pipe" in source || "resume" in source;
}

function close(source: object): void {
  const { destroy, cancel, return: stop } = source as ReadOnce;
  if (destroy !== undefined) destroy.call(source);
  else if (cancel !== undefined) cancel.call(source).catch(() => undefined);
  else void stop?.call(source);
}

function chunk(value: unknown, option: string): Chunk {
  if (typeof value === "string") return value;
  const bytes = bytesOf(value);
  if (bytes !== null) return bytes;
  throw wrongType(`Unexpected type for a piece of '${option}': ${kindOf(value)}`);
}

/**
 * What a body in pieces, or a part of one, is read from: an iterable, a stream, a Blob or an open file. Its length
 * is told where it can be known before it is read.
 */
import { ReadStream } from "node:fs";
import { fileHandleSource, isFileHandle, readStreamLength } from "./disk-file.js";
import { isBlob } from "./web-bodies.js";
import type { Chunk, Source } from "./stream.js";

type ChunkSource = Iterable<unknown> | AsyncIterable<unknown>;

/** What the streams and iterators of the platforms have, some of it each. */
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
 * `value` to be read; `null` if it is nothing that comes in pieces.
 *
 * @param option what it was given as, for the error that a piece of no use is.
 * @internal
 */
export function sourceOf(value: unknown, option: string): Source | null {
  if (isBlob(value)) return blobSource(value, option);
  if (isFileHandle(value)) return fileHandleSource(value);
  return isChunkSource(value) ? chunkSource(value, option) : null;
}

/** The bytes of what is nothing else; not copied. @internal */
export function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return null;
}

function isChunkSource(value: unknown): value is ChunkSource {
  return (
    typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}

/** The contents of a Blob, which are opened anew for each reading. */
function blobSource(blob: Blob, option: string): Source {
  return {
    length: blob.size,
    usedUp: [],
    open: () => chunksOf(blob.stream(), option),
  };
}

function chunkSource(source: ChunkSource, option: string): Source {
  const readOnce = isReadOnce(source);
  // The error of a stream that nobody listens to ends the process. It is kept, and thrown when the stream is read.
  if ("pipe" in source) (source as ReadOnce).on?.("error", () => undefined);
  return {
    length: source instanceof ReadStream ? readStreamLength(source) : null,
    usedUp: readOnce ? [source] : [],
    open: () => chunksOf(source, option),
    ...(readOnce && { discard: () => close(source) }),
  };
}

/** An iterator returns itself when asked for one; a stream is drained by its first reader. */
function isReadOnce(source: object): boolean {
  return "next" in source || "getReader" in source || "pipe" in source;
}

function close(source: object): void {
  const { destroy, cancel, return: stop } = source as ReadOnce;
  if (destroy !== undefined) destroy.call(source);
  else if (cancel !== undefined) cancel.call(source).catch(() => undefined);
  else void stop?.call(source);
}

function chunksOf(source: ChunkSource, option: string): AsyncIterator<Chunk> {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  return {
    async next() {
      const result = await iterator.next();
      return result.done === true
        ? { done: true, value: undefined }
        : { done: false, value: chunk(result.value, option) };
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
}

function chunk(value: unknown, option: string): Chunk {
  if (typeof value === "string") return value;
  const bytes = bytesOf(value);
  if (bytes !== null) return bytes;
  throw new TypeError(
    `Unexpected type for a piece of '${option}': ${value === null ? "null" : typeof value}`,
  );
}

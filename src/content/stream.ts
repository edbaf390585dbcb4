/**
 * Bodies that come in pieces: generators, iterables, web and Node.js streams.
 *
 * They are pulled, one piece at a time, never ahead. What can be read only once says so, and refuses the second
 * time with `StreamConsumed`, instead of sending an empty body.
 */
import { StreamConsumed } from "../errors/stream-error.js";

/** A piece of a body; text is sent as UTF-8. */
export type Chunk = Uint8Array | string;

/** A body in pieces. @internal */
export interface StreamBody {
  kind: "stream";
  /** Starts to read. @throws StreamConsumed the second time, unless `replayable`. */
  iterate(): AsyncIterator<Chunk>;
  /** Whether it can be read more than once, as a redirect or an authentication flow may need. */
  replayable: boolean;
}

/** @internal */
export type ChunkSource = Iterable<unknown> | AsyncIterable<unknown>;

/** @internal */
export function isChunkSource(value: unknown): value is ChunkSource {
  return (
    typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}

/** @internal */
export function streamBody(source: ChunkSource): StreamBody {
  const replayable = !isReadOnce(source);
  return {
    kind: "stream",
    replayable,
    iterate() {
      if (!replayable) {
        if (startedOn.has(source)) throw new StreamConsumed();
        startedOn.add(source);
      }
      return chunksOf(source);
    },
  };
}

/** What was read by any request, since two requests may be given the same generator. */
const startedOn = new WeakSet<object>();

/** The contents of a Blob, which are opened anew for each reading. @internal */
export function blobBody(blob: Blob): StreamBody {
  return { kind: "stream", replayable: true, iterate: () => chunksOf(blob.stream()) };
}

/** An iterator returns itself when asked for one; a stream is drained by its first reader. */
function isReadOnce(source: object): boolean {
  return "next" in source || "getReader" in source || "pipe" in source;
}

function chunksOf(source: ChunkSource): AsyncIterator<Chunk> {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  return {
    async next() {
      const result = await iterator.next();
      return result.done === true
        ? { done: true, value: undefined }
        : { done: false, value: chunk(result.value) };
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
}

function chunk(value: unknown): Chunk {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`Unexpected type for a piece of 'content': ${value === null ? "null" : typeof value}`);
}

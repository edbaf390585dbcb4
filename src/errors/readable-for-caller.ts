/** Streams of Node.js whose errors show the line of the program that awaits the chunks. */
import type { Readable } from "node:stream";
import { withCallersStackOfCall } from "./callers-stack.js";

/**
 * Lets `for await` over the stream, and whatever reads it so, such as `text()` of `node:stream/consumers`, throw errors with
 * its own line. A listener of "error" has none.
 *
 * @param signal whose reason stays as it is.
 * @internal
 */
export function readableForCaller<Stream extends Readable>(
  stream: Stream,
  signal: AbortSignal | null = null,
): Stream {
  const chunksOf = stream[Symbol.asyncIterator];
  return Object.defineProperty(stream, Symbol.asyncIterator, {
    value: () => new ChunksForCaller(chunksOf.call(stream), signal),
    configurable: true,
    writable: true,
  });
}

class ChunksForCaller<Chunk> implements NodeJS.AsyncIterator<Chunk> {
  readonly #chunks: NodeJS.AsyncIterator<Chunk>;
  readonly #signal: AbortSignal | null;

  constructor(chunks: NodeJS.AsyncIterator<Chunk>, signal: AbortSignal | null) {
    this.#chunks = chunks;
    this.#signal = signal;
  }

  async next(): Promise<IteratorResult<Chunk, undefined>> {
    try {
      return await this.#chunks.next();
    } catch (error) {
      throw withCallersStackOfCall(error, this.#signal);
    }
  }

  return(): Promise<IteratorResult<Chunk, undefined>> {
    return this.#chunks.return!() as Promise<IteratorResult<Chunk, undefined>>;
  }

  throw(error: unknown): Promise<IteratorResult<Chunk, undefined>> {
    return this.#chunks.throw!(error) as Promise<IteratorResult<Chunk, undefined>>;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.return().then(() => undefined);
  }
}

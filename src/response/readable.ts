/** The body of a response as a stream of Node.js, as other clients return it. */
import type { Readable } from "node:stream";
import { readableForCaller } from "../errors/readable-for-caller.js";
import { streams } from "../platform/on-demand.js";
import type { Response } from "./response.js";

/**
 * Leaving the stream early closes the response, also while the next chunk is awaited.
 *
 * @param chunks of `received`.
 * @param ended called once, when the stream is closed.
 * @param signal whose reason stays as it is.
 * @internal
 */
export function readableOf(
  received: Response,
  chunks: AsyncIterable<Uint8Array>,
  ended: () => void,
  signal: AbortSignal | null = null,
): Readable {
  const stream = streams().Readable.from(chunks, { objectMode: false });
  // before the stream closes its generator, which waits for the chunk that is under way; and a stream that is dropped before
  // its first read has started none
  const destroy = stream._destroy.bind(stream);
  const close = (): void => void received.aclose().catch(() => undefined);
  stream._destroy = (error, callback) => {
    close();
    destroy(error, callback);
  };
  stream.once("close", ended);
  return readableForCaller(stream, signal);
}

/**
 * The body of a response as a byte stream. One chunk is read ahead, so that a reader learns of a failure without asking for more;
 * beyond that it is pulled, and TCP slows a server down that is faster.
 */
import { webStreams } from "../platform/on-demand.js";
import type { ReadableByteStreamController } from "node:stream/web";
import type { ResponseBytes } from "./response-bytes.js";

const { ReadableStream } = webStreams();

/** @internal */
export function streamOf(bytes: ResponseBytes): ReadableStream<Uint8Array> {
  const source = {
    type: "bytes" as const,
    async pull(controller: ReadableByteStreamController) {
      const chunk = await bytes.next();
      if (chunk !== null) {
        controller.enqueue(chunk);
        return;
      }
      controller.close();
      // a reader that brought its own buffer waits for an answer
      controller.byobRequest?.respond(0);
    },
    cancel: () => bytes.cancel(),
  };
  return new ReadableStream(source, { highWaterMark: 1 });
}

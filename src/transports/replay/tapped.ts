/** A streamed response whose body is recorded while it is read, without reading ahead. */
import { Response } from "../../response/response.js";
import { joinBytes } from "../../body/read/bytes.js";
import { headersOfDecoded } from "./exchange.js";

/**
 * The same response. At the end of its body, or when its reader leaves early, `keep` receives what was read; a body that
 * breaks off is not kept.
 * @internal
 */
export function tapped(response: Response, keep: (content: Uint8Array, isWhole: boolean) => void): Response {
  const chunks: Uint8Array[] = [];
  const body = response.aiterBytes();
  let isOver = false;
  const end = (isWhole: boolean): void => {
    if (!isOver) keep(joinBytes(chunks), isWhole);
    isOver = true;
  };
  const content: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        try {
          const result = await body.next();
          if (result.done) end(true);
          else chunks.push(result.value);
          return result;
        } catch (error) {
          isOver = true;
          throw error;
        }
      },
      // Not a generator's `return`: on a generator that never started, it closes nothing.
      async return() {
        await response.aclose();
        end(false);
        return { done: true, value: undefined };
      },
    }),
  };
  return new Response(response.statusCode, {
    headers: headersOfDecoded(response.headers, null),
    content,
    extensions: response.extensions,
  });
}

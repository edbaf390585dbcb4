/** A streamed response whose body is kept while it is read: nothing is read ahead for it. */
import { Response } from "../../response/response.js";
import { joinBytes } from "../../body/read/bytes.js";
import { headersOfDecoded } from "./exchange.js";

/**
 * `response` again. At the end of its body, or when its reader leaves before, `keep` is given what was read; a body that
 * breaks off is kept by nobody.
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
      // Not a generator's: that of one which was never started closes nothing.
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

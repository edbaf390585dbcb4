/**
 * The body of a request on its way into an application: pulled one piece at a time, as the application reads, and
 * refused where it belies its Content-Length.
 */
import type { AppExchange } from "./exchange.js";
import { failureOf, wrongLength } from "./failure.js";

const utf8 = new TextEncoder();

/** What there is to send; null: nothing. @internal */
export type UploadBody = Uint8Array | AsyncGenerator<Uint8Array> | null;

/**
 * The pieces of the request's body; null if it has none. Reading must be ended with `return` if it does not come to
 * its end.
 *
 * @throws LocalProtocolError for a body in memory that is not as long as its head says.
 * @throws StreamConsumed if it was sent before.
 * @internal
 */
export function uploadOf(exchange: AppExchange): UploadBody {
  const { request } = exchange;
  const { body } = request;
  const length = declaredLength(exchange);
  if (body.kind === "stream") return pieces(exchange, body.iterate(), length);
  const bytes = request.content;
  if (length !== null && length !== bytes.byteLength) throw mismatch(exchange, bytes.byteLength, length);
  return bytes.byteLength === 0 ? null : bytes;
}

async function* pieces(
  exchange: AppExchange,
  chunks: AsyncIterator<Uint8Array | string>,
  length: number | null,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sent = 0;
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await chunks.next();
      if (done === true) {
        isDone = true;
        break;
      }
      const bytes = typeof value === "string" ? utf8.encode(value) : value;
      sent += bytes.byteLength;
      if (length !== null && sent > length) throw mismatch(exchange, sent, length);
      if (bytes.byteLength > 0) yield bytes;
    }
  } catch (error) {
    // what threw by itself is over already
    isDone = length === null || sent <= length;
    throw error;
  } finally {
    if (!isDone) await chunks.return?.();
  }
  if (length !== null && sent < length) throw mismatch(exchange, sent, length);
}

/** Chunked framing goes before a length (RFC 9112, 6.3). */
function declaredLength({ request: { headers } }: AppExchange): number | null {
  const length = headers.get("content-length");
  return length === null || headers.has("transfer-encoding") ? null : Number(length);
}

function mismatch(exchange: AppExchange, sent: number, length: number): Error {
  const problem = wrongLength(sent > length ? "Too much" : "Too little");
  return failureOf(problem, { phase: "write", requestSent: "maybe" }, exchange.request);
}

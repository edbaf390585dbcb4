/**
 * The body of a request to an application: pulled one piece at a time, as the application reads, and refused if it
 * contradicts its Content-Length.
 */
import { TextEncoder } from "../../platform/classes.js";
import { inPieces } from "../../body/encode/pieces.js";
import type { PartLengths } from "../../body/encode/stream.js";
import type { BodyProgress } from "../../body/progress.js";
import { Turn } from "../../platform/turn.js";
import type { AppExchange } from "./exchange.js";
import { type AppFailure, UNSENT, failureOf, invalidRequest, wrongLength } from "./failure.js";

const utf8 = new TextEncoder();

/** The body to send; null: none. @internal */
export type UploadBody = Uint8Array | AsyncGenerator<Uint8Array> | null;

/**
 * The pieces of the request's body; null if it has none. A reader that stops before the end must call `return`.
 *
 * @throws LocalProtocolError for a body in memory whose length differs from its Content-Length, and for an invalid one.
 * @throws StreamConsumed if it was sent before.
 * @internal
 */
export function uploadOf(exchange: AppExchange): UploadBody {
  const { request } = exchange;
  const { body } = request;
  const length = declaredLength(exchange);
  const progress = request.uploadProgress;
  progress?.began();
  if (body.kind === "stream") {
    const chunks = body.iterate(length === null ? undefined : refusing(exchange));
    return pieces(exchange, chunks, length, progress);
  }
  const bytes = request.content;
  if (length !== null && length !== bytes.byteLength) {
    throw failureOf(mismatch(bytes.byteLength, length), UNSENT, request);
  }
  if (bytes.byteLength === 0) return null;
  return progress === null ? bytes : pieces(exchange, cut(bytes), length, progress);
}

/** Ends the body at a part with more bytes than announced. */
function refusing(exchange: AppExchange): PartLengths {
  return {
    full: () => undefined,
    tooLong() {
      throw failed(exchange, wrongLength("Too much"));
    },
  };
}

async function* cut(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield* inPieces(bytes);
}

async function* pieces(
  exchange: AppExchange,
  chunks: AsyncIterator<Uint8Array | string>,
  length: number | null,
  progress: BodyProgress | null,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sent = 0;
  let isDone = false;
  const turn = new Turn();
  try {
    for (;;) {
      const { done, value } = await chunks.next();
      if (done === true) {
        isDone = true;
        break;
      }
      const bytes = typeof value === "string" ? utf8.encode(value) : value;
      sent += bytes.byteLength;
      if (length !== null && sent > length) throw failed(exchange, mismatch(sent, length));
      if (bytes.byteLength > 0) {
        yield bytes;
        progress?.moved(sent);
      }
      if (turn.isOver(bytes.byteLength)) await turn.next();
    }
  } catch (error) {
    // A generator that threw has already ended.
    isDone = length === null || sent <= length;
    throw error;
  } finally {
    if (!isDone) await chunks.return?.();
  }
  if (length !== null && sent < length) throw failed(exchange, mismatch(sent, length));
  progress?.ended(sent);
}

/** Chunked framing overrides a length (RFC 9112, 6.3). */
function declaredLength({ request }: AppExchange): number | null {
  const { headers } = request;
  const length = headers.get("content-length");
  if (length === null || headers.has("transfer-encoding")) return null;
  if (!/^\d+$/.test(length)) throw failureOf(invalidRequest("bad Content-Length"), UNSENT, request);
  return Number(length);
}

function mismatch(sent: number, length: number): AppFailure {
  return wrongLength(sent > length ? "Too much" : "Too little");
}

function failed(exchange: AppExchange, failure: AppFailure): Error {
  return failureOf(failure, { phase: "write", requestSent: "maybe" }, exchange.request);
}

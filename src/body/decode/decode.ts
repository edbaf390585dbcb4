/**
 * Decodes a body that was made in JavaScript, by a mock, an application or a user's transport. The engine's decoder does
 * the work and is loaded at the first such body, so all responses follow the same rules in all runtimes (Node.js has no
 * zstd before 22.15, and Deno takes a truncated `br` body for an empty one).
 */
import { fromCallersLine } from "../../errors/callers-stack.js";
import type { HTTPErrorInit } from "../../errors/http-error.js";
import { DecodingError } from "../../errors/request-error.js";
import { type ContentDecoder, contentDecoder } from "../../native/content-decoder.js";
import { joinBytes } from "../read/bytes.js";

/** Returns the request that an error names. @internal */
export type RequestOf = () => NonNullable<HTTPErrorInit["request"]> | null;

/** @throws DecodingError @internal */
export function decodeWhole(
  bytes: Uint8Array,
  contentEncoding: string | null,
  requestOf: RequestOf,
): Uint8Array {
  const decoder = decoderFor(contentEncoding, requestOf);
  if (decoder === null) return bytes;
  try {
    const pieces = [...piecesOf(decoder, bytes, requestOf)];
    finish(decoder, requestOf);
    return joinBytes(pieces);
  } catch (error) {
    throw fromCallersLine(error, decodeWhole);
  }
}

/** The decoded chunks of `received`, which is pulled only as far as the reader reads. @throws DecodingError @internal */
export function decodeStream(
  received: AsyncIterable<Uint8Array>,
  contentEncoding: string | null,
  requestOf: RequestOf,
): AsyncIterable<Uint8Array> {
  const decoder = decoderFor(contentEncoding, requestOf);
  return decoder === null ? received : decoded(received, decoder, requestOf);
}

async function* decoded(
  received: AsyncIterable<Uint8Array>,
  decoder: ContentDecoder,
  requestOf: RequestOf,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of received) yield* piecesOf(decoder, chunk, requestOf);
  finish(decoder, requestOf);
}

function decoderFor(contentEncoding: string | null, requestOf: RequestOf): ContentDecoder | null {
  if (contentEncoding === null) return null;
  return decoding(() => contentDecoder(contentEncoding), requestOf);
}

function* piecesOf(
  decoder: ContentDecoder,
  bytes: Uint8Array,
  requestOf: RequestOf,
): Generator<Uint8Array, void, undefined> {
  decoder.push(bytes);
  for (;;) {
    const piece = decoding(() => decoder.next(), requestOf);
    if (piece === null) return;
    yield piece;
  }
}

function finish(decoder: ContentDecoder, requestOf: RequestOf): void {
  decoding(() => decoder.finish(), requestOf);
}

/** The result of `step`. Its errors come from the decoder, or from loading the engine. */
function decoding<T>(step: () => T, requestOf: RequestOf): T {
  try {
    return step();
  } catch (cause) {
    const { code, message } = cause as Error & { code: string };
    if (code === "ERR_HTTPXIDE_NATIVE") throw cause;
    const request = requestOf();
    throw new DecodingError(request === null ? message : `${request.summary}: ${message}`, {
      code,
      cause,
      request: request ?? undefined,
      requestSent: true,
    });
  }
}

/** The parts of a response made in JavaScript: its content, and the headers that the content needs. */
import { unshared } from "../platform/unshared.js";
import { TextEncoder } from "../platform/classes.js";
import { type ContentTypes, encodeContent } from "../body/encode/encode.js";
import type { EncodedContent, RequestBody } from "../body/encode/encoded.js";
import { decodeWhole } from "../body/decode/decode.js";
import { IteratedSource } from "../body/read/iterated.js";
import { outOfRange, wrongType } from "../platform/argument-error.js";
import { kindOf } from "../platform/record.js";
import type { Headers } from "../headers/headers.js";
import type { Request } from "../request/request.js";
import type { NetworkStream } from "./network-stream.js";
import { StreamedBody } from "./streamed-body.js";
import { UpgradedBody } from "./upgraded-body.js";

/** The first of these four that is given counts. */
export interface ResponseContent {
  /** Text (as UTF-8), bytes, or a stream or generator of them. */
  content?: ContentTypes | null | undefined;
  /** With `Content-Type: text/plain; charset=utf-8`. */
  text?: string | null | undefined;
  /** With `Content-Type: text/html; charset=utf-8`. */
  html?: string | null | undefined;
  /** Compact, with `Content-Type: application/json`. */
  json?: unknown;
}

/** @throws TypeError, RangeError @internal */
export function checkStatus(status: number): void {
  // false for values of other types, too
  if (status >= 100 && status <= 999 && Number.isInteger(status)) return;
  if (typeof status !== "number") {
    throw wrongType(`The status of a Response must be a number, not ${kindOf(status)}.`);
  }
  throw outOfRange(`The status of a Response must be a whole number of three digits, not ${status}.`);
}

/** @internal */
export function encodeResponseContent(init: ResponseContent): EncodedContent {
  const { content, text, html, json } = init;
  // GET: unlike a POST, a response without content gets no Content-Length.
  if (content !== undefined && content !== null) return encodeContent("GET", { content });
  if (text !== undefined && text !== null) return withType(text, "text/plain; charset=utf-8");
  if (html !== undefined && html !== null) return withType(html, "text/html; charset=utf-8");
  return encodeContent("GET", { json });
}

function withType(text: string, type: string): EncodedContent {
  const { headers, body } = encodeContent("GET", { content: text });
  const length: [string, string][] = headers.length === 0 ? [["Content-Length", "0"]] : headers;
  return { headers: [...length, ["Content-Type", type]], body };
}

/** Adds missing headers; chunked framing only without a length. @internal */
export function addMissing(headers: Headers, added: readonly (readonly [string, string])[]): void {
  for (const [name, value] of added) {
    if (name === "Transfer-Encoding" && headers.has("content-length")) continue;
    if (!headers.has(name)) headers.append(name, value);
  }
}

/**
 * The decoded content, or the body that is still to be read.
 *
 * @param networkStream of an upgraded connection, if there is one.
 * @throws DecodingError if the content does not have the Content-Encoding in `headers`.
 * @internal
 */
export function bodyOf(
  body: RequestBody,
  headers: Headers,
  networkStream: unknown,
  requestOf: () => Request | null,
): Uint8Array | StreamedBody {
  if (body.kind === "empty") {
    if (networkStream === undefined) return new Uint8Array(0);
    return new StreamedBody(new UpgradedBody(networkStream as NetworkStream));
  }
  const contentEncoding = (): string | null => headers.get("content-encoding");
  if (body.kind === "stream") {
    const streamed = new StreamedBody(new IteratedSource(body.iterate(), contentEncoding, requestOf));
    streamed.request = requestOf();
    return streamed;
  }
  const received = body.kind === "bytes" ? body.bytes : new TextEncoder().encode(body.text);
  return unshared(decodeWhole(received, contentEncoding(), requestOf));
}

/** The parts of a response made in JavaScript: its content, and the headers that the content needs. */
import { type ContentTypes, encodeContent } from "../body/encode/encode.js";
import type { EncodedContent } from "../body/encode/encoded.js";
import { outOfRange, wrongType } from "../platform/argument-error.js";
import { kindOf } from "../platform/record.js";
import type { Headers } from "../headers/headers.js";

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
export function refuseStatus(status: unknown): never {
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

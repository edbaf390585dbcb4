/**
 * The header lines of a request as sent, in HTTPX's order: Host (and the Content-Length of an absent body), the caller's
 * headers, then the headers that describe the body. The caller's values take precedence.
 */
import type { EncodedContent } from "../body/encode/encoded.js";
import { checkFieldValue } from "../headers/lines.js";
import type { Headers } from "../headers/headers.js";
import { isFraming } from "./message-headers.js";

/** Header lines, and which of the headers that would otherwise be added they contain. @internal */
export interface OwnLines {
  readonly block: string;
  readonly hasHost: boolean;
  readonly hasContentLength: boolean;
  readonly hasTransferEncoding: boolean;
  readonly hasContentType: boolean;
}

/** @internal */
export function ownLines(headers: Headers): OwnLines {
  return {
    block: headers.block,
    hasHost: headers.has("host"),
    hasContentLength: headers.has("content-length"),
    hasTransferEncoding: headers.has("transfer-encoding"),
    hasContentType: headers.has("content-type"),
  };
}

/**
 * `encoded` is null if the request has no body and needs no `Content-Length: 0`. `cookies` is the value of the `Cookie`
 * header, if there is one.
 *
 * @throws LocalProtocolError for a value that HTTP does not allow.
 * @internal
 */
export function requestLines(
  host: string,
  own: OwnLines,
  encoded: EncodedContent | null,
  cookies: string | null = null,
): string {
  let before = own.hasHost ? "" : `Host: ${host}\r\n`;
  const block = cookies === null ? own.block : withCookies(own.block, cookies);
  if (encoded === null) return before + block;

  // a form without fields has no bytes either, but a Content-Type
  const isNothing = encoded.body.kind === "empty" && encoded.headers.length === 1;
  let after = "";
  for (const [name, value] of encoded.headers) {
    const line = checkedLine(name, value);
    if (name === "Content-Type") {
      if (!own.hasContentType) after += line;
    } else if (isFraming(name) && (own.hasContentLength || own.hasTransferEncoding)) {
      // The caller frames the body. Both headers together would allow request smuggling (RFC 9112, 6.2).
      continue;
    } else if (isNothing) before += line;
    else after += line;
  }
  return before + block + after;
}

/** Searched here and not in {@link ownLines}, so that only requests with cookies pay for it. */
function withCookies(block: string, cookies: string): string {
  return /^cookie:/im.test(block) ? block : block + checkedLine("Cookie", cookies);
}

/**
 * A line whose value no `Headers` has checked. The type of a Blob can be any text: Node.js's `openAsBlob` keeps the
 * program's text, even with line breaks.
 */
function checkedLine(name: string, value: string): string {
  checkFieldValue(name, value);
  return `${name}: ${value}\r\n`;
}

const HOST_LINE = /^host:[^\n]*\n/gim;

/**
 * Header lines in the order of sending: Host first, regardless of its position (RFC 9110, 7.2), as in h11.
 * @internal
 */
export function hostFirst(lines: string): string {
  // true for almost every request
  if (lines.startsWith("Host:")) return lines;
  return (lines.match(HOST_LINE) ?? []).join("") + lines.replace(HOST_LINE, "");
}

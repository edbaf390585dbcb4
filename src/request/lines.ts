/**
 * The header lines of a request as they go on the wire, in HTTPX's order: Host (and the Content-Length of a missing
 * body) before the caller's own headers, what describes the body after them. The caller's values win.
 */
import type { EncodedContent } from "../body/encode/encoded.js";
import { checkFieldValue } from "../headers/lines.js";
import type { Headers } from "../headers/headers.js";

/** Header lines, and which of the headers that are otherwise added are among them. @internal */
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
 * `encoded` is null when the request has no body and nothing needs to say so. `cookies` is the value of the `Cookie`
 * header, if there are any to send.
 *
 * @throws LocalProtocolError for a value that HTTP forbids.
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

  // a form without fields is empty too, but has a type
  const isNothing = encoded.body.kind === "empty" && encoded.headers.length === 1;
  let after = "";
  for (const [name, value] of encoded.headers) {
    const line = checkedLine(name, value);
    if (name === "Content-Type") {
      if (!own.hasContentType) after += line;
    } else if (own.hasContentLength || own.hasTransferEncoding) {
      // The caller frames the body; both headers at once would be an invitation to smuggle (RFC 9112, 6.2).
      continue;
    } else if (isNothing) before += line;
    else after += line;
  }
  return before + block + after;
}

/** Looked for here and not in {@link ownLines}, so that a request without cookies does not pay for it. */
function withCookies(block: string, cookies: string): string {
  return /^cookie:/im.test(block) ? block : block + checkedLine("Cookie", cookies);
}

/**
 * A line whose value no `Headers` has looked at. A Blob can say anything of its type: that of Node.js's `openAsBlob`
 * is what the program passed on, line breaks and all.
 */
function checkedLine(name: string, value: string): string {
  checkFieldValue(name, value);
  return `${name}: ${value}\r\n`;
}

const HOST_LINE = /^host:[^\n]*\n/gim;

/**
 * Header lines as they are written: Host first, wherever the caller gave it (RFC 9110, 7.2), as h11 does it.
 * @internal
 */
export function hostFirst(lines: string): string {
  // nearly every request's
  if (lines.startsWith("Host:")) return lines;
  return (lines.match(HOST_LINE) ?? []).join("") + lines.replace(HOST_LINE, "");
}

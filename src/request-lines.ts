/**
 * The header lines of a request as they go on the wire, in HTTPX's order: Host (and the Content-Length of a missing
 * body) before the caller's own headers, what describes the body after them. The caller's values win.
 */
import type { EncodedContent } from "./content/encode.js";
import type { Headers } from "./headers.js";

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

/** @internal `encoded` is null when the request has no body and nothing needs to say so. */
export function requestLines(host: string, own: OwnLines, encoded: EncodedContent | null): string {
  let before = own.hasHost ? "" : `Host: ${host}\r\n`;
  if (encoded === null) return before + own.block;

  let after = "";
  for (const [name, value] of encoded.headers) {
    const line = `${name}: ${value}\r\n`;
    if (name === "Content-Type") {
      if (!own.hasContentType) after += line;
    } else if (own.hasContentLength || own.hasTransferEncoding) {
      // The caller frames the body; both headers at once would be an invitation to smuggle (RFC 9112, 6.2).
      continue;
    } else if (encoded.body.kind === "empty") before += line;
    else after += line;
  }
  return before + own.block + after;
}

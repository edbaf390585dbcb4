/** A response as the engine hands it over: its head is one string, which is read only as far as somebody asks. */
import type { Request } from "../request/request.js";
import type { BodySource } from "../body/read/source.js";

/** A body in memory that may not have been copied to where its reader wants it. @internal */
export interface WholeBody {
  readonly byteLength: number;
  /** In memory of their own, which is the same each time. */
  bytes(): Uint8Array;
  /** The text, if it is ASCII and `bytes` have not been given out: those may have been changed. */
  ascii(): string | null;
}

/** @internal */
export interface WireResponse {
  statusCode: number;
  /** Whether there is a `Set-Cookie` in the head. */
  setsCookies: boolean;
  /** Status line and header lines as received, latin1, without the final blank line. */
  head: string;
  request: Request;
  /** The whole decoded body, if it came at once. */
  content: Uint8Array | WholeBody | null;
  /** Where the body is read from otherwise. */
  source: BodySource | null;
  numBytesDownloaded: number;
  /** When the request was started and, if `content` is there, when that was complete: by `performance.now()`. */
  startedAt: number;
  endedAt?: number;
  /** Trailer lines, if `content` is there. */
  trailers?: string;
}

/** @internal The header lines of a head. */
export function linesOf(head: string): string {
  const lineEnd = head.indexOf("\n");
  return lineEnd === -1 ? "" : head.slice(lineEnd + 1);
}

/** @internal HTTP/1.x has a phrase on the wire, which may be empty; later versions have none. */
export function parseStatusLine(head: string): Record<string, unknown> {
  const lineEnd = head.indexOf("\n");
  const line = (lineEnd === -1 ? head : head.slice(0, lineEnd)).trimEnd();
  const [httpVersion = "", , ...phrase] = line.split(" ");
  return httpVersion.startsWith("HTTP/1") ? { httpVersion, reasonPhrase: phrase.join(" ") } : { httpVersion };
}

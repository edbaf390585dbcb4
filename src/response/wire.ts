/** A response as received from the engine: its head is one string, parsed only as far as it is read. */
import type { Request } from "../request/request.js";
import type { BodySource } from "../body/read/source.js";
import type { WireConnection } from "./connection-info.js";

/** A body in memory that may not have been copied out of the completion buffer yet. @internal */
export interface WholeBody {
  readonly byteLength: number;
  /** A copy, the same each time. */
  bytes(): Uint8Array;
  /** The text, if it is ASCII and `bytes` was not read: its caller may have changed it. */
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
  /** The whole decoded body, if it arrived with the head. */
  content: Uint8Array | WholeBody | null;
  /** The source of any other body. */
  source: BodySource | null;
  numBytesDownloaded: number;
  /** When the request started and, if that is not now, when this arrived, by `performance.now()`. */
  startedAt: number;
  receivedAt?: number;
  /** Trailer lines, with `content`. */
  trailers?: string;
  /** The number of its stream in HTTP/2, 0 in earlier versions; absent if it did not come over a network. */
  streamId?: number;
  /** The connection that it came over, with the same exception. */
  connection?: WireConnection | null;
  /** Whether the connection was not opened for this request. */
  isReused?: boolean;
  /** Microseconds of waiting for the connection. */
  pool?: number;
  /** Microseconds from the request's head to the response's. */
  firstByte?: number;
  /** Microseconds of the body, with `content`. */
  download?: number | null;
}

/** @internal The header lines of a head. */
export function linesOf(head: string): string {
  const lineEnd = head.indexOf("\n");
  return lineEnd === -1 ? "" : head.slice(lineEnd + 1);
}

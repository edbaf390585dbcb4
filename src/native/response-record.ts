/** A response as it comes from the engine: its head is one string, which nothing here parses. */
import type { BufferedBody } from "./completion-buffer.js";
import type { EngineConnection } from "./connection.js";
import type { ReceivedBody } from "./received-body.js";

/** @internal */
export interface ResponseRecord<R> {
  readonly request: R;
  readonly statusCode: number;
  /** Whether the head has a `Set-Cookie` line. */
  readonly setsCookies: boolean;
  /** Status line and header lines as received, latin1, without the final blank line. */
  readonly head: string;
  /** The whole decoded body; null if `source` has it. */
  readonly content: Uint8Array | BufferedBody | null;
  /**
   * Where the body is read from: a {@link ReceivedBody}, only for a request whose `delivery` is not `"whole"`; or what the
   * client makes of a byte stream.
   */
  readonly source: ReceivedBody | object | null;
  /** Wire bytes of a whole body. */
  readonly numBytesDownloaded: number;
  /** When the request was submitted, by `performance.now()`. */
  readonly startedAt: number;
  /** Trailer lines of a whole body. */
  readonly trailers: string;
  /** The number of its stream in HTTP/2, otherwise 0. */
  readonly streamId: number;
  /** The connection that it came over. */
  readonly connection: EngineConnection | null;
  /** Whether the connection was not opened for this request. */
  readonly isReused: boolean;
  /** Microseconds of waiting for the connection, or until its opening began. */
  readonly pool: number;
  /** Microseconds from the head's sending to the response's head. */
  readonly firstByte: number;
  /** Microseconds from the head to the end of a whole body. */
  readonly download: number | null;
}

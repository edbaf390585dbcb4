/**
 * The source of a response body's bytes. One reader pulls it; closing it twice has no effect, and it yields nothing
 * after its end or after `close`.
 */

/** @internal */
export interface BodySource {
  /**
   * The next bytes, never an empty chunk; `null` at the end. Returns a promise only when no bytes are there yet. `raw`
   * is the same in every call: bytes as received, or decoded. `own`: in memory that nobody else has, in an array buffer of
   * exactly their length that can be transferred.
   */
  read(raw: boolean, own: boolean): Uint8Array | null | Promise<Uint8Array | null>;
  /** Whether it ends by itself when its call ends: with the total timeout, or as its client is closed. */
  readonly keepsLimits: boolean;
  /** Bytes received so far, before decoding. */
  readonly numBytesDownloaded: number;
  /** The trailer lines, latin1, once the end was read; "" before and when there were none. */
  readonly trailers: string;
  /** Discards the rest of the body. Idempotent; never rejects. */
  close(): Promise<void>;
}

/** The end of the call that a body belongs to, for the reader of a source that does not know of it. @internal */
export interface ReadingLimits {
  /** @throws TotalTimeout, ReadError if the call has ended. */
  check(): void;
  /** The chunk, if the call does not end before. @throws TotalTimeout, ReadError */
  until<T>(chunk: Promise<T>): Promise<T>;
  /** Waits for `closed`, but no longer than the call lasts. */
  whileLasting(closed: Promise<void>): Promise<void>;
}

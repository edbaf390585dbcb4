/**
 * Where the bytes of a response body come from. A source is pulled by one reader, is closed exactly once in
 * effect, and never speaks again after its end or after `close`.
 */

/** @internal */
export interface BodySource {
  /**
   * The next bytes, never an empty chunk; `null` at the end. Answers at once when bytes are there, else with a
   * promise. `raw` is the same in every call: as received, or with the content codings undone.
   */
  read(raw: boolean): Uint8Array | null | Promise<Uint8Array | null>;
  /** Bytes received so far, before decoding. */
  readonly numBytesDownloaded: number;
  /** The trailer lines, latin1, once the end was read; "" before and when there were none. */
  readonly trailers: string;
  /** Gives up what was not read. Idempotent; never rejects. */
  close(): Promise<void>;
}

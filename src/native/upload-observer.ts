/** Told about a streamed request body on its way to the connection. */

/** @internal */
export interface UploadObserver {
  /** The body starts, or starts again for another connection. */
  began(): void;
  /** The connection has taken so many bytes. */
  moved(bytes: number): void;
  /** It has taken the last ones. */
  ended(bytes: number): void;
}

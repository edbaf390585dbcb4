/** What a byte stream throws when it is used after its end: this layer knows no error classes. */

/** @internal */
export class StreamEnded {
  readonly isStreamEnded = true;
}

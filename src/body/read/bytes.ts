/**
 * Cuts a stream of byte chunks into pieces of one size; only the last may be shorter. A piece within one chunk is a
 * view of it, not a copy.
 */

/** @internal Joins chunks into one array; a single chunk is returned as it is. */
export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  let length = 0;
  for (const chunk of chunks) length += chunk.byteLength;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.byteLength;
  }
  return joined;
}

/** @internal */
export class ByteChunker {
  readonly #size: number;
  #held: Uint8Array[] = [];
  #heldLength = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** The pieces that `chunk` completes. */
  push(chunk: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    let at = 0;
    if (this.#heldLength > 0) {
      at = Math.min(this.#size - this.#heldLength, chunk.byteLength);
      this.#hold(chunk.subarray(0, at));
      if (this.#heldLength < this.#size) return pieces;
      pieces.push(...this.flush());
    }
    for (; chunk.byteLength - at >= this.#size; at += this.#size) {
      pieces.push(chunk.subarray(at, at + this.#size));
    }
    if (at < chunk.byteLength) this.#hold(chunk.subarray(at));
    return pieces;
  }

  /** The rest at the end: one short piece, or none. */
  flush(): Uint8Array[] {
    if (this.#heldLength === 0) return [];
    const last = joinBytes(this.#held);
    this.#held = [];
    this.#heldLength = 0;
    return [last];
  }

  #hold(part: Uint8Array): void {
    this.#held.push(part);
    this.#heldLength += part.byteLength;
  }
}

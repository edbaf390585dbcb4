/**
 * Cuts a stream of text into pieces of a number of characters; only the last may be shorter. A character is a code
 * point, as in HTTPX, so that no piece ends within a surrogate pair.
 */

/** @internal */
export class CharacterChunker {
  readonly #size: number;
  #held: string[] = [];
  #heldCharacters = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** The pieces that `text` completes. */
  push(text: string): string[] {
    const pieces: string[] = [];
    let start = 0;
    for (let at = 0; at < text.length;) {
      at += text.codePointAt(at)! > 0xffff ? 2 : 1;
      this.#heldCharacters += 1;
      if (this.#heldCharacters === this.#size) {
        this.#held.push(text.slice(start, at));
        pieces.push(...this.flush());
        start = at;
      }
    }
    if (start < text.length) this.#held.push(text.slice(start));
    return pieces;
  }

  /** The rest at the end: one short piece, or none. */
  flush(): string[] {
    if (this.#held.length === 0) return [];
    const last = this.#held.join("");
    this.#held = [];
    this.#heldCharacters = 0;
    return [last];
  }
}

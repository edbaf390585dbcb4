/**
 * Texts that are kept for long and are nearly alike, such as the heads of ten thousand handshakes with one server: each keeps the
 * part in which it differs, and refers to one of them for the rest.
 */

/** @internal */
export class SharedText {
  readonly #whole: string;
  /** Where the part that differs stands in the whole text of the other. */
  readonly #start: number;
  readonly #end: number;
  readonly #own: string;

  /** Shares what `text` has in common with `like`. */
  constructor(text: string, like: string) {
    const most = Math.min(text.length, like.length);
    let start = 0;
    while (start < most && text.charCodeAt(start) === like.charCodeAt(start)) start += 1;
    let behind = 0;
    while (
      behind < most - start &&
      text.charCodeAt(text.length - 1 - behind) === like.charCodeAt(like.length - 1 - behind)
    )
      behind += 1;
    this.#whole = like;
    this.#start = start;
    this.#end = like.length - behind;
    // a slice would hold all of the text
    this.#own = Buffer.from(text.slice(start, text.length - behind), "latin1").toString("latin1");
  }

  toString(): string {
    return this.#whole.slice(0, this.#start) + this.#own + this.#whole.slice(this.#end);
  }
}

/** Shares the texts that come one after the other. A text that has little in common with the one before stays as it is. @internal */
export class TextSharing {
  #like = "";

  keep(text: string): string | SharedText {
    if (text.length !== this.#like.length) {
      this.#like = text;
      return text;
    }
    return new SharedText(text, this.#like);
  }
}

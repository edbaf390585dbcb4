/**
 * Cuts a stream of text into lines by the rules of Python's `str.splitlines`, as HTTPX does: ten terminators, which
 * are removed; an unterminated last line counts; no empty line after the last terminator.
 */

const TERMINATOR = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** How JSON lines end: other terminators may be within JSON. @internal */
export const LINE_FEED = /\r?\n/;

/** @internal */
export class LineDecoder {
  readonly #terminator: RegExp;
  /** The parts of a line without its end. They are joined at the end, so that a long line costs linear time. */
  #parts: string[] = [];
  /** A chunk that ends in "\r" may be half of "\r\n": that character waits for the next chunk. */
  #trailingReturn = false;

  constructor(terminator: RegExp = TERMINATOR) {
    this.#terminator = terminator;
  }

  /** The lines that `text` completes. */
  decode(text: string): string[] {
    if (text === "") return [];
    let whole = text;
    if (this.#trailingReturn) whole = `\r${whole}`;
    this.#trailingReturn = whole.endsWith("\r");
    if (this.#trailingReturn) whole = whole.slice(0, -1);

    const lines = whole.split(this.#terminator);
    const unfinished = lines.pop()!;
    if (lines.length > 0 && this.#parts.length > 0) {
      lines[0] = this.#parts.join("") + lines[0]!;
      this.#parts = [];
    }
    if (unfinished !== "") this.#parts.push(unfinished);
    return lines;
  }

  /** The last line, if the text did not end with a terminator (or with a lone "\r" that waited for "\n"). */
  flush(): string[] {
    if (this.#parts.length === 0 && !this.#trailingReturn) return [];
    const last = this.#parts.join("");
    this.#parts = [];
    this.#trailingReturn = false;
    return [last];
  }
}

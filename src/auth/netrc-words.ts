/**
 * The words of a netrc file: separated by white space, in double quotes if they contain any, with a backslash before
 * each character to be taken literally.
 *
 * No error ever shows a word: a misplaced one may be half a password.
 */
import { coded } from "../errors/coded.js";

/** @internal */
export class NetrcWords {
  readonly #text: string;
  readonly #file: string;
  #at = 0;
  /** Where the last word began. */
  #wordAt = 0;

  /** @param file for messages */
  constructor(text: string, file: string) {
    this.#text = text.replace(/\r\n?/g, "\n");
    this.#file = file;
  }

  /** The next word that is not in a comment; null at the end. */
  nextKeyword(): string | null {
    for (;;) {
      const word = this.#next();
      if (word === null || this.#text[this.#wordAt] !== "#") return word;
      this.#at = this.#endOfLine(this.#wordAt);
    }
  }

  /** The word after `keyword`, even if it is a keyword itself. */
  value(keyword: string): string {
    const keywordAt = this.#wordAt;
    const word = this.#next();
    if (word === null) throw this.fault(`nothing comes after ${keyword}`, keywordAt);
    return word;
  }

  /** A macro ends with an empty line. */
  skipMacro(): void {
    const macroAt = this.#wordAt;
    // The line break right after the macro's name does not count as an empty line.
    if (this.#text[this.#at] === "\n") this.#at += 1;
    for (;;) {
      if (this.#at >= this.#text.length)
        throw this.fault("the macro does not end with an empty line", macroAt);
      const start = this.#at;
      this.#at = this.#endOfLine(start) + 1;
      if (this.#at === start + 1) return;
    }
  }

  /** An error for the position at which the last word began, or for `at`. */
  fault(message: string, at: number = this.#wordAt): SyntaxError {
    const line = this.#text.slice(0, at).split("\n").length;
    return coded(
      "ERR_NETRC",
      new SyntaxError(`Malformed netrc file ${this.#file}, line ${line}: ${message}`),
    );
  }

  #next(): string | null {
    const text = this.#text;
    while (isBlank(text[this.#at])) this.#at += 1;
    if (this.#at >= text.length) return null;
    this.#wordAt = this.#at;
    const quoted = text[this.#at] === '"';
    if (quoted) this.#at += 1;
    let word = "";
    for (; this.#at < text.length; this.#at += 1) {
      const character = text[this.#at]!;
      if (quoted && character === '"') {
        this.#at += 1;
        return word;
      }
      if (!quoted && isBlank(character)) return word;
      if (character === "\\") this.#at += 1;
      word += text[this.#at] ?? "";
    }
    if (quoted) throw this.fault("a quotation mark is not closed");
    return word;
  }

  #endOfLine(from: number): number {
    const end = this.#text.indexOf("\n", from);
    return end === -1 ? this.#text.length : end;
  }
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\n";
}

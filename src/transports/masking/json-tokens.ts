/**
 * Text as JSON tokens: strings, punctuation, and the words between them. It never fails: an unterminated string extends to
 * the end of the text. It is written by hand, because a regular expression for strings overflows the stack on long ones.
 */

/** @internal */
export interface Token {
  readonly text: string;
  readonly start: number;
}

const BLANK = /\s/;
const PUNCTUATION = "{}[]:,";
const END_OF_WORD = /[\s{}[\]:,"]/g;

/** @internal */
export function* jsonTokens(text: string): Generator<Token, void, undefined> {
  let start = 0;
  while (start < text.length) {
    const first = text[start]!;
    if (BLANK.test(first)) {
      start++;
      continue;
    }
    const end = PUNCTUATION.includes(first)
      ? start + 1
      : first === '"'
        ? endOfString(text, start)
        : endOfWord(text, start);
    yield { text: text.slice(start, end), start };
    start = end;
  }
}

function endOfString(text: string, start: number): number {
  for (let from = start + 1; ;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return text.length;
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

function endOfWord(text: string, start: number): number {
  END_OF_WORD.lastIndex = start;
  return END_OF_WORD.exec(text)?.index ?? text.length;
}

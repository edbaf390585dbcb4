/**
 * Finds the position at which text stops being JSON (RFC 8259). `JSON.parse` reports it in some engines and some cases
 * only. This runs after `JSON.parse` has failed, so speed does not matter.
 */

type Expected = "value" | "first item" | "first key" | "key" | "colon" | "comma" | "end";

const SPACE = /[ \t\n\r]*/y;
const WORD = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** One piece of a string. A pattern that repeats the pieces overflows the stack on a long string. */
const PLAIN = /[^"\\\x00-\x1f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** @internal The index of the first wrong character; the length of the text if it ends too early; null if it is JSON. */
export function findFault(text: string): number | null {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = 0;

  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  /** The end of a string, or the position of the first character that it may not contain. */
  const string = (): boolean => {
    at += 1;
    do match(PLAIN);
    while (match(ESCAPE));
    return text[at] === '"' && ++at > 0;
  };
  const afterValue = (): Expected => (open.length === 0 ? "end" : "comma");

  for (;;) {
    match(SPACE);
    const character = text[at];
    if (character === undefined) return expected === "end" ? null : at;

    if (expected === "end") return at;
    if (expected === "colon") {
      if (character !== ":") return at;
      at += 1;
      expected = "value";
    } else if (expected === "key" || expected === "first key") {
      if (character === "}" && expected === "first key") {
        at += 1;
        open.pop();
        expected = afterValue();
      } else {
        if (character !== '"' || !string()) return at;
        expected = "colon";
      }
    } else if (expected === "comma") {
      const isObject = open.at(-1) === "{";
      at += 1;
      if (character === ",") expected = isObject ? "key" : "value";
      else if (character === (isObject ? "}" : "]")) {
        open.pop();
        expected = afterValue();
      } else return at - 1;
    } else if (character === "{" || character === "[") {
      at += 1;
      open.push(character);
      expected = character === "{" ? "first key" : "first item";
    } else if (character === "]" && expected === "first item") {
      at += 1;
      open.pop();
      expected = afterValue();
    } else {
      if (!(character === '"' ? string() : match(WORD))) return at;
      expected = afterValue();
    }
  }
}

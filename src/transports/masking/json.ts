/**
 * Secrets in JSON, or in text that has JSON in it: lines of it, events. Works on the text, so that all that is no secret
 * stays as it is to the letter, numbers beyond JavaScript's included, and so that text cut short is masked too.
 */
import { type Token, jsonTokens } from "./json-tokens.js";
import { SECURE, type SensitiveNames } from "./names.js";
import type { OnSecret } from "./pairs.js";

/** Whether there is a name at all. */
const NAME = /"\s*:/;
/** What tells nobody anything, and what is masked already. */
const NO_SECRETS = new Set(["null", "true", "false", '""', `"${SECURE}"`]);

/**
 * `text` with the values of sensitive names masked; of lists and objects, every string and number inside.
 * @internal
 */
export function maskJSON(text: string, names: SensitiveNames, onSecret?: OnSecret): string {
  if (!NAME.test(text)) return text;
  let masked = "";
  let copied = 0;
  for (const { text: word, start } of secretValues(text, names)) {
    if (NO_SECRETS.has(word)) continue;
    onSecret?.(stringOf(word));
    masked += `${text.slice(copied, start)}"${SECURE}"`;
    copied = start + word.length;
  }
  return masked + text.slice(copied);
}

function* secretValues(text: string, names: SensitiveNames): Generator<Token, void, undefined> {
  /** How deep inside a value that is secret as a whole. */
  let depth = 0;
  /** Whether the next value stands under a sensitive name. */
  let isNext = false;
  /** A string or word of which the token after it says whether it is a name or a value. */
  let open: Token | null = null;
  for (const token of jsonTokens(text)) {
    if (token.text === ":") {
      isNext = open !== null && names.has(stringOf(open.text));
      open = null;
      continue;
    }
    if (open !== null) {
      if (isNext || depth > 0) yield open;
      isNext = false;
      open = null;
    }
    if (token.text === "{" || token.text === "[") {
      if (isNext || depth > 0) depth++;
      isNext = false;
    } else if (token.text === "}" || token.text === "]") {
      if (depth > 0) depth--;
    } else if (token.text !== ",") {
      open = token;
    }
  }
  if (open !== null && (isNext || depth > 0)) yield open;
}

function stringOf(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}

/**
 * Secrets in JSON, or in text that has JSON in it: lines of it, events, JSON in a string of JSON. Works on the text, so
 * that all that is no secret stays as it is to the letter, numbers beyond JavaScript's included, and so that text cut
 * short is masked too.
 */
import { type Token, jsonTokens } from "./json-tokens.js";
import { SECURE, type SensitiveNames } from "./names.js";
import type { OnSecret } from "./pairs.js";

/** Whether there is a name at all, be it in a string. */
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
  for (const [{ text: word, start }, isSecret] of values(text, names)) {
    if (NO_SECRETS.has(word)) continue;
    if (isSecret) onSecret?.(stringOf(word));
    const shown = isSecret ? `"${SECURE}"` : maskInside(word, names, onSecret);
    if (shown === word) continue;
    masked += text.slice(copied, start) + shown;
    copied = start + word.length;
  }
  return masked + text.slice(copied);
}

/** A string that may be JSON itself. */
function maskInside(word: string, names: SensitiveNames, onSecret: OnSecret | undefined): string {
  if (!word.includes('\\"')) return word;
  const inner = stringOf(word);
  const masked = maskJSON(inner, names, onSecret);
  return masked === inner ? word : JSON.stringify(masked);
}

function* values(
  text: string,
  names: SensitiveNames,
): Generator<[token: Token, isSecret: boolean], void, undefined> {
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
      yield [open, isNext || depth > 0];
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
  if (open !== null) yield [open, isNext || depth > 0];
}

function stringOf(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}

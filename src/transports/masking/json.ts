/**
 * Secrets in JSON, or in text that contains JSON: lines of it, events, JSON in a JSON string. It works on the text, so
 * that everything else stays unchanged to the letter, including numbers beyond JavaScript's precision, and so that
 * truncated text is masked too.
 */
import { type Token, jsonTokens } from "./json-tokens.js";
import { SECURE, type SensitiveNames } from "./names.js";
import type { OnSecret } from "./pairs.js";

/** Whether there is a name at all, possibly inside a string. */
const NAME = /"\s*:/;
/** Values that reveal nothing, and values already masked. */
const NO_SECRETS = new Set(["null", "true", "false", '""', `"${SECURE}"`]);

/**
 * `text` with the values of sensitive names masked; in lists and objects, every string and number inside.
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
  /** The depth inside a value that is secret as a whole. */
  let depth = 0;
  /** Whether the next value belongs to a sensitive name. */
  let isNext = false;
  /** A string or word that the following token identifies as a name or a value. */
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

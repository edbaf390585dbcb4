/** Control characters in a URL: an error, because the platform's parser would strip them. */
import { InvalidURL } from "../errors/invalid-url.js";

const controlCharacter = /[\0-\x1f\x7f]/;

/** @internal */
export function refuseControlCharacters(text: string): void {
  const position = text.search(controlCharacter);
  if (position === -1) return;
  const shown = shownControl(text.charCodeAt(position));
  throw new InvalidURL(`Invalid non-printable ASCII character in URL, '${shown}' at position ${position}.`);
}

/** In the notation of HTTPX, hence of Python. */
function shownControl(code: number): string {
  const letter = { 0x09: "t", 0x0a: "n", 0x0d: "r" }[code];
  return `\\${letter ?? `x${code.toString(16).padStart(2, "0")}`}`;
}

/**
 * Bytes to text. Labels are those of the Encoding Standard plus a few spellings Python knows; malformed bytes become
 * U+FFFD; a byte order mark is kept, as in HTTPX. A body gives the same text whole and in chunks, wherever it is cut.
 */
import { TextDecoder } from "../../platform/classes.js";
import { outOfRange } from "../../platform/argument-error.js";

/** `TextDecoder`'s names of encodings by the labels that were looked up; null for unknown labels. */
const canonicalNames = new Map<string, string | null>([
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
]);

/** Python's names of encodings that the Encoding Standard names otherwise. `utf-8-sig` removes the byte order mark. */
const PYTHON_NAMES: ReadonlyMap<string, string> = new Map([
  ["utf-8-sig", "utf-8"],
  ["latin9", "iso-8859-15"],
  ["latin-9", "iso-8859-15"],
]);
const WITH_SIGNATURE = /^\s*(?:utf[-_]?16|utf[-_]8[-_]sig)\s*$/i;

/** Labels come from servers: past this many different ones they are looked up without being remembered. */
const REMEMBERED_LABELS = 256;

function standardName(label: string): string | null {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

function canonicalName(label: string): string | null {
  const known = canonicalNames.get(label);
  if (known !== undefined) return known;
  // Python spells "latin-1", "utf_8" and "euc_jp" what the Encoding Standard calls "latin1", "utf-8", "euc-jp".
  const dashed = label.trim().toLowerCase().replaceAll("_", "-");
  const name =
    PYTHON_NAMES.get(dashed) ??
    standardName(label) ??
    standardName(dashed) ??
    standardName(dashed.replaceAll("-", ""));
  if (canonicalNames.size < REMEMBERED_LABELS) canonicalNames.set(label, name);
  return name;
}

/** @internal Whether text in this encoding can be decoded. */
export function isKnownEncoding(label: string): boolean {
  return canonicalName(label) !== null;
}

/** @internal Whether ASCII bytes are the same text in this encoding. True for the most common ones only. */
export function extendsASCII(label: string): boolean {
  const name = canonicalName(label);
  return name === "utf-8" || name === "windows-1252";
}

/** U+0080 to U+009F in windows-1252; the five undefined bytes stay control characters. */
const WINDOWS_1252 =
  "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f" +
  "\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178";

/**
 * windows-1252, which is also what "latin1", "iso-8859-1" and "ascii" mean in the Encoding Standard. Not left to
 * `TextDecoder`, which gets 0x80 to 0x9F wrong in Node 20.18.3 to 20.x and 22.13 to 24.x (nodejs/node#56542).
 */
function decodeWindows1252(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return latin1.replace(/[\x80-\x9f]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80]!);
}

let utf8: InstanceType<typeof TextDecoder> | null = null;

/** @internal The text of a whole body. `label` must be a known encoding. */
export function decodeText(bytes: Uint8Array, label: string): string {
  if (bytes.byteLength === 0) return "";
  const name = canonicalName(label);
  if (name === "utf-8" && !WITH_SIGNATURE.test(label))
    return (utf8 ??= new TextDecoder("utf-8", { ignoreBOM: true })).decode(bytes);
  const decoding = new TextDecoding(label);
  return decoding.decode(bytes) + decoding.flush();
}

/** @internal The text of a body that comes in chunks; a character cut in two waits for its other half. */
export class TextDecoding {
  readonly #decoder: InstanceType<typeof TextDecoder> | null;
  /** Whether a byte order mark that comes now is not part of the text. */
  #dropsMark: boolean;

  /** @throws RangeError for an unknown encoding. */
  constructor(label: string) {
    const name = canonicalName(label);
    if (name === null) throw outOfRange(`Unknown text encoding ${JSON.stringify(label)}.`);
    // Not by the decoder: that of Deno drops a mark at the beginning of a later chunk too.
    this.#dropsMark = WITH_SIGNATURE.test(label);
    this.#decoder = name === "windows-1252" ? null : new TextDecoder(name, { ignoreBOM: true });
  }

  decode(chunk: Uint8Array): string {
    if (this.#decoder === null) return decodeWindows1252(chunk);
    const text = this.#decoder.decode(chunk, { stream: true });
    if (!this.#dropsMark || text === "") return text;
    this.#dropsMark = false;
    return text.startsWith("\uFEFF") ? text.slice(1) : text;
  }

  /** The rest at the end of the body: U+FFFD for an incomplete character. */
  flush(): string {
    return this.#decoder === null ? "" : this.#decoder.decode();
  }
}

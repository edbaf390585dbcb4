/**
 * Parses bytes as JSON. The bytes alone decide the encoding (UTF-8, UTF-16 or UTF-32, with or without a byte order
 * mark), never Content-Type, as in Python's `json.loads` and so in HTTPX (RFC 4627, section 3). An error names the
 * position and quotes the text there.
 */
import { TextDecoder, TextEncoder } from "../platform/classes.js";
import { coded } from "../errors/coded.js";
import { findFault } from "./json-fault.js";

let utf8: InstanceType<typeof TextDecoder> | null = null;

/** @internal @throws SyntaxError; its message begins with `subject`. Text as `content` is ASCII. */
export function parseJSON(body: Uint8Array | string, subject: () => string): unknown {
  if (typeof body === "string" && isPlain(body)) return parseJSONText(body, subject);
  const content = typeof body === "string" ? new TextEncoder().encode(body) : body;
  let text: string;
  try {
    text = decodeJSON(content);
  } catch (cause) {
    const problem = `is not valid JSON: its bytes are not valid ${detectEncoding(content).toUpperCase()}`;
    throw coded("ERR_INVALID_JSON", new SyntaxError(`${subject()} ${problem}.`, { cause }));
  }
  return parseJSONText(text, subject);
}

/** zero bytes are ASCII too, and show UTF-16 or UTF-32 */
function isPlain(ascii: string): boolean {
  return ascii.charCodeAt(0) !== 0 && ascii.charCodeAt(1) !== 0;
}

/** @internal @throws SyntaxError; its message begins with `subject`. */
export function parseJSONText(text: string, subject: () => string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw coded(
      "ERR_INVALID_JSON",
      new SyntaxError(`${subject()} is not valid JSON: ${describeFault(text, cause)}`, { cause }),
    );
  }
}

function decodeJSON(content: Uint8Array): string {
  const encoding = detectEncoding(content);
  if (encoding === "utf-8") return (utf8 ??= new TextDecoder("utf-8", { fatal: true })).decode(content);
  if (encoding.startsWith("utf-32")) return decodeUTF32(content, encoding === "utf-32le");
  return new TextDecoder(encoding, { fatal: true }).decode(content);
}

type JSONEncoding = "utf-8" | "utf-16le" | "utf-16be" | "utf-32le" | "utf-32be";

/** JSON begins with two ASCII characters (or is one digit), so zero bytes show width and byte order. */
function detectEncoding(bytes: Uint8Array): JSONEncoding {
  const [a, b, c, d] = bytes;
  if (a === undefined || b === undefined) return "utf-8";
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "utf-32le" : "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a === 0 && b === 0) return "utf-32be";
  if (a === 0) return "utf-16be";
  if (b === 0) return c === 0 && d === 0 ? "utf-32le" : "utf-16le";
  return "utf-8";
}

/** TextDecoder does not support UTF-32. */
function decodeUTF32(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const characters: string[] = [];
  for (let at = 0; at < view.byteLength; at += 4) {
    characters.push(String.fromCodePoint(view.getUint32(at, littleEndian)));
  }
  const text = characters.join("");
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** The number of characters shown before and after the fault. */
const SHOWN = 20;

function describeFault(text: string, cause: unknown): string {
  if (text === "") return "it is empty.";
  const at = findFault(text);
  if (at === null) return (cause as Error).message;
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const line = text.slice(0, lineStart).split("\n").length;
  const what =
    at === text.length
      ? "it ends"
      : `unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(at)!))}`;
  const near = JSON.stringify(text.slice(Math.max(0, at - SHOWN), at + SHOWN));
  const place = `line ${line}, column ${at - lineStart + 1}`;
  return `${what}${at === text.length ? " too early" : ""} at ${place}, near ${near}.`;
}

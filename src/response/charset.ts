/**
 * The encoding of a response's text: the `charset` of its Content-Type if it is known, else the client's default, else
 * UTF-8.
 */
import { aString } from "../config/value-checks.js";
import { outOfRange } from "../platform/argument-error.js";
import { isKnownEncoding } from "../body/read/text.js";

/**
 * The encoding of text without a known `charset`: a label, or a function that detects one from the body (null: none
 * found). The function is called only after the body has been read.
 */
export type DefaultEncoding = string | ((content: Uint8Array) => string | null);

const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]*))/i;

/** @internal The `charset` parameter in lower case; null if there is none. */
export function charsetOf(contentType: string | null): string | null {
  const match = contentType === null ? null : CHARSET.exec(contentType);
  const charset = match?.[1] ?? match?.[2] ?? "";
  return charset === "" ? null : charset.toLowerCase();
}

/** @internal `content` returns null until the body has been read. */
export function resolveEncoding(
  charset: string | null,
  fallback: DefaultEncoding,
  content: () => Uint8Array | null,
): string {
  if (charset !== null && isKnownEncoding(charset)) return charset;
  if (typeof fallback === "string") return fallback;
  const bytes = content();
  return (bytes === null ? null : fallback(bytes)) ?? "utf-8";
}

/** @internal @throws RangeError for an unknown label. */
export function checkEncoding(label: string, name = "encoding"): void {
  aString(label, name);
  if (!isKnownEncoding(label)) throw outOfRange(`Unknown text encoding ${JSON.stringify(label)} as ${name}.`);
}

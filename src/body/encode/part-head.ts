/**
 * The head of one part of a multipart body: `Content-Disposition` with the field's name and, for a file, the file's,
 * then the part's own headers. No name and no value can end its line, or the quotes around it.
 */
import { wrongType } from "../../platform/argument-error.js";
import { LocalProtocolError } from "../../errors/protocol-error.js";
import { kindOf } from "../../platform/record.js";
import { isToken } from "../../headers/token.js";

/** Escapes a name between quotes. @internal */
export type NameEscape = (name: string) => string;

/**
 * HTTPX's way: beyond browsers, it escapes the backslash and the control characters below 0x20 except ESC (0x1B).
 * @internal
 */
export const escapeAsHTTPX: NameEscape = (name) =>
  name.replace(/["\\\x00-\x1a\x1c-\x1f]/g, (found) => (found === "\\" ? "\\\\" : percentEncoded(found)));

/** The way of browsers (HTML Standard, multipart/form-data). @internal */
export const escapeAsHTML: NameEscape = (name) => name.replace(/["\r\n]/g, percentEncoded);

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** A value may be any text, in UTF-8, without characters that end the line. */
const forbidden = /[\x00-\x08\x0a-\x1f\x7f]/;

/**
 * The lines of a part's head, without the empty one after them.
 *
 * @param filename `null` and the empty text are left out, which makes the part a plain field.
 * @throws LocalProtocolError for a header that would break the head.
 * @internal
 */
export function partHead(
  name: string,
  filename: string | null,
  headers: Iterable<readonly [name: unknown, value: unknown]>,
  escape: NameEscape,
): string {
  let head = `Content-Disposition: form-data; name="${escape(name)}"`;
  if (filename) head += `; filename="${escape(filename)}"`;
  for (const [name, value] of headers) head += `\r\n${headerLine(name, value)}`;
  return `${head}\r\n`;
}

function headerLine(name: unknown, value: unknown): string {
  if (typeof name !== "string") throw wrongType(`Header name must be a string, not ${kindOf(name)}`);
  if (!isToken(name)) {
    throw new LocalProtocolError(`Illegal header name ${JSON.stringify(name)} in a part of 'files'`, {
      code: "ERR_INVALID_HEADER_NAME",
    });
  }
  if (typeof value !== "string") {
    throw wrongType(`Header value must be a string, not ${kindOf(value)}.`);
  }
  if (forbidden.test(value)) {
    throw new LocalProtocolError(`Illegal header value for ${name} in a part of 'files'`, {
      code: "ERR_INVALID_HEADER_VALUE",
    });
  }
  return `${name}: ${value}`;
}

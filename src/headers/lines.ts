/**
 * Header fields as text: the characters that a field may contain, parsing the lines of a received head, and
 * serialising fields for the wire.
 *
 * Parsing is lenient where RFC 9110 and 9112 require it, but its result meets the same rules as a program's own fields,
 * so that a received field can be sent on.
 */
import { LocalProtocolError } from "../errors/protocol-error.js";
import { isToken } from "./token.js";

const forbidden = /[^\t\x20-\x7e\x80-\xff]/;
const everyForbidden = new RegExp(forbidden, "g");
const fold = /\n[ \t]/;
const everyFold = /\r?\n[ \t]+/g;

/** One header field; never changed, so that copies of headers can share it. @internal */
export interface HeaderField {
  /** The name as given or received. */
  readonly name: string;
  readonly lower: string;
  readonly value: string;
  /** Its line on the wire; null until it is needed. A client's own fields go with every request. */
  line: string | null;
}

/** Whether `value` begins or ends with white space: the recipient would strip it. @internal */
export function isPadded(value: string): boolean {
  return value !== "" && (isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1)));
}

/** Whether `value` has only visible characters, spaces, tabs and bytes above ASCII (RFC 9110, 5.5). @internal */
export function isFieldValue(value: string): boolean {
  return !forbidden.test(value);
}

/**
 * Refuses values that {@link isFieldValue} does not allow. The message does not show the value: it may be a secret with
 * a stray line break at its end.
 *
 * @throws LocalProtocolError
 * @internal
 */
export function checkFieldValue(name: string, value: string): void {
  if (isFieldValue(value)) return;
  throw new LocalProtocolError(`Illegal header value for ${name}`, { code: "ERR_INVALID_HEADER_VALUE" });
}

/**
 * The fields of `lines`, which end in CRLF or LF. A folded line (RFC 9112, 5.2) is joined to the previous one by a
 * space; a line without a valid name is skipped.
 *
 * @internal
 */
export function parseFieldLines(lines: string): HeaderField[] {
  const unfolded = fold.test(lines) ? lines.replace(everyFold, " ") : lines;
  const fields: HeaderField[] = [];
  let start = 0;
  while (start < unfolded.length) {
    let end = unfolded.indexOf("\n", start);
    if (end === -1) end = unfolded.length;
    const line = unfolded.slice(start, end);
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0));
    if (isToken(name)) {
      const value = fieldValue(line, colon + 1);
      fields.push({ name, lower: name.toLowerCase(), value, line: null });
    }
    start = end + 1;
  }
  return fields;
}

/** The lines of `fields`, each ended by CRLF. @internal */
export function fieldLines(fields: readonly HeaderField[]): string {
  let lines = "";
  // no iterator, whose results would be garbage of each request
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]!;
    lines += field.line ??= `${field.name}: ${field.value}\r\n`;
  }
  return lines;
}

/** The rest of `line` without the white space around it (RFC 9110, 5.5). */
function fieldValue(line: string, start: number): string {
  let from = start;
  let to = line.length;
  while (from < to && isBlank(line.charCodeAt(from))) from++;
  while (to > from && isBlank(line.charCodeAt(to - 1))) to--;
  const value = line.slice(from, to);
  // RFC 9110, 5.5: a recipient replaces CR and NUL by a space before it passes the value on.
  return forbidden.test(value) ? value.replace(everyForbidden, " ") : value;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d;
}

/** Secrets in the parts of multipart bodies: fields with secrets' names, and the content of other text parts. */
import { SECURE, type SensitiveNames } from "./names.js";
import type { OnSecret } from "./pairs.js";
import { maskText } from "./text.js";

const BOUNDARY = /^multipart\/.*;\s*boundary=(?:"([^"]*)"|([^\s;]*))/i;
const PART_NAME = /\bname="([^"]*)"/;
/** A file may have any content, unless its type says that it is text. */
const BINARY_PART = /\bfilename\*?=(?!.*^content-type:\s*(?:text\/|\S*json|\S*xml))/ims;

/** The boundary in a Content-Type; null if it is not multipart. @internal */
export function boundaryIn(contentType: string): string | null {
  const match = BOUNDARY.exec(contentType);
  return (match?.[1] ?? match?.[2]) || null;
}

/** `body`, one character per byte, with the values of sensitive fields masked. @internal */
export function maskMultipart(
  body: string,
  boundary: string,
  names: SensitiveNames,
  onSecret?: OnSecret,
): string {
  const delimiter = `--${boundary}`;
  return body
    .split(delimiter)
    .map((part) => maskPart(part, names, onSecret))
    .join(delimiter);
}

function maskPart(part: string, names: SensitiveNames, onSecret: OnSecret | undefined): string {
  const blank = part.indexOf("\r\n\r\n");
  if (blank === -1) return part;
  const head = part.slice(0, blank + 4);
  const value = part.slice(head.length).replace(/\r\n$/, "");
  const rest = part.slice(head.length + value.length);
  if (!names.has(PART_NAME.exec(head)?.[1] ?? "")) {
    return BINARY_PART.test(head) ? part : head + maskText(value, names, onSecret) + rest;
  }
  if (value === "" || value === SECURE) return part;
  onSecret?.(value);
  return head + SECURE + rest;
}

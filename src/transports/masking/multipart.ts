/** Secrets in the fields of multipart forms, part by part. */
import { SECURE, type SensitiveNames } from "./names.js";
import type { OnSecret } from "./pairs.js";

const BOUNDARY = /^multipart\/.*;\s*boundary=(?:"([^"]*)"|([^\s;]*))/i;
const PART_NAME = /\bname="([^"]*)"/;

/** The boundary that a Content-Type names; null if it is not that of a multipart body. @internal */
export function boundaryIn(contentType: string): string | null {
  const match = BOUNDARY.exec(contentType);
  return (match?.[1] ?? match?.[2]) || null;
}

/** `body`, a character for each byte, with the values of sensitive fields masked. @internal */
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
  const name = blank === -1 ? undefined : PART_NAME.exec(part.slice(0, blank))?.[1];
  if (name === undefined || !names.has(name)) return part;
  const value = part.slice(blank + 4).replace(/\r\n$/, "");
  if (value === "" || value === SECURE) return part;
  onSecret?.(value);
  return part.slice(0, blank + 4) + SECURE + part.slice(blank + 4 + value.length);
}

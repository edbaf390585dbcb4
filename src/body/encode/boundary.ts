/**
 * The boundary between the parts of a multipart body: the caller's, if the Content-Type names one, else 128 random
 * bits, which no part contains by chance.
 */
import { crypto } from "../../platform/crypto.js";

/** A parameter of a header: its value is a token, or quoted (RFC 9110, 5.6.6). */
const parameters = /;\s*([^=;\s]+)=("(?:[^"\\]|\\.)*"|[^;]*)/g;

/** The boundary that a multipart Content-Type names, or `null`. @internal */
export function boundaryOf(contentType: string | null): string | null {
  if (contentType === null || !/^\s*multipart\//i.test(contentType)) return null;
  for (const [, name, value] of contentType.matchAll(parameters)) {
    if (name!.toLowerCase() !== "boundary") continue;
    const boundary = value!.trim().replace(/^"(.*)"$/, "$1");
    // ASCII only (RFC 2046, 5.1.1): header and body encode other characters differently.
    return /^[\x20-\x7e]+$/.test(boundary) ? boundary : null;
  }
  return null;
}

/** @internal */
export function randomBoundary(): string {
  return crypto().randomBytes(16).toString("hex");
}

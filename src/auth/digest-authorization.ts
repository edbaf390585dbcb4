/**
 * The answer to a Digest challenge (RFC 7616, 3.4; RFC 2069 for challenges without qop), as a pure function.
 *
 * Texts have one character per byte here, so that the hash covers exactly the bytes of the header: user name and
 * password in UTF-8, the server's values in their original encoding.
 */
import { crypto } from "../platform/crypto.js";
import type { DigestChallenge } from "./digest-challenge.js";

/** @internal */
export interface DigestParts {
  readonly challenge: DigestChallenge;
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly uri: string;
  /** How often the nonce has been used, this time included. */
  readonly count: number;
  /** The client's own nonce. */
  readonly cnonce: string;
}

/** The value of the `Authorization` header, its fields in HTTPX's order. @internal */
export function digestAuthorization(parts: DigestParts): string {
  const { challenge, username, uri, cnonce } = parts;
  const { realm, nonce, opaque, algorithm, qop } = challenge;
  const nc = parts.count.toString(16).padStart(8, "0");
  const fields = [
    `username=${quoted(username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${digestResponse(parts, nc)}"`,
    `algorithm=${algorithm}`,
  ];
  if (opaque) fields.push(`opaque=${quoted(opaque)}`);
  if (qop !== null) fields.push(`qop=${qop}`, `nc=${nc}`);
  // RFC 2069 has no cnonce, but a server cannot verify a response whose key depends on it without it.
  if (qop !== null || challenge.isSession) fields.push(`cnonce=${quoted(cnonce)}`);
  return `Digest ${fields.join(", ")}`;
}

/** @internal */
export function byteString(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function digestResponse(parts: DigestParts, nc: string): string {
  const { challenge, cnonce } = parts;
  const { nonce, qop } = challenge;
  const hash = (text: string): string =>
    crypto().createHash(challenge.hash).update(Buffer.from(text, "latin1")).digest("hex");

  const credentials = hash(`${parts.username}:${challenge.realm}:${parts.password}`);
  const key = challenge.isSession ? hash(`${credentials}:${nonce}:${cnonce}`) : credentials;
  const use = qop === null ? nonce : `${nonce}:${nc}:${cnonce}:${qop}`;
  return hash(`${key}:${use}:${hash(`${parts.method}:${parts.uri}`)}`);
}

/** A quoted-string (RFC 9110, 5.6.4). */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

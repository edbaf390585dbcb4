/**
 * Digest as a server checks it, written from RFC 7616, 3.4 and RFC 2069, 2.1.2, independently of the client's code. The
 * tests check it against the vectors of both RFCs before they rely on it.
 */
import { createHash } from "node:crypto";

const HASHES: Record<string, string> = { MD5: "md5", SHA: "sha1", "SHA-256": "sha256", "SHA-512": "sha512" };

/** The parts of a request that a server verifies. */
export interface DigestSecrets {
  readonly username: string;
  readonly password: string;
  readonly method: string;
}

/** The fields of a Digest `Authorization` header, unquoted. */
export function digestFields(authorization: string | null): Record<string, string> {
  const [, scheme, rest = ""] = /^(\S+) (.*)$/s.exec(authorization ?? "") ?? [];
  if (scheme !== "Digest") throw new Error(`no Digest header: ${authorization}`);
  const fields: Record<string, string> = {};
  for (const [, name, quoted, bare] of rest.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))(?:, |$)/g)) {
    fields[name!] = quoted?.replace(/\\(.)/g, "$1") ?? bare!;
  }
  return fields;
}

/** The `response` value that matches the other fields. */
export function expectedResponse(fields: Record<string, string>, secrets: DigestSecrets): string {
  const { realm, nonce, uri, qop, nc, cnonce, algorithm = "MD5" } = fields;
  const [name] = algorithm.toUpperCase().split(/-SESS$/);
  const h = (...parts: (string | undefined)[]): string =>
    // one character per byte, as in a header received over the wire
    createHash(HASHES[name!]!)
      .update(Buffer.from(parts.join(":"), "latin1"))
      .digest("hex");
  const bytes = (text: string): string => Buffer.from(text).toString("latin1");

  let a1 = h(bytes(secrets.username), realm, bytes(secrets.password));
  if (/-sess$/i.test(algorithm)) a1 = h(a1, nonce, cnonce);
  const a2 = h(secrets.method, uri);
  return qop === undefined ? h(a1, nonce, a2) : h(a1, nonce, nc, cnonce, qop, a2);
}

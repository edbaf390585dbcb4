/** A server's demand for Digest authentication: the challenge to answer, validated. */
import { coded } from "../errors/coded.js";
import { ProtocolError } from "../errors/protocol-error.js";
import type { Headers } from "../headers/headers.js";
import type { Request } from "../request/request.js";
import { type Challenge, parseChallenges } from "./challenges.js";

/** Texts are as received, one character per byte. @internal */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  /** In the server's spelling; MD5 if it named none. */
  readonly algorithm: string;
  /** The algorithm's hash function, by its name in `node:crypto`. */
  readonly hash: string;
  /** Whether the key depends on the nonces of a session: the algorithms that end in `-sess`. */
  readonly isSession: boolean;
  /** Quality of protection; null in the form of RFC 2069, which has none. */
  readonly qop: "auth" | null;
}

const HASHES: ReadonlyMap<string, string> = new Map([
  ["MD5", "md5"],
  ["SHA", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-512", "sha512"],
]);

/**
 * The first Digest challenge that can be answered, because servers list them in order of preference (RFC 7616, 3.7).
 * null if there is no Digest challenge.
 *
 * @throws ProtocolError if all of them are malformed, or need an unknown algorithm or qop.
 * @throws Error if they need an unsupported feature.
 * @internal
 */
export function readDigestChallenge(headers: Headers, request: Request): DigestChallenge | null {
  let fault: unknown = null;
  for (const challenge of headers.getList("www-authenticate").flatMap(parseChallenges)) {
    if (challenge.scheme !== "digest") continue;
    // The bare word asks nothing that could be answered: the caller gets the 401, as in HTTPX.
    if (challenge.isWellFormed && challenge.parameters.size === 0) continue;
    try {
      return checked(challenge, request);
    } catch (error) {
      fault ??= error;
    }
  }
  if (fault !== null) throw fault;
  return null;
}

function checked({ parameters, isWellFormed }: Challenge, request: Request): DigestChallenge {
  const realm = parameters.get("realm");
  const nonce = parameters.get("nonce");
  if (!isWellFormed || realm === undefined || nonce === undefined) {
    throw refusal("Malformed Digest WWW-Authenticate header", request);
  }
  const algorithm = parameters.get("algorithm") ?? "MD5";
  const [, name = "", session] = /^(.*?)(-SESS)?$/s.exec(algorithm.toUpperCase()) ?? [];
  const hash = HASHES.get(name);
  if (hash === undefined) throw refusal(`Unexpected algorithm "${algorithm}" in digest auth`, request);
  return {
    realm,
    nonce,
    opaque: parameters.get("opaque") ?? null,
    algorithm,
    hash,
    isSession: session !== undefined,
    qop: chosenQop(parameters.get("qop"), request),
  };
}

function chosenQop(offered: string | undefined, request: Request): "auth" | null {
  if (offered === undefined) return null;
  const values = new Set(offered.split(",").map((value) => value.trim().toLowerCase()));
  if (values.has("auth")) return "auth";
  if (values.has("auth-int")) {
    throw coded(
      "ERR_DIGEST_CHALLENGE",
      new Error(`${request.summary}: the server demands Digest auth-int, which is not supported`),
    );
  }
  throw refusal(`Unexpected qop value "${offered}" in digest auth`, request);
}

function refusal(message: string, request: Request): ProtocolError {
  return new ProtocolError(`${request.summary}: ${message}`, {
    code: "ERR_DIGEST_CHALLENGE",
    phase: "headers",
    requestSent: true,
    request,
  });
}

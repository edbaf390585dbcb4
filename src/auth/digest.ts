/** Digest authentication (RFC 7616, with RFC 2069's older form): the password itself is never sent. */
import { surplusArgument, wrongType } from "../platform/argument-error.js";
import { inspect } from "node:util";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { Auth } from "./auth.js";
import { byteString, digestAuthorization } from "./digest-authorization.js";
import { type DigestChallenge, readDigestChallenge } from "./digest-challenge.js";
import { Nonces } from "./nonces.js";
import { Recent } from "./recent.js";

/**
 * Answers a server's Digest challenge. The first request to an origin is sent twice, because the challenge comes with
 * its 401; later requests answer the same challenge in advance, until a 401 brings a new one. So a body that can be
 * sent only once, such as a generator's, needs an earlier request that fetches the challenge.
 *
 * Algorithms: MD5, SHA, SHA-256 and SHA-512, each also with `-sess`. Quality of protection: `auth`, or none as in
 * RFC 2069. User name and password are UTF-8, both in the hash and in the header.
 *
 * Use one object for many requests: it holds the challenges, and counts the uses of each nonce.
 *
 * @example
 * const client = new AsyncClient({ auth: new DigestAuth("user", "password") });
 */
export class DigestAuth extends Auth {
  readonly #username: string;
  readonly #password: string;
  /** The last challenge of each origin. One server's challenge must not reach another. */
  readonly #challenges = new Recent<DigestChallenge>();
  readonly #nonces = new Nonces();

  /** @throws TypeError if one of them is not a string. */
  constructor(username: string, password: string) {
    super();
    if (arguments.length > 2) throw surplusArgument("DigestAuth", "a user name and a password");
    if (typeof username !== "string") throw wrongType("The user name of DigestAuth must be a string");
    if (typeof password !== "string") throw wrongType("The password of DigestAuth must be a string");
    this.#username = username;
    this.#password = password;
  }

  /**
   * @throws ProtocolError if the server's challenge is malformed, or names an unknown algorithm or qop.
   * @throws Error if the server demands `auth-int`.
   * @throws LocalProtocolError if the user name is not allowed in a header.
   */
  *authFlow(request: Request): Generator<Request, void, Response> {
    const known = this.#challenges.get(request.parsedURL.origin);
    if (known !== undefined) this.#authorize(request, known);

    const response = yield request;
    if (response.statusCode !== 401 || !isForFlowOf(request, response)) return;
    const challenge = readDigestChallenge(response.headers, request);
    if (challenge === null) return;

    this.#challenges.set(request.parsedURL.origin, challenge);
    this.#authorize(request, challenge);
    sendCookiesBack(response, request);
    yield request;
  }

  /** @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `<DigestAuth(${inspect(this.#username)}, '[secure]')>`;
  }

  #authorize(request: Request, challenge: DigestChallenge): void {
    const authorization = digestAuthorization({
      challenge,
      username: byteString(this.#username),
      password: byteString(this.#password),
      method: request.method,
      uri: request.parsedURL.path,
      ...this.#nonces.next(challenge.nonce, challenge.isSession),
    });
    request.headers.set("Authorization", authorization);
  }
}

/** False for another origin's challenge after a redirect, and for a redirected request that already had an answer. */
function isForFlowOf(request: Request, response: Response): boolean {
  let answered: Request;
  try {
    answered = response.request;
  } catch {
    return true; // made by hand: there is no redirect to check
  }
  if (answered === request) return true;
  return answered.parsedURL.origin === request.parsedURL.origin && !answered.headers.has("authorization");
}

/** Some servers recognise a nonce only with the session cookie that came with it. */
function sendCookiesBack(response: Response, request: Request): void {
  if (request.headers.has("cookie")) return;
  const pairs: string[] = [];
  for (const cookie of response.headers.getSetCookie()) {
    const [pair = ""] = cookie.split(";", 1);
    if (pair.indexOf("=") > 0) pairs.push(pair.trim());
  }
  if (pairs.length > 0) request.headers.set("Cookie", pairs.join("; "));
}

/** A bearer token (RFC 6750): fixed, or returned by a function for each request. */
import { surplusArgument, wrongType } from "../platform/argument-error.js";
import { isCallable } from "../platform/callable.js";
import { kindOf } from "../platform/record.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { Auth } from "./auth.js";

/** A token, or a function that returns one. */
type TokenSource = string | (() => string | Promise<string>);

/**
 * Sends a token with every request. A function is called once for each request, so that it can return a fresh token when
 * the old one has expired; caching is its own responsibility.
 *
 * @example
 * const client = new AsyncClient({ auth: new BearerAuth(() => vault.currentToken()) });
 */
export class BearerAuth extends Auth {
  readonly #token: TokenSource;

  /** @throws TypeError if it is neither a function nor a non-empty string. */
  constructor(token: string | (() => string | Promise<string>)) {
    super();
    if (arguments.length > 1) throw surplusArgument("BearerAuth", "a token");
    this.#token = isCallable(token) ? token : checked(token);
  }

  /** @throws TypeError if the function returns no token; LocalProtocolError if the token is not allowed in a header. */
  async *authFlow(request: Request): AsyncGenerator<Request, void, Response> {
    const token = typeof this.#token === "function" ? checked(await this.#token()) : this.#token;
    request.headers.set("Authorization", `Bearer ${token}`);
    yield request;
  }

  /** @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "<BearerAuth('[secure]')>";
  }
}

/** An empty token is a missing setting; the server's 401 would not say so. */
function checked(token: unknown): string {
  if (typeof token === "string" && token !== "") return token;
  const seen = token === "" ? "an empty string" : kindOf(token);
  throw wrongType(`The token of BearerAuth must be a string, not ${seen}`);
}

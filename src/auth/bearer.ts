/** A bearer token (RFC 6750): fixed, or asked for anew for each request. */
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { Auth } from "./auth.js";

/** A token, or what gives one. */
type TokenSource = string | (() => string | Promise<string>);

/**
 * Sends a token with every request. A function is called once for each, so that it can give a fresh token when the
 * old one has run out; whether it keeps a token meanwhile is its own affair.
 *
 * @example
 * const client = new AsyncClient({ auth: new BearerAuth(() => vault.currentToken()) });
 */
export class BearerAuth extends Auth {
  readonly #token: TokenSource;

  /** @throws TypeError if it is neither a function nor a string with something in it. */
  constructor(token: string | (() => string | Promise<string>)) {
    super();
    this.#token = typeof token === "function" ? token : checked(token);
  }

  /** @throws TypeError if the function gave no token; LocalProtocolError if the token cannot stand in a header. */
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

/** An empty token is a setting that somebody forgot; the server's 401 would not say so. */
function checked(token: unknown): string {
  if (typeof token === "string" && token !== "") return token;
  const seen = token === "" ? "an empty string" : token === null ? "null" : typeof token;
  throw new TypeError(`The token of BearerAuth must be a string, not ${seen}`);
}

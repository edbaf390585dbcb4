/** Basic authentication (RFC 7617), in UTF-8. Every request carries the password in readable form. */
import { surplusArgument, wrongType } from "../platform/argument-error.js";
import { inspect } from "node:util";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { Auth } from "./auth.js";

/**
 * Sends user name and password with every request. `auth: ["user", "password"]` is short for it.
 *
 * @example
 * await client.get("https://example.org/", { auth: new BasicAuth("user", "password") });
 */
export class BasicAuth extends Auth {
  readonly #username: string;
  readonly #authorization: string;

  /**
   * @param username must contain no colon, or the server cannot tell where the password begins (RFC 7617, 2).
   * @throws TypeError if one of them is not a string.
   */
  constructor(username: string, password: string) {
    super();
    if (arguments.length > 2) throw surplusArgument("BasicAuth", "a user name and a password");
    if (typeof username !== "string") throw wrongType("The user name of BasicAuth must be a string");
    if (typeof password !== "string") throw wrongType("The password of BasicAuth must be a string");
    this.#username = username;
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
  }

  *authFlow(request: Request): Generator<Request, void, Response> {
    request.headers.set("Authorization", this.#authorization);
    yield request;
  }

  /** @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `<BasicAuth(${inspect(this.#username)}, '[secure]')>`;
  }
}

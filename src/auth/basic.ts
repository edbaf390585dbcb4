/** Basic authentication (RFC 7617), in UTF-8. The password is sent with every request, legible to whoever reads it. */
import { inspect } from "node:util";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { Auth } from "./auth.js";

/**
 * Sends user name and password with every request: what `auth: ["user", "password"]` stands for.
 *
 * @example
 * await client.get("https://example.org/", { auth: new BasicAuth("user", "password") });
 */
export class BasicAuth extends Auth {
  readonly #username: string;
  readonly #authorization: string;

  /**
   * @param username without a colon, if the server is to tell where the password begins (RFC 7617, 2).
   * @throws TypeError if one of them is no string.
   */
  constructor(username: string, password: string) {
    super();
    if (typeof username !== "string") throw new TypeError("The user name of BasicAuth must be a string");
    if (typeof password !== "string") throw new TypeError("The password of BasicAuth must be a string");
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

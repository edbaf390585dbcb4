/** Converts the values accepted for `auth` to an {@link Auth}. No message shows the value: it may be a secret. */
import { wrongType } from "../platform/argument-error.js";
import { isCallable } from "../platform/callable.js";
import type { Request } from "../request/request.js";
import { Auth } from "./auth.js";
import { BasicAuth } from "./basic.js";
import { FunctionAuth } from "./function.js";

/** User name and password for Basic authentication, an {@link Auth}, or a function that changes the request. */
export type AuthTypes =
  readonly [username: string, password: string] | Auth | ((request: Request) => Request | Promise<Request>);

/**
 * @throws TypeError if it is none of them.
 * @internal
 */
export function coerceAuth(auth: AuthTypes | null | undefined): Auth | null {
  if (auth === null || auth === undefined) return null;
  if (auth instanceof Auth) return auth;
  if (typeof auth === "function") {
    if ((auth.prototype as unknown) instanceof Auth)
      throw invalid("got a class of Auth, not an object of it");
    if (!isCallable(auth)) throw invalid(`${EXPECTED}, got a class`);
    return new FunctionAuth(auth);
  }
  if (!Array.isArray(auth)) throw invalid(`${EXPECTED}, got type ${typeof auth}`);
  if (auth.length !== 2 || auth.some((part) => typeof part !== "string")) {
    throw invalid(`${EXPECTED}, got an array that is no pair of strings`);
  }
  return new BasicAuth(auth[0], auth[1]);
}

/** The auth that the user information of the request's URL asks for: `http://user:password@host/`. @internal */
export function authOfURL(request: Request): BasicAuth | null {
  const { userinfo } = request.parsedURL;
  return userinfo === null ? null : new BasicAuth(userinfo.username, userinfo.password);
}

const EXPECTED = "expected [username, password], an Auth, or a function of the request";

function invalid(reason: string): TypeError {
  return wrongType(`Invalid "auth" argument: ${reason}`);
}

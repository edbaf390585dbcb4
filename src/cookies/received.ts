/**
 * The rules by which a server may set a cookie: the storage model of RFC 6265bis (5.7). A cookie that breaks one is
 * ignored. Steps that concern browsers alone (APIs other than HTTP, requests across sites) have nothing to do here.
 *
 * Not done by tough-cookie's `CookieJar`, which is further from that document than it can be configured to be: it
 * refuses `Domain=api` from the host `api`, has a cookie of `Max-Age=60` live on for 60 seconds after each use, lets
 * plain http replace a `Secure` cookie, matches decoded paths, and keeps any number of cookies.
 */
import type { Cookie } from "./cookie.js";
import type { Jar } from "./jar.js";
import type { RequestURI } from "./request-uri.js";
import { defaultPath, domainMatches, isPublicSuffix } from "./rules.js";
import { type SetCookie, parseSetCookie } from "./set-cookie.js";

/** Puts into `jar` what a `Set-Cookie` header of an answer from `uri` says, if it may say it. @internal */
export function receive(jar: Jar, header: string, uri: RequestURI, now: number): void {
  const said = parseSetCookie(header, now);
  if (said === null) return;
  const cookie = cookieFrom(said, uri);
  if (cookie === null || !isAllowed(cookie, said, uri)) return;
  // Step 16: who can only tamper with plain http cannot put a cookie of his own over one that came by https.
  if (!uri.isSecure && jar.hasSecureOver(cookie)) return;
  jar.receive(cookie, now);
}

/** Steps 5 to 12 and 14: where the cookie is for. */
function cookieFrom(said: SetCookie, { host, path }: RequestURI): Cookie | null {
  let { domain } = said;
  if (domain !== "" && isPublicSuffix(domain)) {
    if (domain !== host) return null;
    domain = "";
  }
  if (domain !== "" && !domainMatches(host, domain)) return null;
  return {
    ...said,
    domain: domain === "" ? host : domain,
    hostOnly: domain === "",
    path: said.path || defaultPath(path),
  };
}

/** Steps 13 and 19 to 22. */
function isAllowed(cookie: Cookie, said: SetCookie, uri: RequestURI): boolean {
  if (cookie.secure && !uri.isSecure) return false;
  if (cookie.sameSite === "none" && !cookie.secure) return false;
  const name = cookie.name.toLowerCase();
  if (name.startsWith("__secure-") && !cookie.secure) return false;
  if (name.startsWith("__host-")) {
    return cookie.secure && cookie.hostOnly && said.path !== null && cookie.path === "/";
  }
  // Sent without a name, such a value would look like a cookie of that prefix.
  return name !== "" || !/^__(secure|host)-/i.test(cookie.value);
}

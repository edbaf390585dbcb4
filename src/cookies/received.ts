/**
 * The rules by which a server may set a cookie: the storage model of RFC 6265bis (5.7). A cookie that breaks one is
 * ignored. Steps for browsers alone (APIs other than HTTP, requests across sites) are left out.
 */
import type { Cookie } from "./cookie.js";
import type { Jar } from "./jar.js";
import type { RequestURI } from "./request-uri.js";
import { domainMatches, isPublicSuffix } from "./domains.js";
import { defaultPath } from "./paths.js";
import { type SetCookie, parseSetCookie } from "./set-cookie.js";

/** Stores the cookie of a `Set-Cookie` header in a response from `uri`, if the rules allow it. @internal */
export function receive(jar: Jar, header: string, uri: RequestURI, now: number): void {
  const parsed = parseSetCookie(header, now);
  if (parsed === null) return;
  const cookie = cookieFrom(parsed, uri);
  if (cookie === null || !isAllowed(cookie, parsed, uri)) return;
  // Step 16: an attacker who can change plain http must not replace a cookie that came by https.
  if (!uri.isSecure && jar.hasSecureOver(cookie)) return;
  jar.receive(cookie, now);
}

/** Steps 5 to 12 and 14: domain and path of the cookie. */
function cookieFrom(parsed: SetCookie, { host, path }: RequestURI): Cookie | null {
  let { domain } = parsed;
  if (domain !== "" && isPublicSuffix(domain)) {
    if (domain !== host) return null;
    domain = "";
  }
  if (domain !== "" && !domainMatches(host, domain)) return null;
  return {
    ...parsed,
    domain: domain === "" ? host : domain,
    hostOnly: domain === "",
    path: parsed.path || defaultPath(path),
  };
}

/** Steps 13 and 19 to 22. */
function isAllowed(cookie: Cookie, parsed: SetCookie, uri: RequestURI): boolean {
  if (cookie.secure && !uri.isSecure) return false;
  if (cookie.sameSite === "none" && !cookie.secure) return false;
  const name = cookie.name.toLowerCase();
  if (name.startsWith("__secure-") && !cookie.secure) return false;
  if (name.startsWith("__host-")) {
    return cookie.secure && cookie.hostOnly && parsed.path !== null && cookie.path === "/";
  }
  // A cookie without a name is sent as its value alone, which would look like a cookie with that prefix.
  return name !== "" || !/^__(secure|host)-/i.test(cookie.value);
}

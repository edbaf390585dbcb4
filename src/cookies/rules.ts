/**
 * What RFC 6265bis (5.1) builds its rules from: dates, spellings and suffixes of hosts, and what domains and paths
 * cover. All that is intricate is tough-cookie's, which is loaded when something needs it for the first time.
 */
import { toughCookie } from "#tough-cookie";

const notInHosts = /[\0- ]/;

/**
 * `domain` as the host of a URL is spelled: in lower case, in Punycode, an IPv6 address in brackets; without a
 * leading dot. `null` if it is no host: if it has a port, say.
 *
 * @internal
 */
export function canonicalDomain(domain: string): string | null {
  const bare = domain.startsWith(".") ? domain.slice(1) : domain;
  if (notInHosts.test(bare)) return null;
  const host = bare.includes(":") && !bare.startsWith("[") ? `[${bare}]` : bare;
  if (!URL.canParse(`http://${host}/`)) return null;
  const { href, hostname } = new URL(`http://${host}/`);
  return href === `http://${hostname}/` ? hostname : null;
}

/** Without tough-cookie's own exceptions, by which `local` throws, and `a.localhost` sets cookies for `localhost`. */
const SUFFIX_LIST_ONLY = { allowSpecialUseDomain: false, ignoreError: true };

/**
 * Whether anybody can get a name below `domain`, so that a cookie for all of it would go to strangers: `com`,
 * `co.uk`, `github.io`, by Mozilla's list. True of single labels and of IP addresses too: nothing is below them
 * that belongs to the same owner.
 *
 * @internal
 */
export function isPublicSuffix(domain: string): boolean {
  // tough-cookie's function of this name gives the registrable domain, and none for a suffix.
  return toughCookie().getPublicSuffix(domain, SUFFIX_LIST_ONLY) === undefined;
}

/** Whether `host` is `domain` or below it; both in their one spelling. @internal */
export function domainMatches(host: string, domain: string): boolean {
  return toughCookie().domainMatch(host, domain, false) === true;
}

/** Whether `path` is `cookiePath` or below it. @internal */
export function pathMatches(path: string, cookiePath: string): boolean {
  return cookiePath === "/" || toughCookie().pathMatch(path, cookiePath);
}

/** The path of a cookie that an answer from `path` sets without one. @internal */
export function defaultPath(path: string): string {
  return toughCookie().defaultPath(path);
}

/** In milliseconds since the epoch; `null` if it is no date. @internal */
export function cookieDate(text: string): number | null {
  return toughCookie().parseDate(text)?.getTime() ?? null;
}

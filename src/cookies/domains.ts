/**
 * Domains of cookies (RFC 6265bis, 5.1.2 and 5.1.3): how they are spelled, what they cover, and which of them are
 * public suffixes.
 */
import { URL } from "../platform/classes.js";

const notInHosts = /[\0- ]/;
/** The URL Standard reads every host that ends in a number as an IPv4 address. */
const endsInNumber = /(?:^|\.)\d+$/;

/**
 * `domain` as the host of a URL is spelled: in lower case, in Punycode, an IPv6 address in brackets; without a
 * leading dot. `null` if it is no host, for example because it has a port.
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

/** Made from the list by the first domain that is looked up: most programs never see a cookie with one. */
let rules: ReadonlySet<string> | null = null;

/**
 * Whether `domain` is a public suffix: strangers can register names below it, so a cookie for all of it would reach
 * them. `com`, `co.uk` and `github.io` are. Single labels and IP addresses count as well: nothing below them belongs
 * to the same owner.
 *
 * @internal
 */
export function isPublicSuffix(domain: string): boolean {
  const name = domain.endsWith(".") ? domain.slice(0, -1) : domain;
  const dot = name.indexOf(".");
  if (dot === -1 || endsInNumber.test(name)) return true;
  rules ??= new Set(publicSuffixRules());
  return rules.has(name) || (rules.has(`*${name.slice(dot)}`) && !rules.has(`!${name}`));
}

function publicSuffixRules(): string[] {
  const { PUBLIC_SUFFIX_RULES } =
    require("./public-suffix-list.js") as typeof import("./public-suffix-list.js");
  return PUBLIC_SUFFIX_RULES.split("\n");
}

/** Whether `host` is `domain` or below it; both as {@link canonicalDomain} spells them. @internal */
export function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !endsInNumber.test(host));
}

/**
 * The store of cookies, searched by URL.
 *
 * Name, domain, host-only flag and path identify a cookie: no two cookies share all four. A search never finds an
 * expired cookie. The number of cookies that servers set is bounded, so that no server can fill the memory. Cookies
 * keep the order of their creation, which a new value does not change.
 */
import type { Cookie } from "./cookie.js";
import type { RequestURI } from "./request-uri.js";
import { domainMatches } from "./domains.js";
import { pathMatches } from "./paths.js";

/** The limit of Chrome and Firefox; RFC 6265bis (6.1) asks for 50 at least. */
const MAX_PER_DOMAIN = 180;
/** The minimum of RFC 6265bis (6.1), and the limit of Firefox. */
const MAX_TOTAL = 3000;

interface Entry {
  readonly cookie: Cookie;
  readonly createdAt: number;
  usedAt: number;
}

/** @internal */
export class Jar {
  /** By identity, in order of creation. */
  readonly #entries = new Map<string, Entry>();
  readonly #byDomain = new Map<string, Map<string, Entry>>();
  #earliestExpiry = Infinity;
  /** Counts creations and uses. Times in milliseconds would often be equal, and give no order. */
  #ticks = 0;

  /** Costs the same for any number of cookies. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** All cookies in order of creation. */
  list(): Cookie[] {
    this.#dropExpired(Date.now());
    return Array.from(this.#entries.values(), (entry) => entry.cookie);
  }

  /** Adds a cookie, or replaces the one with the same identity; an expired cookie only removes that one. */
  put(cookie: Cookie, now: number): void {
    const key = identity(cookie);
    const old = this.#entries.get(key);
    if (cookie.expires <= now) {
      if (old !== undefined) this.#remove(old.cookie);
      return;
    }
    const usedAt = ++this.#ticks;
    const entry = { cookie, createdAt: old?.createdAt ?? usedAt, usedAt };
    this.#entries.set(key, entry);
    const ofDomain = this.#byDomain.get(cookie.domain);
    if (ofDomain === undefined) this.#byDomain.set(cookie.domain, new Map([[key, entry]]));
    else ofDomain.set(key, entry);
    if (cookie.expires < this.#earliestExpiry) this.#earliestExpiry = cookie.expires;
  }

  /** Adds a cookie from a server. Past a limit it removes the cookie that was not used for longest. */
  receive(cookie: Cookie, now: number): void {
    this.#dropExpired(now);
    const before = this.#entries.size;
    this.put(cookie, now);
    if (this.#entries.size <= before) return;
    const ofDomain = this.#byDomain.get(cookie.domain)!;
    if (ofDomain.size > MAX_PER_DOMAIN) {
      const entries = [...ofDomain.values()];
      const plain = entries.filter((entry) => !entry.cookie.secure);
      this.#evict(plain.length > 0 ? plain : entries);
      return;
    }
    const own = this.#byDomain.get("")?.size ?? 0;
    if (this.#entries.size - own <= MAX_TOTAL) return;
    this.#evict([...this.#entries.values()].filter((entry) => entry.cookie.domain !== ""));
  }

  /** Removes the cookies for which `isOut` is true. */
  removeWhere(isOut: (cookie: Cookie) => boolean): void {
    for (const { cookie } of [...this.#entries.values()]) if (isOut(cookie)) this.#remove(cookie);
  }

  /**
   * The cookies to send to `uri`: longer paths first, then those for every host, then the older ones (RFC 6265bis,
   * 5.8.3). With `domainless`, a cookie for every host is among them unless one of the same name is for this host.
   */
  find(uri: RequestURI, domainless: boolean): Cookie[] {
    this.#dropExpired(Date.now());
    const found: Entry[] = [];
    for (const domain of domainsOf(uri.host)) this.#collect(domain, uri, found);
    if (domainless && this.#byDomain.has("")) {
      const names = new Set(found.map((entry) => entry.cookie.name));
      const own: Entry[] = [];
      this.#collect("", uri, own);
      for (const entry of own) if (!names.has(entry.cookie.name)) found.push(entry);
    }
    for (const entry of found) entry.usedAt = ++this.#ticks;
    return found.sort(inOrderOfSending).map((entry) => entry.cookie);
  }

  /** Whether a cookie that came without TLS would hide a `Secure` one, or take the place of one for every host. */
  hasSecureOver({ name, domain, path }: Cookie): boolean {
    for (const { cookie } of this.#entries.values()) {
      if (!cookie.secure || cookie.name !== name || !pathMatches(path, cookie.path)) continue;
      if (cookie.domain === "") return true;
      if (domainMatches(cookie.domain, domain) || domainMatches(domain, cookie.domain)) return true;
    }
    return false;
  }

  /** Adds the cookies of `domain` for `uri` to `found`; the host of `uri` is `domain` or below it. */
  #collect(domain: string, uri: RequestURI, found: Entry[]): void {
    const ofDomain = this.#byDomain.get(domain);
    if (ofDomain === undefined) return;
    for (const entry of ofDomain.values()) {
      const { hostOnly, secure, path } = entry.cookie;
      if (hostOnly && uri.host !== domain) continue;
      if (secure && !uri.isSecure) continue;
      if (pathMatches(uri.path, path)) found.push(entry);
    }
  }

  #remove(cookie: Cookie): void {
    const key = identity(cookie);
    this.#entries.delete(key);
    const ofDomain = this.#byDomain.get(cookie.domain);
    ofDomain?.delete(key);
    if (ofDomain?.size === 0) this.#byDomain.delete(cookie.domain);
  }

  #evict(entries: readonly Entry[]): void {
    const unused = entries.reduce((oldest, entry) => (entry.usedAt < oldest.usedAt ? entry : oldest));
    this.#remove(unused.cookie);
  }

  #dropExpired(now: number): void {
    if (now < this.#earliestExpiry) return;
    this.#earliestExpiry = Infinity;
    for (const { cookie } of [...this.#entries.values()]) {
      if (cookie.expires <= now) this.#remove(cookie);
      else if (cookie.expires < this.#earliestExpiry) this.#earliestExpiry = cookie.expires;
    }
  }
}

/** No part of a cookie can have a line break. */
function identity({ name, domain, hostOnly, path }: Cookie): string {
  return `${hostOnly ? "=" : ""}${domain}\n${path}\n${name}`;
}

/**
 * The domains whose cookies `host` can receive: itself and those above it, but never `""`. The parts of an IP address
 * do no harm: no cookie has one as its domain, because the URL Standard reads a host that ends in a number as an address.
 */
function domainsOf(host: string): string[] {
  const domains = [host];
  for (let dot = host.indexOf("."); dot !== -1 && dot < host.length - 1; dot = host.indexOf(".", dot + 1)) {
    domains.push(host.slice(dot + 1));
  }
  return domains;
}

function inOrderOfSending(a: Entry, b: Entry): number {
  const byPath = b.cookie.path.length - a.cookie.path.length;
  if (byPath !== 0) return byPath;
  const byKind = Number(b.cookie.domain === "") - Number(a.cookie.domain === "");
  return byKind === 0 ? a.createdAt - b.createdAt : byKind;
}

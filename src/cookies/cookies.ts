/**
 * Cookies: those that servers set, kept by the rules of RFC 6265bis, and those that a program sets itself.
 *
 * What always holds: every name and value can be sent in one header and is one cookie there, whatever its source;
 * values are not shown in logs.
 */
import { CookieConflict } from "../errors/cookie-conflict.js";
import { type Cookie, type CookieOptions, makeCookie } from "./cookie.js";
import { canonicalDomain } from "./rules.js";
import { Jar } from "./jar.js";
import { type CookieJSON, cookieToJSON, cookiesFromJSON } from "./json.js";
import { cookiesFromNetscape, cookiesToNetscape } from "./netscape.js";
import { receive } from "./received.js";
import { requestURI } from "./request-uri.js";

/** What {@link Cookies} can be made from. Records and pairs make cookies without a domain. */
export type CookiesInit = Cookies | Readonly<Record<string, string>> | Iterable<readonly [string, string]>;

/** Which cookies are meant: those of this domain, and of this path; without either, all. */
export interface CookieFilter {
  /** As the cookie has it, with or without a leading dot; `""`: those without a domain. */
  domain?: string | null | undefined;
  path?: string | null | undefined;
}

/**
 * A cookie jar.
 *
 *     const cookies = new Cookies({ theme: "dark" });
 *     cookies.set("session", "8fa3", { domain: "example.com", secure: true });
 *     await writeFile("cookies.txt", cookies.toNetscape(), "latin1");
 *
 * Cookies that servers set go back to where RFC 6265bis says: to the host that set them, or the domain that it named
 * if that is no public suffix, below their path, and over `https` only if they are marked `Secure`. A server can fill
 * it with no more than 180 cookies for a domain and 3,000 in all: then those go that were not sent for longest.
 *
 * A cookie without a domain (from a record, from pairs, or set without `domain`) goes to every host that the program
 * itself asks, but never along with a redirect to another origin. A cookie of the same name that is for the host and
 * path asked takes its place: when a server renews a session that the program had seeded, only the new one is sent.
 * It comes back when that cookie is gone: only `delete`, `clear` and `set` change a cookie without a domain. HTTPX
 * sends such cookies along redirects, and both of the same name.
 */
export class Cookies implements Iterable<[string, string]> {
  readonly #jar = new Jar();

  /**
   * @throws TypeError for anything but names and values.
   * @throws LocalProtocolError if a name or a value has line breaks, semicolons or what else no header may have.
   */
  constructor(init?: CookiesInit | null) {
    this.update(init);
  }

  /**
   * The jar that `toJSON()` gave, as text or as a value.
   * @throws SyntaxError for text that is no JSON; TypeError for JSON that holds no cookies.
   */
  static fromJSON(json: string | readonly CookieJSON[]): Cookies {
    return Cookies.#of(cookiesFromJSON(json));
  }

  /**
   * The jar in the text of a `cookies.txt`, as curl and Python's `MozillaCookieJar` write it. The text stands for
   * bytes: read the file as `"latin1"`.
   * @throws SyntaxError for a line that is no cookie, naming the line.
   */
  static fromNetscape(text: string): Cookies {
    return Cookies.#of(cookiesFromNetscape(text));
  }

  static #of(cookies: Iterable<Cookie>): Cookies {
    const made = new Cookies();
    for (const cookie of cookies) made.#put(cookie);
    return made;
  }

  /** `init` itself if it is a jar already. @internal */
  static from(init: CookiesInit): Cookies {
    return init instanceof Cookies ? init : new Cookies(init);
  }

  /**
   * The value of the cookie of that name; `null` if there is none.
   * @throws CookieConflict if there are several: say which by `domain` or `path`.
   */
  get(name: string, filter?: CookieFilter): string | null {
    const found = this.#matching(name, filter);
    if (found.length > 1) throw new CookieConflict(`Multiple cookies exist with name=${name}`);
    return found[0]?.value ?? null;
  }

  has(name: string, filter?: CookieFilter): boolean {
    return this.#matching(name, filter).length > 0;
  }

  /**
   * Sets a cookie, in place of the one with the same name, domain and path. One that has expired already only removes
   * that.
   * @throws TypeError, RangeError for options that make no sense.
   * @throws LocalProtocolError if name or value have line breaks, semicolons or what else no header may have.
   */
  set(name: string, value: string, options?: CookieOptions): void {
    this.#put(makeCookie(name, value, options));
  }

  /** Removes every cookie of that name, or those of them that are meant, if there are any. */
  delete(name: string, filter?: CookieFilter): void {
    const isMeant = matcher(filter);
    this.#jar.removeWhere((cookie) => cookie.name === name && isMeant(cookie));
  }

  /** Removes all cookies, or those that are meant. */
  clear(filter?: CookieFilter): void {
    this.#jar.removeWhere(matcher(filter));
  }

  /**
   * Sets all of `cookies`, those of another jar with all that belongs to them; or none, if one of them is refused.
   * @throws TypeError, LocalProtocolError as the constructor does.
   */
  update(cookies: CookiesInit | null | undefined): void {
    if (cookies === undefined || cookies === null) return;
    const added = cookies instanceof Cookies ? cookies.#jar.list() : withoutDomain(cookies);
    for (const cookie of added) this.#put(cookie);
  }

  /** How many there are. */
  get size(): number {
    return this.#jar.list().length;
  }

  /** The names in order of creation; one that several cookies have comes as often. */
  *keys(): IterableIterator<string> {
    for (const cookie of this.#jar.list()) yield cookie.name;
  }

  /** The values in the order of {@link keys}. */
  *values(): IterableIterator<string> {
    for (const cookie of this.#jar.list()) yield cookie.value;
  }

  /** Name and value in the order of {@link keys}. What else belongs to them, `toJSON()` tells. */
  *entries(): IterableIterator<[string, string]> {
    for (const cookie of this.#jar.list()) yield [cookie.name, cookie.value];
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  /** The whole jar, for `Cookies.fromJSON`. It holds the values, which are secrets mostly. */
  toJSON(): CookieJSON[] {
    return this.#jar.list().map(cookieToJSON);
  }

  /**
   * The jar as a `cookies.txt`. The text stands for bytes: write the file as `"latin1"`. `SameSite` is lost, times
   * are in whole seconds, and a cookie with a tab in it is left out. One without a domain has that field empty, as
   * Python writes it; curl sends such a cookie nowhere.
   */
  toNetscape(): string {
    return cookiesToNetscape(this.#jar.list());
  }

  /** An independent copy. @internal */
  copy(): Cookies {
    return new Cookies(this);
  }

  /** Whether no URL needs to be looked up. Costs the same for any number of cookies. @internal */
  get isEmpty(): boolean {
    return this.#jar.isEmpty;
  }

  /**
   * The value of the `Cookie` header of a request to `url`; `null` if it has none. Cookies without a domain are in it
   * only if `domainless`.
   *
   * @internal
   */
  cookieHeader(url: string | URL, domainless: boolean): string | null {
    if (this.#jar.isEmpty) return null;
    const found = this.#jar.find(requestURI(url), domainless);
    // white space at an end would not be part of the header's value where it is received
    return found.length === 0
      ? null
      : found
          .map(cookiePair)
          .join("; ")
          .replace(/^[ \t]+|[ \t]+$/g, "");
  }

  /** Keeps what the `Set-Cookie` headers of an answer from `url` say, as far as they may say it. @internal */
  extract(url: string | URL, setCookieHeaders: readonly string[]): void {
    if (setCookieHeaders.length === 0) return;
    const uri = requestURI(url);
    const now = Date.now();
    for (const header of setCookieHeaders) receive(this.#jar, header, uri, now);
  }

  /** Shows in a log what there is, values masked. @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const shown = this.#jar
      .list()
      .map(({ name, domain, path }) => `<Cookie ${name}=[secure] for ${domain} ${path}>`);
    return `<Cookies[${shown.join(", ")}]>`;
  }

  #put(cookie: Cookie): void {
    this.#jar.put(cookie, Date.now());
  }

  #matching(name: string, filter: CookieFilter | undefined): Cookie[] {
    const isMeant = matcher(filter);
    return this.#jar.list().filter((cookie) => cookie.name === name && isMeant(cookie));
  }
}

function withoutDomain(init: Exclude<CookiesInit, Cookies>): Cookie[] {
  if (typeof init !== "object") throw new TypeError(`Unexpected type for cookies: ${typeof init}`);
  if (!(Symbol.iterator in init)) return Object.keys(init).map((name) => makeCookie(name, init[name]));
  return Array.from(init, (pair) => {
    if (typeof pair === "string" || pair.length !== 2) {
      throw new TypeError("Cookies given as a list must be pairs of a name and a value");
    }
    return makeCookie(pair[0], pair[1]);
  });
}

function matcher({ domain, path }: CookieFilter = {}): (cookie: Cookie) => boolean {
  const wantedDomain = domain ? (canonicalDomain(domain) ?? NO_DOMAIN) : domain;
  return (cookie) =>
    (wantedDomain ?? cookie.domain) === cookie.domain && (path ?? cookie.path) === cookie.path;
}

/** In the place of a domain that is no host: no cookie has it. */
const NO_DOMAIN = ".";

/** RFC 6265bis, 5.8.3, step 6. */
function cookiePair({ name, value }: Cookie): string {
  return name === "" ? value : `${name}=${value}`;
}

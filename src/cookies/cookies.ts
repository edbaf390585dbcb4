/**
 * The public cookie jar: cookies that servers set, stored by the rules of RFC 6265bis, and cookies that a program sets.
 *
 * Every name and value, from either source, can be sent in one header and is one cookie there. Logs never show values.
 */
import { isNoRecord } from "../platform/no-record.js";
import { surplusArgument, wrongType } from "../platform/argument-error.js";
import { type Fields, isIterable } from "../platform/fields.js";
import { type OptionList, checkOptions, optionList } from "../config/options.js";
import { aString, orNull } from "../config/value-checks.js";
import { CookieConflict } from "../errors/cookie-conflict.js";
import { type Cookie, type CookieOptions, cookieOptions, makeCookie } from "./cookie.js";
import { canonicalDomain } from "./domains.js";
import { Jar } from "./jar.js";
import { type CookieJSON, cookieToJSON, cookiesFromJSON } from "./json.js";
import { cookiesFromNetscape, cookiesToNetscape } from "./netscape.js";
import { pairsOf } from "../platform/pairs.js";
import { checkRecord } from "../platform/record.js";
import { receive } from "./received.js";
import { requestURI } from "./request-uri.js";

/**
 * The sources of {@link Cookies}. Records and pairs make cookies without a domain. A field that is `undefined` is left out.
 */
export type CookiesInit =
  Cookies | Readonly<Record<string, string | undefined>> | Fields | Iterable<readonly [string, string]>;

/** Selects cookies by domain and path; without either, all cookies. */
export interface CookieFilter {
  /** The cookie's own domain, with or without a leading dot; `""` selects cookies without a domain. */
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
 * RFC 6265bis decides which requests get the cookies of servers: those to the host that set the cookie, or to the
 * domain that it named if that is no public suffix; below the cookie's path; over `https` only if it is marked
 * `Secure`. Servers can store 180 cookies for a domain and 3,000 in all; beyond that the jar drops the cookies that
 * were not sent for longest.
 *
 * A cookie without a domain (from a record, from pairs, or set without `domain`) goes to every host that the program
 * itself requests, but never along with a redirect to another origin. A cookie of the same name for the requested host
 * and path takes its place: when a server renews a session that the program had seeded, only the new one is sent. The
 * seeded cookie returns when that cookie is gone: only `delete`, `clear` and `set` change a cookie without a domain.
 * HTTPX sends such cookies along redirects, and sends both of the same name.
 */
export class Cookies implements Iterable<[string, string]> {
  static {
    isNoRecord(this, "Object.fromEntries() makes an object of it");
  }

  readonly #jar = new Jar();

  /**
   * @throws TypeError for anything but names and values.
   * @throws LocalProtocolError for a name or a value with line breaks, semicolons or other characters that no cookie may have.
   */
  constructor(init?: CookiesInit | null) {
    if (arguments.length > 1) throw surplusArgument("Cookies", "one set of cookies");
    this.update(init);
  }

  /**
   * The jar from the result of `toJSON()`, as text or as a value.
   * @throws SyntaxError for text that is no JSON; TypeError for JSON without cookies.
   */
  static fromJSON(json: string | readonly CookieJSON[]): Cookies {
    return Cookies.#of(cookiesFromJSON(json));
  }

  /**
   * The jar from the text of a `cookies.txt`, as curl and Python's `MozillaCookieJar` write it. Each character of the
   * text is one byte: read the file as `"latin1"`.
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
   * @throws CookieConflict for several cookies of that name: select one by `domain` or `path`.
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
   * Sets a cookie, in place of the one with the same name, domain and path. A cookie that has expired already only
   * removes that one.
   * @throws TypeError, RangeError for options that no cookie can have.
   * @throws LocalProtocolError for a name or a value with line breaks, semicolons or other characters that no cookie may have.
   */
  set(name: string, value: string, options?: CookieOptions): void {
    if (options !== undefined) checkOptions(options, cookieOptions);
    this.#put(makeCookie(name, value, options));
  }

  /** Removes the cookies of that name that `filter` selects. No such cookie is no error. */
  delete(name: string, filter?: CookieFilter): void {
    const isMeant = matcher(filter);
    this.#jar.removeWhere((cookie) => cookie.name === name && isMeant(cookie));
  }

  /** Removes the cookies that `filter` selects; without a filter, all. */
  clear(filter?: CookieFilter): void {
    this.#jar.removeWhere(matcher(filter));
  }

  /**
   * Sets all of `cookies`, or none of them if one is invalid. Cookies of another jar keep their attributes.
   * @throws TypeError, LocalProtocolError as the constructor does.
   */
  update(cookies: CookiesInit | null | undefined): void {
    if (cookies === undefined || cookies === null) return;
    const added = cookies instanceof Cookies ? cookies.#jar.list() : withoutDomain(cookies);
    for (const cookie of added) this.#put(cookie);
  }

  /** The number of cookies. */
  get size(): number {
    return this.#jar.list().length;
  }

  /** The name of each cookie, in order of creation. */
  *keys(): IterableIterator<string> {
    for (const cookie of this.#jar.list()) yield cookie.name;
  }

  /** The values in the order of {@link keys}. */
  *values(): IterableIterator<string> {
    for (const cookie of this.#jar.list()) yield cookie.value;
  }

  /** Name and value in the order of {@link keys}. `toJSON()` has the other attributes. */
  *entries(): IterableIterator<[string, string]> {
    for (const cookie of this.#jar.list()) yield [cookie.name, cookie.value];
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  /** The whole jar, for `Cookies.fromJSON`, with its values, which are usually secrets. */
  toJSON(): CookieJSON[] {
    return this.#jar.list().map(cookieToJSON);
  }

  /**
   * The jar as a `cookies.txt`. Each character of the text is one byte: write the file as `"latin1"`. The format has
   * no `SameSite`, has times in whole seconds, and cannot hold a cookie with a tab, which is left out. The domain of a
   * cookie without one is an empty field, as Python writes it; curl sends such a cookie nowhere.
   */
  toNetscape(): string {
    return cookiesToNetscape(this.#jar.list());
  }

  /** An independent copy. @internal */
  copy(): Cookies {
    return new Cookies(this);
  }

  /** Whether the jar has no cookies. Costs the same for any number of cookies. @internal */
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

  /** Stores the cookies of the `Set-Cookie` headers in a response from `url`, as far as the rules allow. @internal */
  extract(url: string | URL, setCookieHeaders: readonly string[]): void {
    if (setCookieHeaders.length === 0) return;
    const uri = requestURI(url);
    const now = Date.now();
    for (const header of setCookieHeaders) receive(this.#jar, header, uri, now);
  }

  /** Names, domains and paths for a log, without values. @internal */
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
  if (typeof init !== "object") throw wrongType(`Unexpected type for cookies: ${typeof init}`);
  if (!isIterable<readonly [string, string]>(init)) {
    checkRecord(init, "cookies");
    const given = Object.entries(init).filter(([, value]) => value !== undefined);
    return given.map(([name, value]) => makeCookie(name, value));
  }
  return pairsOf(init, "cookies").map(([name, value]) => makeCookie(name as string, value as string));
}

const filterOptions: OptionList = optionList<CookieFilter>(
  "a selection of cookies",
  { domain: orNull(aString), path: orNull(aString) },
  { advice: { url: "did you mean domain and path" } },
);

function matcher(filter: CookieFilter | undefined): (cookie: Cookie) => boolean {
  if (filter !== undefined) checkOptions(filter, filterOptions);
  const { domain, path } = filter ?? {};
  const wantedDomain = domain ? (canonicalDomain(domain) ?? NO_DOMAIN) : domain;
  return (cookie) =>
    (wantedDomain ?? cookie.domain) === cookie.domain && (path ?? cookie.path) === cookie.path;
}

/** Stands for a domain that is no host, so that it matches no cookie. */
const NO_DOMAIN = ".";

/** RFC 6265bis, 5.8.3, step 6. */
function cookiePair({ name, value }: Cookie): string {
  return name === "" ? value : `${name}=${value}`;
}

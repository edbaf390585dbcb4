/**
 * URL patterns written as text: absolute, or a path on any host. `*` matches any characters, `:name` one segment of the
 * path, as in the `URLPattern` of the web.
 *
 * Both sides are normalised as URLs before they are compared. User information and fragments are ignored; queries are
 * matched elsewhere.
 */
import { URL } from "../../platform/classes.js";
import { wrongType } from "../../platform/argument-error.js";
import { unescape } from "node:querystring";
import type { ParsedURL } from "../../url/parsed-url.js";

/** @internal */
export interface ParsedPattern {
  /** The pattern's query as text; null if there is none. */
  readonly query: string | null;
  /** The difference in the URL; null if it matches. */
  mismatch(url: ParsedURL): string | null;
  /** The values of the names in a matching URL, decoded. */
  params(url: ParsedURL): Record<string, string>;
}

/** Scheme, authority, path and query of a text that has a scheme. */
const ABSOLUTE = /^([a-z*][a-z0-9+.*-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/i;
const RELATIVE = /^(\/(?!\/)[^?#]*)(?:\?([^#]*))?/;
const ANYWHERE = /^(\*[^?#]*)(?:\?([^#]*))?/;
const AUTHORITY = /^(?:.*@)?(.*?)(?::(\d*|\*))?$/;
const NAMED_SEGMENT = /^:([A-Za-z_]\w*)$/;

/**
 * @param isLiteral `*` and `:name` are literal.
 * @throws TypeError for a text that no URL can match.
 * @internal
 */
export function parseURLPattern(text: string, isLiteral: boolean): ParsedPattern {
  const absolute = ABSOLUTE.exec(text);
  if (absolute !== null) {
    const [, scheme = "", authority = "", path = "", query = null] = absolute;
    const hostMismatch = authorityMatcher(scheme.toLowerCase(), authority, text, isLiteral);
    return withPath(path, query, text, isLiteral, hostMismatch);
  }
  const relative = RELATIVE.exec(text);
  if (relative !== null) return withPath(relative[1]!, relative[2] ?? null, text, isLiteral, () => null);
  const anywhere = ANYWHERE.exec(text);
  if (anywhere !== null) return wholeText(glob(anywhere[1]!), anywhere[2] ?? null);
  throw wrongType(`A URL to match is absolute or begins with "/" or "*", unlike ${JSON.stringify(text)}`);
}

function withPath(
  path: string,
  query: string | null,
  text: string,
  isLiteral: boolean,
  hostMismatch: ParsedPattern["mismatch"],
): ParsedPattern {
  const names: string[] = [];
  const segment = (part: string): string => {
    const name = isLiteral ? undefined : NAMED_SEGMENT.exec(part)?.[1];
    if (name === undefined) return isLiteral ? escape(part) : globSource(part);
    if (names.includes(name)) throw wrongType(`${JSON.stringify(text)} has two segments named ${name}`);
    names.push(name);
    return "([^/]+)";
  };
  const { pathname } = parsed(`http://h${path}`, text);
  const pattern = new RegExp(`^${pathname.split("/").map(segment).join("/")}$`);
  return {
    query,
    mismatch: (url) => hostMismatch(url) ?? (pattern.test(pathOf(url)) ? null : `the path is ${pathOf(url)}`),
    params: (url) => {
      const values = pattern.exec(pathOf(url))?.slice(1) ?? [];
      return Object.fromEntries(names.map((name, index) => [name, unescape(values[index] ?? "")]));
    },
  };
}

function authorityMatcher(
  scheme: string,
  authority: string,
  text: string,
  isLiteral: boolean,
): ParsedPattern["mismatch"] {
  const [, host = "", port = ""] = AUTHORITY.exec(authority) ?? [];
  const { hostname } = parsed(`http://${host}`, text);
  const schemePattern = glob(scheme);
  const hostPattern = isLiteral ? new RegExp(`^${escape(hostname)}$`) : glob(hostname);
  return (url) => {
    if (!schemePattern.test(url.scheme)) return `the scheme is ${url.scheme}`;
    if (!hostPattern.test(url.hostname)) return `the host is ${url.hostname}`;
    if (port === "*") return null;
    // An origin always ends in the port, even if it is the scheme's default.
    const isSame = port === "" ? url.port === null : url.origin.endsWith(`:${port}`);
    return isSame ? null : `the host and port are ${url.host}`;
  };
}

function wholeText(pattern: RegExp, query: string | null): ParsedPattern {
  return {
    query,
    mismatch(url) {
      const text = `${url.scheme}://${url.host}${pathOf(url)}`;
      return pattern.test(text) ? null : `the URL is ${text}`;
    },
    params: () => ({}),
  };
}

function parsed(url: string, text: string): URL {
  try {
    return new URL(url);
  } catch (cause) {
    throw wrongType(`No URL can match ${JSON.stringify(text)}`, { cause });
  }
}

function pathOf({ path }: ParsedURL): string {
  const mark = path.indexOf("?");
  const pathname = mark === -1 ? path : path.slice(0, mark);
  return pathname === "" ? "/" : pathname;
}

function glob(text: string): RegExp {
  return new RegExp(`^${globSource(text)}$`);
}

function globSource(text: string): string {
  return escape(text).replaceAll("\\*", ".*");
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

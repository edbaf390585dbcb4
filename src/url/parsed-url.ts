/**
 * Checked parsing of a URL into the parts that a request needs.
 *
 * The platform's WHATWG parser does the work. Checks run before it, because it silently strips line breaks and tabs, and
 * guesses a host where none was written. Percent-encoding is never decoded: `%2F` in a path is not a slash.
 */
import { URL, isURL } from "../platform/classes.js";
import { wrongType } from "../platform/argument-error.js";
import { unescape } from "node:querystring";
import { InvalidURL } from "../errors/invalid-url.js";
import { endOfAuthority } from "./authority.js";
import { refuseControlCharacters } from "./control-characters.js";
import { describeInvalid } from "./invalid-url-text.js";
import { unsupportedProtocol } from "./unsupported-protocol.js";

/** The parts of a URL that a request needs. Shared between requests: must not change. @internal */
export interface ParsedURL {
  /** The whole URL, normalised, with user information and fragment. */
  readonly href: string;
  /** `scheme://host:port` in lower case; always with a port if the scheme is known. */
  readonly origin: string;
  readonly scheme: string;
  /** As in the URL: an IPv6 address in its brackets. */
  readonly hostname: string;
  /** As in the URL; `null` if it is the scheme's default. */
  readonly port: number | null;
  /** The value of the `Host` header: without user information and without the scheme's default port. */
  readonly host: string;
  /** Path and query as on the request line. */
  readonly path: string;
  /** Percent-decoded; `null` if the URL has none. */
  readonly userinfo: { readonly username: string; readonly password: string } | null;
}

/** HTTPX's limit, for a whole URL. */
const maxLength = 65_536;

const cache = new Map<string, ParsedURL>();
/** Most programs request the same few URLs. Otherwise, clearing the whole cache costs less than tracking its order. */
const cacheSize = 256;
/** Bounds the memory of the cache. */
const maxCachedLength = 2048;

/**
 * Parses an absolute URL. Results are cached by the text of the URL. The transport decides which schemes it supports: a
 * mounted one may support others than `http` and `https`.
 *
 * @throws InvalidURL if it is malformed, too long, or has control characters.
 * @throws UnsupportedProtocol if there is no scheme or no host.
 * @internal
 */
export function parseURL(url: string | URL): ParsedURL {
  const text = urlText(url);
  const known = cache.get(text);
  if (known !== undefined) return known;
  const parsed = split(text);
  if (text.length <= maxCachedLength) {
    if (cache.size >= cacheSize) cache.clear();
    cache.set(text, parsed);
  }
  return parsed;
}

/**
 * The text of a URL that is given as text or as an object.
 * @throws TypeError if it is neither.
 * @internal
 */
export function urlText(url: string | URL, name = "url"): string {
  if (typeof url === "string") return url;
  if (isURL(url)) return url.href;
  const seen = url === null ? "null" : typeof url;
  throw wrongType(`Invalid type for ${name}. Expected a string or a URL, got ${seen}`);
}

const withHost = /^ *[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/\\?#]/;
const schemeOf = /^ *([a-zA-Z][a-zA-Z0-9+.-]*):/;
/** The port of a scheme that a URL without one means (WHATWG URL, "special scheme"), `ftp` included. @internal */
export const defaultPorts: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  ftp: 21,
};

function split(text: string): ParsedURL {
  if (text.length > maxLength) throw new InvalidURL("URL too long");
  refuseControlCharacters(text);
  if (!withHost.test(text)) throw unsupportedProtocol(schemeOf.exec(text)?.[1]);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new InvalidURL(describeInvalid(text));
  }
  const { href, protocol, host, hostname, port } = url;
  const pathStart = endOfAuthority(href, protocol.length + 2);
  const hash = href.indexOf("#", pathStart);
  const scheme = protocol.slice(0, -1);
  return {
    href,
    origin: `${protocol}//${hostname}:${port === "" ? (defaultPorts[scheme] ?? "") : port}`,
    scheme,
    hostname,
    port: port === "" ? null : Number(port),
    host,
    // Cut out of href, because URL.search hides the difference between `/x?` and `/x`.
    path: hash === -1 ? href.slice(pathStart) : href.slice(pathStart, hash),
    userinfo: userinfoOf(url),
  };
}

function userinfoOf(url: URL): ParsedURL["userinfo"] {
  const { username, password } = url;
  if (username === "" && password === "") return null;
  // Unlike decodeURIComponent, this tolerates a stray `%`, as HTTPX does.
  return { username: unescape(username), password: unescape(password) };
}

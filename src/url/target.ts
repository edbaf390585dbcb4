/**
 * URLs: checked parsing into the parts that a request needs, and HTTPX's way of joining a base URL with a path.
 *
 * The platform's WHATWG parser does the work. Checks run before it, because it silently strips line breaks and tabs, and
 * guesses a host where none was written. Percent-encoding is never decoded: `%2F` in a path is not a slash.
 */
import { unescape } from "node:querystring";
import { InvalidURL } from "../errors/invalid-url.js";
import { UnsupportedProtocol } from "../errors/transport-error.js";
import { describeInvalid } from "./invalid-url-text.js";

/** The parts of a URL that a request needs. Shared between requests: must not change. @internal */
export interface Target {
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

const cache = new Map<string, Target>();
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
export function parseTarget(url: string | URL): Target {
  const text = urlText(url);
  const known = cache.get(text);
  if (known !== undefined) return known;
  const target = targetOf(text);
  if (text.length <= maxCachedLength) {
    if (cache.size >= cacheSize) cache.clear();
    cache.set(text, target);
  }
  return target;
}

/**
 * The text of a URL that is given as text or as an object.
 * @throws TypeError if it is neither.
 * @internal
 */
export function urlText(url: string | URL): string {
  if (typeof url === "string") return url;
  if ((url as unknown) instanceof URL) return url.href;
  const seen = url === null ? "null" : typeof url;
  throw new TypeError(`Invalid type for url. Expected a string or a URL, got ${seen}`);
}

/**
 * The base URL of a client: absolute, its path ending in a slash. `null` for `""`.
 *
 * @throws InvalidURL, UnsupportedProtocol as {@link parseTarget} does.
 * @internal
 */
export function parseBase(url: string | URL): URL | null {
  if (url === "") return null;
  return new URL(basePrefix(parseTarget(url).href));
}

/**
 * `url` under `base`, not yet normalised. An absolute URL stays unchanged; any other is *appended* to the base's path, as
 * in HTTPX and unlike RFC 3986: `/x` does not return to the root. A host without a scheme (`//o/x`) is dropped, and so
 * is a fragment.
 *
 * @throws InvalidURL if a part that would be dropped, or the rest, has control characters.
 * @internal
 */
export function mergeBase(base: URL | null, url: string | URL): string {
  const text = urlText(url);
  if (base === null || absolute.test(text)) return text;
  refuseControlCharacters(text);
  let start = 0;
  if (text.startsWith("//")) {
    const end = text.slice(2).search(/[/?#]/);
    start = end === -1 ? text.length : end + 2;
  }
  while (text.charCodeAt(start) === slash) start++;
  const hash = text.indexOf("#", start);
  return basePrefix(base.href) + (hash === -1 ? text.slice(start) : text.slice(start, hash));
}

/** `href` with any user information replaced by `[secure]`: for messages and logs. @internal */
export function maskedHref(href: string): string {
  const start = href.indexOf("//") + 2;
  if (start === 1) return href;
  const at = href.lastIndexOf("@", endOfAuthority(href, start) - 1);
  return at < start ? href : `${href.slice(0, start)}[secure]${href.slice(at)}`;
}

/** The same for text that is not a URL, in which user information cannot be located. @internal */
export function maskedInvalid(text: string): string {
  return text.replace(/^.*@/s, "[secure]@");
}

/**
 * The error for a URL that cannot be requested: with a scheme other than `http` and `https`, or without scheme or host.
 * @internal
 */
export function unsupportedProtocol(scheme?: string): UnsupportedProtocol {
  const name = scheme?.toLowerCase();
  const message =
    name === undefined || name === "http" || name === "https"
      ? "Request URL is missing an 'http://' or 'https://' protocol."
      : `Request URL has an unsupported protocol '${name}://'.`;
  return new UnsupportedProtocol(message, { code: "ERR_UNSUPPORTED_PROTOCOL" });
}

const slash = 0x2f;
/** A scheme and the beginning of a host: HTTPX's definition of an absolute URL. */
const absolute = /^ *[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]/;
const withHost = /^ *[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/\\?#]/;
const schemeOf = /^ *([a-zA-Z][a-zA-Z0-9+.-]*):/;
const controlCharacter = /[\0-\x1f\x7f]/;
/** Characters that the platform's parser strips from a URL. @internal */
export const defaultPorts: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  ftp: 21,
};

function targetOf(text: string): Target {
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

function userinfoOf(url: URL): Target["userinfo"] {
  const { username, password } = url;
  if (username === "" && password === "") return null;
  // Unlike decodeURIComponent, this tolerates a stray `%`, as HTTPX does.
  return { username: unescape(username), password: unescape(password) };
}

function basePrefix(href: string): string {
  const hash = href.indexOf("#");
  const prefix = hash === -1 ? href : href.slice(0, hash);
  return prefix.charCodeAt(prefix.length - 1) === slash ? prefix : `${prefix}/`;
}

function endOfAuthority(href: string, start: number): number {
  for (let index = start; index < href.length; index++) {
    const code = href.charCodeAt(index);
    if (code === slash || code === 0x3f || code === 0x23) return index;
  }
  return href.length;
}

function refuseControlCharacters(text: string): void {
  const position = text.search(controlCharacter);
  if (position === -1) return;
  const shown = shownControl(text.charCodeAt(position));
  throw new InvalidURL(`Invalid non-printable ASCII character in URL, '${shown}' at position ${position}.`);
}

/** In the notation of HTTPX, hence of Python. */
function shownControl(code: number): string {
  const letter = { 0x09: "t", 0x0a: "n", 0x0d: "r" }[code];
  return `\\${letter ?? `x${code.toString(16).padStart(2, "0")}`}`;
}

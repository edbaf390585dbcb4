/** Relative URLs under the base URL of a client: appended, as in HTTPX, and not resolved by RFC 3986. */
import { URL } from "../platform/classes.js";
import { domException } from "../platform/dom-exception.js";
import { refuseControlCharacters } from "./control-characters.js";
import { httpOfWebSocket } from "./websocket-scheme.js";
import { parseURL, urlText } from "./parsed-url.js";

const SLASH = 0x2f;
/** A scheme and the beginning of a host: HTTPX's definition of an absolute URL. */
const absolute = /^ *[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]/;

/**
 * The base URL of a client: absolute, its path ending in a slash. `null` for `""`.
 *
 * @throws InvalidURL, UnsupportedProtocol as {@link parseURL} does.
 * @internal
 */
export function parseBase(url: string | URL): URL | null {
  if (url === "") return null;
  return new URL(httpOfWebSocket(basePrefix(parseURL(urlText(url, "baseUrl")).href)));
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
  while (text.charCodeAt(start) === SLASH) start++;
  const hash = text.indexOf("#", start);
  return basePrefix(base.href) + (hash === -1 ? text.slice(start) : text.slice(start, hash));
}

/**
 * The URL of an object of a platform's class, such as a WebSocket; a relative one belongs to the base URL of the client.
 *
 * @throws DOMException SyntaxError; TypeError for a symbol.
 * @internal
 */
export function platformURL(given: string | { toString(): string }, base: URL | null): URL {
  const text = `${given}`;
  try {
    return new URL(mergeBase(base, text));
  } catch {
    throw domException(`${JSON.stringify(text)} is not a URL.`, "SyntaxError");
  }
}

function basePrefix(href: string): string {
  const hash = href.indexOf("#");
  const prefix = hash === -1 ? href : href.slice(0, hash);
  return prefix.charCodeAt(prefix.length - 1) === SLASH ? prefix : `${prefix}/`;
}

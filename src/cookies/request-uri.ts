/** The parts of a request's URL that decide which cookies it gets. */
import { parseURL } from "../url/parsed-url.js";

/** @internal */
export interface RequestURI {
  /** As `canonicalDomain` spells it, without port. */
  readonly host: string;
  /** As it stands on the request line, nothing decoded, without the query. */
  readonly path: string;
  /**
   * Whether cookies marked `Secure` may be sent and set. The client defines that (RFC 6265bis, 5.8.3): here TLS alone
   * counts, so that a program behaves with `http://localhost` as with any other host.
   */
  readonly isSecure: boolean;
}

/** @internal @throws InvalidURL, UnsupportedProtocol */
export function requestURI(url: string | URL): RequestURI {
  const { origin, scheme, path } = parseURL(url);
  const query = path.indexOf("?");
  return {
    host: origin.slice(scheme.length + "://".length, origin.lastIndexOf(":")),
    path: query === -1 ? path : path.slice(0, query),
    isSecure: scheme === "https",
  };
}

/** What a jar needs to know of the URL of a request. */
import { parseTarget } from "../url/target.js";

/** @internal */
export interface RequestURI {
  /** In the spelling of `canonicalDomain`, without port. */
  readonly host: string;
  /** As it stands on the request line, nothing decoded, without the query. */
  readonly path: string;
  /**
   * Whether cookies marked `Secure` may be sent and set. That is for the client to define (RFC 6265bis, 5.8.3): by
   * TLS alone, so that what works with `http://localhost` does not break, or leak, anywhere else.
   */
  readonly isSecure: boolean;
}

/** @internal @throws InvalidURL, UnsupportedProtocol */
export function requestURI(url: string | URL): RequestURI {
  const { origin, scheme, path } = parseTarget(url);
  const query = path.indexOf("?");
  return {
    host: origin.slice(scheme.length + "://".length, origin.lastIndexOf(":")),
    path: query === -1 ? path : path.slice(0, query),
    isSecure: scheme === "https",
  };
}

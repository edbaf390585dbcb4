/** The error for a URL without a scheme or host, or with a scheme that the transport does not support. */
import { UnsupportedProtocol } from "../errors/transport-error.js";

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

/**
 * Errors between this program and the server; another attempt may succeed. Timeouts, network, protocol and proxy
 * errors have their own files; this one has their base class and the class that stands alone.
 */
import { brand } from "./brand.js";
import { RequestError } from "./request-error.js";

/** Base class of all errors below the level of HTTP's semantics. */
export class TransportError extends RequestError {
  static {
    brand(this, "TransportError");
  }
}

/** The URL is no `http://` or `https://` URL, or has no host. */
export class UnsupportedProtocol extends TransportError {
  static {
    brand(this, "UnsupportedProtocol");
  }
}

/**
 * Errors between this program and the server: nobody's fault up here, often worth another attempt. The timeouts,
 * network and protocol errors have files of their own; here are their base class and the two that stand alone.
 */
import { brand } from "./brand.js";
import { type Phase, RequestError } from "./request-error.js";

/** Base class of all errors below the level of HTTP's semantics. */
export class TransportError extends RequestError {
  static {
    brand(this, "TransportError");
  }
}

/** The proxy refused: `CONNECT` was not answered with 2xx, or SOCKS said no. */
export class ProxyError extends TransportError {
  static {
    brand(this, "ProxyError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "proxy";
}

/** The URL is no `http://` or `https://` URL, or names no host. */
export class UnsupportedProtocol extends TransportError {
  static {
    brand(this, "UnsupportedProtocol");
  }
}

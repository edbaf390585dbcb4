/**
 * Errors between this program and the server; another attempt may succeed. Timeouts, network and protocol errors have
 * their own files; this one has their base class and the two classes that stand alone.
 */
import { brand } from "./brand.js";
import { type Phase, RequestError } from "./request-error.js";

/** Base class of all errors below the level of HTTP's semantics. */
export class TransportError extends RequestError {
  static {
    brand(this, "TransportError");
  }
}

/** The proxy refused: it did not answer `CONNECT` with 2xx, or SOCKS refused. */
export class ProxyError extends TransportError {
  static {
    brand(this, "ProxyError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "proxy";
}

/** The URL is no `http://` or `https://` URL, or has no host. */
export class UnsupportedProtocol extends TransportError {
  static {
    brand(this, "UnsupportedProtocol");
  }
}

/** A proxy was reached, and opens no way to the server. */
import { brand } from "./brand.js";
import type { Headers } from "./exchange.js";
import type { Phase, RequestErrorInit } from "./request-error.js";
import { TransportError } from "./transport-error.js";

/** The fields of a {@link ProxyError}. */
export interface ProxyErrorInit extends RequestErrorInit {
  status?: number | undefined;
  headers?: Headers | undefined;
  content?: Uint8Array | undefined;
}

/**
 * The proxy refused, broke off or does not speak its protocol: it did not answer `CONNECT` with 2xx, or SOCKS refused.
 * Nothing of the request was sent. A proxy that cannot be reached is a `ConnectError`; one that forwards `http:` requests
 * answers them itself, with a response.
 */
export class ProxyError extends TransportError {
  static {
    brand(this, "ProxyError", ["status", "headers", "content"]);
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "proxy";

  /** The status of an HTTP proxy's answer: 403, 407, 502, …; null for a SOCKS proxy, or without an answer. */
  readonly status: number | null;
  #headers: Headers | null;
  #content: Uint8Array | null;

  constructor(message: string, init: ProxyErrorInit = {}) {
    super(message, init);
    this.status = init.status ?? null;
    this.#headers = init.headers ?? null;
    this.#content = init.content ?? null;
  }

  /** The headers of that answer: `Proxy-Authenticate`, `X-Squid-Error`, … */
  get headers(): Headers | null {
    return this.#headers;
  }

  /** The first KiB of its body, as far as it came within a quarter of a second. */
  get content(): Uint8Array | null {
    return this.#content;
  }
}

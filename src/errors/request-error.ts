/**
 * Errors of a request that got no usable response.
 *
 * Each carries plain fields that a program can decide by (`code`, `phase`, `requestSent`), so that nobody has
 * to match messages.
 */
import { brand } from "./brand.js";
import { HTTPError, type HTTPErrorInit } from "./http-error.js";

/** Where in the life of a request it went wrong, in the order in which they are passed through. */
export type Phase = "pool" | "dns" | "connect" | "tls" | "proxy" | "write" | "headers" | "body" | "decode";

/**
 * Whether the server may have seen the request: `false` means that not one byte left this machine, so that any
 * request may safely be sent again; `"maybe"` that the connection failed after a part was written; `true` that it was written whole to a connection that
 * held, or that the server answered.
 */
export type RequestSent = false | "maybe" | true;

/** What may accompany a {@link RequestError}; whatever is missing takes the class's default. */
export interface RequestErrorInit extends HTTPErrorInit {
  code?: string | undefined;
  phase?: Phase | undefined;
  requestSent?: RequestSent | undefined;
}

/** Base class of all errors while a request is sent and its response received. */
export class RequestError extends HTTPError {
  static {
    brand(this, "RequestError");
  }

  /** @internal the phase in which errors of this class usually arise */
  static readonly defaultPhase: Phase = "connect";

  /**
   * A stable string to decide by: the system's own where there is one (`ECONNREFUSED`, `ENOTFOUND`,
   * `CERT_HAS_EXPIRED`), else `ERR_` and the class's name in capitals (`ERR_CONNECT_TIMEOUT`) or something more exact.
   */
  readonly code: string;
  /** How far the request had come. */
  readonly phase: Phase;
  /** Whether the server may have seen the request. */
  readonly requestSent: RequestSent;

  constructor(message: string, init: RequestErrorInit = {}) {
    super(message, init);
    this.code = init.code ?? codeOfName(this.name);
    this.phase = init.phase ?? new.target.defaultPhase;
    this.requestSent = init.requestSent ?? false;
  }
}

/** The response's body does not decode by its `Content-Encoding`: corrupt, or cut short. */
export class DecodingError extends RequestError {
  static {
    brand(this, "DecodingError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "decode";
}

/** The decoded body grew beyond the client's `maxResponseBytes`. */
export class ResponseTooLarge extends RequestError {
  static {
    brand(this, "ResponseTooLarge");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "body";
}

/** More redirects than the client's `maxRedirects`. */
export class TooManyRedirects extends RequestError {
  static {
    brand(this, "TooManyRedirects");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "headers";
}

/** `ConnectTimeout` → `ERR_CONNECT_TIMEOUT`, which is also what the engine says. */
function codeOfName(name: string): string {
  return `ERR_${name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()}`;
}

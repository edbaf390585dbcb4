/**
 * Errors of a request without a usable response.
 *
 * Each has plain fields for a program's decisions (`code`, `phase`, `requestSent`), so that no program has to parse
 * messages.
 */
import { brand } from "./brand.js";
import { HTTPError, type HTTPErrorInit } from "./http-error.js";
import type { Timings } from "./timings.js";

/** The phase of the request in which it failed, in the order in which a request passes through them. */
export type Phase = "pool" | "dns" | "connect" | "tls" | "proxy" | "write" | "headers" | "body" | "decode";

/**
 * Whether the server may have received the request. `false`: no byte left this machine, so any request may safely be
 * sent again. `"maybe"`: the connection failed after a part was written. `true`: the request was written completely to
 * a connection that held, or the server answered.
 */
export type RequestSent = false | "maybe" | true;

/** The fields of a {@link RequestError}; missing ones have the class's default. */
export interface RequestErrorInit extends HTTPErrorInit {
  code?: string | undefined;
  phase?: Phase | undefined;
  requestSent?: RequestSent | undefined;
  timings?: Timings | null | undefined;
  http2ErrorCode?: number | null | undefined;
}

/** Base class of all errors while a request is sent and its response received. */
export class RequestError extends HTTPError {
  static {
    brand(this, "RequestError", ["code", "phase", "requestSent", "timings", "http2ErrorCode"]);
  }

  /** @internal the usual phase of this class's errors */
  static readonly defaultPhase: Phase = "connect";

  /**
   * A stable string for decisions: the system's own where it exists (`ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`), else
   * `ERR_` and the class's name in capitals (`ERR_CONNECT_TIMEOUT`) or a more specific code.
   */
  readonly code: string;
  /** The phase that the request had reached. */
  readonly phase: Phase;
  /** Whether the server may have received the request. */
  readonly requestSent: RequestSent;
  /** The number of the attempt that failed so: more than 1 only with the option `retry`. */
  attempt = 1;
  readonly #timings: Timings | null;
  readonly #http2ErrorCode: number | null;

  constructor(message: string, init: RequestErrorInit = {}) {
    super(message, init);
    this.code = init.code ?? codeOfName(this.name);
    this.phase = init.phase ?? new.target.defaultPhase;
    this.requestSent = init.requestSent ?? false;
    this.#timings = init.timings ?? null;
    this.#http2ErrorCode = init.http2ErrorCode ?? null;
  }

  /** How long the parts of the request took until it failed; null if it did not fail on the network. */
  get timings(): Timings | null {
    return this.#timings;
  }

  /**
   * The error code of HTTP/2 with which the server reset the stream or closed the connection, or with which this client closed
   * the connection of a server that violated HTTP/2. Null for all other failures.
   *
   * The numbers are those of RFC 9113, section 7, and of `constants.NGHTTP2_…` in `node:http2`: 11 is ENHANCE_YOUR_CALM.
   */
  get http2ErrorCode(): number | null {
    return this.#http2ErrorCode;
  }
}

/** The response's body does not match its `Content-Encoding`: corrupt, or truncated. */
export class DecodingError extends RequestError {
  static {
    brand(this, "DecodingError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "decode";
}

/** The decoded body grew beyond the client's `maxResponseBytes`, or a whole one beyond the longest array of the runtime. */
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

/** `ConnectTimeout` → `ERR_CONNECT_TIMEOUT`, which is also the engine's code. */
function codeOfName(name: string): string {
  return `ERR_${name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()}`;
}

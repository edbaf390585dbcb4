/** The error of event streams. */
import { brand } from "./brand.js";
import type { Request, Response } from "./exchange.js";
import type { Phase, RequestErrorInit } from "./request-error.js";
import { TransportError } from "./transport-error.js";

/** The fields of an {@link SSEError}. */
export interface SSEErrorInit extends RequestErrorInit {
  request?: Request | undefined;
  response: Response;
}

/** The response is no event stream: another status, another Content-Type, or an event that is longer than allowed. */
export class SSEError extends TransportError {
  static {
    brand(this, "SSEError", ["response"]);
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "headers";

  #response: Response;

  constructor(message: string, init: SSEErrorInit) {
    super(message, { code: "ERR_SSE", requestSent: true, ...init });
    this.#response = init.response;
  }

  /** What the server answered. An unread body can be read; else close the response. */
  get response(): Response {
    return this.#response;
  }
}

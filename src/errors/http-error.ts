/**
 * The root of all errors of one HTTP exchange.
 *
 * Every `HTTPError` belongs to a request. `request` and `response` are accessors, so that a logged error shows its
 * message and its plain fields, not the whole exchange.
 */
import { beginAtProgram } from "../platform/own-frames.js";
import { brand } from "./brand.js";
import { coded } from "./coded.js";
import { checkFields } from "./fields.js";
import type { Request, Response } from "./exchange.js";

/** The fields of every {@link HTTPError}. */
export interface HTTPErrorInit {
  /** The request that failed. */
  request?: Request | undefined;
  /** The underlying error of the engine or the system. */
  cause?: unknown;
}

/**
 * Base class of {@link RequestError} and {@link HTTPStatusError}: catch it to handle both "no response" and "a response
 * with an error status" (after `raiseForStatus()`).
 */
export class HTTPError extends Error {
  static {
    brand(this, "HTTPError", ["request", "cause"]);
  }

  #request: Request | undefined;

  /** @throws TypeError for a field that errors of this class do not have. */
  constructor(message: string, init: HTTPErrorInit = {}) {
    checkFields(init, new.target);
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.#request = init.request;
    beginAtProgram(this, new.target);
  }

  /**
   * The request that failed.
   * @throws Error when there is none, as in an error made by hand or before a request existed.
   */
  get request(): Request {
    if (this.#request === undefined)
      throw coded("ERR_REQUEST_NOT_SET", new Error("The .request property has not been set."));
    return this.#request;
  }

  set request(request: Request) {
    this.#request = request;
  }
}

/** The response has an error status. Thrown only by `response.raiseForStatus()`. */
export class HTTPStatusError extends HTTPError {
  static {
    brand(this, "HTTPStatusError", ["response"]);
  }

  /** A stable string to decide by. */
  readonly code: string = "ERR_HTTP_STATUS";

  #response: Response;

  constructor(message: string, init: { request: Request; response: Response }) {
    super(message, init);
    this.#response = init.response;
  }

  /** The response with the error status. Its body may still be unread, if it was streamed. */
  get response(): Response {
    return this.#response;
  }
}

/**
 * The base of all authentication: a flow of requests and responses. It depends on neither a client nor a network, so a
 * program can also run it by hand.
 */
import { isNoRecord } from "../platform/no-record.js";
import { recogniseAcrossCopies } from "../platform/across-copies.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";

/**
 * Base class of all authentication. For your own, extend it and write `authFlow`.
 *
 * One object may serve many requests at the same time, each with its own flow.
 *
 * @example
 * class RefreshingAuth extends Auth {
 *   override requiresResponseBody = true; // json() below
 *   #token = "";
 *
 *   *authFlow(request: Request): Generator<Request, void, Response> {
 *     request.headers.set("Authorization", `Bearer ${this.#token}`);
 *     const response = yield request;
 *     if (response.statusCode !== 401) return;
 *
 *     const answer = yield new Request("POST", "https://id.example.org/token", { data: { grant_type: "…" } });
 *     this.#token = answer.raiseForStatus().json().access_token;
 *     request.headers.set("Authorization", `Bearer ${this.#token}`);
 *     yield request;
 *   }
 * }
 *
 * const client = new AsyncClient({ auth: new RefreshingAuth() });
 */
export abstract class Auth {
  static {
    isNoRecord(this, "give it as auth");
    recogniseAcrossCopies(this, "Auth");
    // on the prototype: an object with fields would pass for data
    this.prototype.requiresRequestBody = false;
    this.prototype.requiresResponseBody = false;
  }

  /** Whether the flow reads `request.content`: a streamed body is then read into memory first. @default false */
  declare requiresRequestBody: boolean;

  /** Whether the flow reads the bodies of responses: they are then read before it receives them. @default false */
  declare requiresResponseBody: boolean;

  /**
   * Yields the requests to send for `request`, one after the other; `yield` returns the response to each. The caller gets
   * the last response, with the earlier ones in its `history`. An exception thrown here rejects the caller's call.
   *
   * Yield `request` itself with the headers it needs, or another request, such as one for a token. For asynchronous work
   * declare it as `async *authFlow`.
   *
   * A flow receives the last response of a chain of redirects. Each redirected request within the origin has its own flow,
   * so that a signature matches its URL; headers from the previous flow are not copied. That flow continues only after
   * a 401.
   */
  abstract authFlow(
    request: Request,
  ): Generator<Request, void, Response> | AsyncGenerator<Request, void, Response>;
}

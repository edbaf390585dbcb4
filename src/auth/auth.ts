/**
 * What every way of authenticating is: a flow of requests and responses. It knows neither a client nor a network,
 * so that it can be driven by hand as well.
 */
import { recogniseAcrossCopies } from "../platform/across-copies.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";

/**
 * Base class of all ways of authenticating. For one of your own, extend it and write `authFlow`.
 *
 * One object may serve many requests at the same time, each with a flow of its own.
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
    recogniseAcrossCopies(this, "Auth");
  }

  /** Whether the flow looks at `request.content`: a streamed body is read into memory first. @default false */
  requiresRequestBody = false;

  /** Whether the flow looks at the bodies of responses: they are read before it gets them. @default false */
  requiresResponseBody = false;

  /**
   * The requests to be sent for `request`, each yielded when the one before it has been answered; `yield` gives
   * that answer. The last answer is the caller's, those before it are in its `history`. What is thrown here,
   * the caller's call throws.
   *
   * Yield `request` itself, with whatever headers it needs, or others, such as one for a token. For anything
   * asynchronous make it `async *authFlow`.
   *
   * A flow gets the last response of a chain of redirects. Each redirected request within the origin has a flow of its
   * own, so that a signature fits its URL; headers from the flow before are not copied. That flow goes on only after
   * a 401.
   */
  abstract authFlow(
    request: Request,
  ): Generator<Request, void, Response> | AsyncGenerator<Request, void, Response>;
}

/** A transport that answers from a function: for tests, without a network. */
import type { Request } from "../request.js";
import { Response } from "../response.js";
import type { AsyncTransport } from "./transport.js";

/** Makes the response to a request. */
export type MockHandler = (request: Request) => Response | Promise<Response>;

/**
 * Answers every request with what a function returns.
 *
 * @example
 * const transport = new MockTransport((request) => new Response(200, { json: { path: request.url.pathname } }));
 * const client = new AsyncClient({ transport });
 */
export class MockTransport implements AsyncTransport {
  readonly #handler: MockHandler;

  constructor(handler: MockHandler) {
    this.#handler = handler;
  }

  /** Reads the request's body first, so that the handler finds it in `request.content`. */
  async handleAsyncRequest(request: Request): Promise<Response> {
    await request.aread();
    const response: unknown = await this.#handler(request);
    if (!(response instanceof Response)) {
      throw new TypeError("The handler of a MockTransport must return a Response of httpxide.");
    }
    return response;
  }
}

/** A transport that answers from a function or from routes, and keeps record: for tests, without a network. */
import type { Request } from "../../request/request.js";
import { Response } from "../../response/response.js";
import { MockCalls, noted } from "./calls.js";
import { checkedResponse } from "./checked-response.js";
import { Network } from "./network.js";
import { notAllCalled, unmatched } from "./report.js";
import type { MockMatch, MockRouteMatch } from "./request-match.js";
import { MockRoute } from "./route.js";
import type { MockURL, PathNames } from "./url-match.js";
import type { AsyncTransport, TransportOptions } from "../transport.js";

/** Makes the response to a request. */
export type MockHandler = (request: Request) => Response | Promise<Response>;

/** What a {@link MockTransport} of routes is told. */
export interface MockTransportOptions {
  /** Whether a request that no route matches is an error, instead of a 404 that says so. @default true */
  strict?: boolean | undefined;
}

const NO_OPTIONS: TransportOptions = Object.freeze({});

/**
 * Answers requests by routes: the first that matches, in the order in which they were made. All that a client does
 * (redirects, cookies, auth, hooks) happens as over the network.
 *
 * With a handler it answers by that function what no route matches, and keeps no record of it: it may serve any
 * number of requests.
 *
 * @example
 * const mock = new MockTransport();
 * const create = mock.post("/users", { json: { name: "Ada" } }).reply(201, { json: { id: 7 } });
 * const client = new AsyncClient({ transport: mock, baseUrl: "https://api.example.org" });
 * await client.post("/users", { json: { name: "Ada" } });
 * create.assertCalled(1);
 *
 * @example
 * const transport = new MockTransport((request) => new Response(200, { json: { path: request.url.pathname } }));
 */
export class MockTransport extends MockCalls implements AsyncTransport {
  readonly #handler: MockHandler | null;
  readonly #isStrict: boolean;
  readonly #network = new Network();
  #routes: MockRoute[] = [];

  constructor(handler: MockHandler);
  constructor(options?: MockTransportOptions);
  constructor(handlerOrOptions: MockHandler | MockTransportOptions = {}) {
    super();
    const isHandler = typeof handlerOrOptions === "function";
    this.#handler = isHandler ? handlerOrOptions : null;
    this.#isStrict = isHandler || (handlerOrOptions.strict ?? true);
  }

  /** A route for GET. */
  get<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.route({ ...match, method: "GET", url });
  }

  options<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.route({ ...match, method: "OPTIONS", url });
  }

  head<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.route({ ...match, method: "HEAD", url });
  }

  post<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.route({ ...match, method: "POST", url });
  }

  put<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.route({ ...match, method: "PUT", url });
  }

  patch<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.route({ ...match, method: "PATCH", url });
  }

  delete<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.route({ ...match, method: "DELETE", url });
  }

  /**
   * A route for what matches, or for everything: it stands behind those that were made before.
   * @throws TypeError, LocalProtocolError for what no request can match.
   */
  route<const URLs extends MockURL = MockURL>(match: MockRouteMatch<URLs> = {}): MockRoute<PathNames<URLs>> {
    const route = new MockRoute<PathNames<URLs>>(match, this.#network);
    this.#routes.push(route);
    return route;
  }

  /** The routes, in the order in which they are asked. */
  get routes(): readonly MockRoute[] {
    return this.#routes;
  }

  /** @throws MockError if a route was not called, or has a reply left that was to be used once. */
  assertAllCalled(): void {
    const unused = this.#routes.filter((route) => route.unused !== null);
    if (unused.length > 0) throw notAllCalled(unused, this.calls);
  }

  /** As if no request had come: forgets the calls, and used replies can be used again. The routes stay. */
  override reset(): void {
    super.reset();
    for (const route of this.#routes) route.reset();
  }

  /** Forgets the routes as well as the calls. */
  clear(): void {
    this.reset();
    this.#routes = [];
  }

  override toString(): string {
    return "MockTransport";
  }

  /**
   * Reads the request's body first, so that routes, replies and records find it in `request.content`.
   * @throws MockError if no route matches, unless there is a handler, or the mock is not strict.
   */
  async handleAsyncRequest(request: Request, options: TransportOptions = NO_OPTIONS): Promise<Response> {
    await request.aread();
    const route = this.#routes.find((route) => route.mismatch(request) === null);
    if (route !== undefined) return route.answer(request, options, this);
    if (this.#handler !== null) return checkedResponse(await this.#handler(request));
    return noted([this], request, null, () => this.#withoutRoute(request));
  }

  /** Closes the transports that requests were passed on to. The routes go on answering. */
  aclose(): Promise<void> {
    return this.#network.aclose();
  }

  #withoutRoute(request: Request): Response {
    const error = unmatched(request, this.#routes);
    if (this.#isStrict) throw error;
    return new Response(404, { text: error.message });
  }
}

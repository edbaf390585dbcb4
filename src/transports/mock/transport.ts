/** A transport that answers from a function or from routes, and records calls: for tests, without a network. */
import { surplusArgument, wrongType } from "../../platform/argument-error.js";
import { isCallable } from "../../platform/callable.js";
import { isNoRecord } from "../../platform/no-record.js";
import { kindOf } from "../../platform/record.js";
import { type OptionList, checkOptions, optionList } from "../../config/options.js";
import { aBoolean } from "../../config/value-checks.js";
import type { Request } from "../../request/request.js";
import { Response } from "../../response/response.js";
import { RecordedCalls, noted } from "./calls.js";
import { checkedResponse } from "./checked-response.js";
import { type MockWebSocketScript, scripted } from "./script.js";
import { Network } from "./network.js";
import { notAllCalled, unmatched } from "./report.js";
import type { MockMatch, MockRouteMatch } from "./request-match.js";
import type { MockRoute } from "./route.js";
import type { MockURL, PathNames } from "./url-match.js";
import { type AsyncTransport, type TransportOptions, isGuarded } from "../transport.js";

/** Makes the response to a request. */
export type MockHandler = (request: Request) => Response | Promise<Response>;

/** Options of a {@link MockTransport} with routes. */
export interface MockTransportOptions {
  /** Whether a request that no route matches is an error, instead of a 404 that explains it. @default true */
  strict?: boolean | undefined;
}

const mockOptions: OptionList = optionList<MockTransportOptions>("a MockTransport", { strict: aBoolean });
const NO_OPTIONS: TransportOptions = Object.freeze({});
const routes = (): typeof import("./routes.js") => require("./routes.js") as typeof import("./routes.js");

/**
 * Answers requests by routes: the first match answers, in the order in which they were made. Redirects, cookies, auth and
 * hooks work as over the network.
 *
 * A handler answers the requests that no route matches. These are not recorded, so there may be any number of them.
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
export class MockTransport extends RecordedCalls<MockRoute> implements AsyncTransport {
  static {
    isNoRecord(this, "give it to a client as transport");
  }

  readonly #handler: MockHandler | null;
  readonly #isStrict: boolean;
  readonly #network = new Network();
  #routes: MockRoute[] = [];

  constructor(handler: MockHandler);
  constructor(options?: MockTransportOptions);
  constructor(handlerOrOptions: MockHandler | MockTransportOptions = {}) {
    super();
    if (arguments.length > 1) throw surplusArgument("MockTransport", "a handler or options");
    const isHandler = isCallable(handlerOrOptions);
    if (!isHandler) checkOptions(handlerOrOptions, mockOptions);
    this.#handler = isHandler ? handlerOrOptions : null;
    this.#isStrict = isHandler || (handlerOrOptions.strict ?? true);
  }

  /**
   * A response that agrees to a WebSocket, whose server is the script.
   *
   * @example
   * mock.get("https://example.org/chat").reply(() =>
   *   MockTransport.webSocket(async (socket) => {
   *     for await (const message of socket) await socket.send(`heard ${message}`);
   *   }),
   * );
   */
  static webSocket(script: MockWebSocketScript, options: { subprotocol?: string } = {}): Response {
    if (!isCallable(script)) {
      throw wrongType(`MockTransport.webSocket() takes a function, not ${kindOf(script)}.`);
    }
    return scripted(script, options.subprotocol ?? null);
  }

  /** A route for GET. */
  get<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.#routeOf("GET", url, match, arguments.length);
  }

  options<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.#routeOf("OPTIONS", url, match, arguments.length);
  }

  head<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.#routeOf("HEAD", url, match, arguments.length);
  }

  post<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.#routeOf("POST", url, match, arguments.length);
  }

  put<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.#routeOf("PUT", url, match, arguments.length);
  }

  patch<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.#routeOf("PATCH", url, match, arguments.length);
  }

  delete<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>> {
    return this.#routeOf("DELETE", url, match, arguments.length);
  }

  /**
   * A route for matching requests, or for all; routes made before it take precedence.
   * @throws TypeError, LocalProtocolError for conditions that no request can meet.
   */
  route<const URLs extends MockURL = MockURL>(match: MockRouteMatch<URLs> = {}): MockRoute<PathNames<URLs>> {
    if (arguments.length > 1) throw surplusArgument("route()", "one object of conditions");
    const { MockRoute } = routes();
    const route = new MockRoute<PathNames<URLs>>(match, this.#network);
    this.#routes.push(route);
    return route;
  }

  /** The routes, in order of precedence. */
  get routes(): readonly MockRoute[] {
    return this.#routes;
  }

  /** @throws MockError if a route was not called, or has an unused single reply. */
  assertAllCalled(): void {
    const unused = this.#routes.filter((route) => route.unused !== null);
    if (unused.length > 0) throw notAllCalled(unused, this.calls);
  }

  /** Forgets the calls, and makes single replies available again. The routes stay. */
  override reset(): void {
    super.reset();
    for (const route of this.#routes) route.reset();
  }

  /** Forgets the routes and the calls. */
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
    if (route !== undefined) return await route.answer(request, options, this);
    if (this.#handler !== null) return checkedResponse(await this.#handler(request));
    return await noted([this], request, null, () => this.#withoutRoute(request));
  }

  /** @internal */
  get [isGuarded](): false | undefined {
    return this.#network[isGuarded];
  }

  /** Closes the transports that requests were passed on to. The routes keep answering. */
  aclose(): Promise<void> {
    return this.#network.aclose();
  }

  #routeOf<const URLs extends MockURL>(
    method: string,
    url: URLs,
    match: MockMatch | undefined,
    count: number,
  ): MockRoute<PathNames<URLs>> {
    if (count > 2) throw surplusArgument(`${method.toLowerCase()}()`, "a URL and conditions");
    if (match !== undefined) checkOptions(match, routes().matchOptions);
    return this.route({ ...match, method, url });
  }

  #withoutRoute(request: Request): Response {
    const error = unmatched(request, this.#routes);
    if (this.#isStrict) throw error;
    return new Response(404, { text: error.message });
  }
}

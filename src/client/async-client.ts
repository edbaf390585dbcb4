/**
 * The client: the verbs, the properties, and the way a request goes.
 *
 * A plain `client.get(url)` is what most calls are, so that nothing is made for it that nobody asked for: no URL
 * object, no headers object, no promise beside the transport's own.
 */
import { coded } from "../errors/coded.js";
import type { WebURL } from "../platform/web-types.js";
import { adoptSignal } from "../platform/adopt-signal.js";
import { now } from "../platform/clock.js";
import { raceAbort } from "../platform/abort.js";
import type { Auth } from "../auth/auth.js";
import { type AuthTypes, coerceAuth } from "../auth/coerce.js";
import { clientOptions, sendOptions, tooManyArguments } from "./option-lists.js";
import { RequestBuilder } from "./request-builder.js";
import type { AsyncClientOptions, RequestOptions, SendOptions } from "./options.js";
import { ClientState, paramsOf, withDefaults } from "./state.js";
import { ClientTransports } from "./transports.js";
import { Cookies, type CookiesInit } from "../cookies/cookies.js";
import { aboutRequest } from "../errors/about-request.js";
import { type EventHooks, type EventHooksInit, eventHooksOf, hasHooks } from "../middleware/event-hooks.js";
import type { Headers, HeadersInit } from "../headers/headers.js";
import { type ParamsInit, QueryParams } from "../url/query.js";
import { Request, type URLTypes } from "../request/request.js";
import { Response } from "../response/response.js";
import type { WireResponse } from "../response/wire.js";
import { finish, finishRedirect } from "../middleware/finish.js";
import type { Call, Send } from "../middleware/middleware.js";
import { inheritedAuth } from "../middleware/signature.js";
import { middlewareOf } from "../middleware/stack.js";
import { checkOptions } from "../config/options.js";
import { aBoolean, aWholeNumber } from "../config/value-checks.js";
import { Timeout, type TimeoutTypes, defaultTimeout } from "../config/timeout.js";
import { type PoolStats, emptyPoolStats } from "../transports/pool-stats.js";
import { parseBase } from "../url/base.js";

const READ = Object.freeze({ stream: false });
const STREAM = Object.freeze({ stream: true });
const NO_OPTIONS: SendOptions = Object.freeze({});

/**
 * Sends requests, over connections that it keeps. Make one and use it for many requests; close it when done, or
 * declare it with `await using`.
 *
 * @example
 * await using client = new AsyncClient({ baseUrl: "https://api.example.org/v1" });
 * const user = (await client.get("users/7")).raiseForStatus().json<User>();
 */
export class AsyncClient implements AsyncDisposable {
  /** Whether settings from the environment count. */
  readonly trustEnv: boolean;
  readonly #state: ClientState;
  readonly #builder: RequestBuilder;
  readonly #transports: ClientTransports;
  readonly #sendThroughSteps: Send;
  #closing: Promise<void> | null = null;

  /**
   * @throws TypeError, RangeError for options that are not what they should be.
   * @throws InvalidURL, UnsupportedProtocol for the base URL.
   */
  constructor(options: AsyncClientOptions = {}) {
    checkOptions(options, clientOptions);
    this.trustEnv = options.trustEnv ?? true;
    this.#transports = new ClientTransports(options);
    this.#state = new ClientState(options, this.#transports);
    this.#builder = new RequestBuilder(this.#state);
    this.#sendThroughSteps = middlewareOf(this.#state);
  }

  /**
   * How requests authenticate themselves; assignable in all its forms. Null: only by what their URL says. Not applied
   * to a `nextRequest` that leads to another origin, unless the call says so (HTTPX applies it there).
   */
  get auth(): Auth | null {
    return this.#state.auth;
  }

  set auth(auth: AuthTypes | null | undefined) {
    this.#state.auth = coerceAuth(auth);
  }

  /** What relative URLs are appended to; its path ends in a slash. Assignable; `""` and null: nothing. */
  get baseUrl(): WebURL | null {
    return this.#state.baseUrl;
  }

  set baseUrl(baseUrl: URLTypes | null) {
    this.#state.baseUrl = parseBase(baseUrl ?? "");
  }

  /** Sent with every request. Can be changed; what is assigned is added to the default headers. */
  get headers(): Headers {
    return this.#state.headers;
  }

  set headers(headers: HeadersInit | null | undefined) {
    this.#state.headers = withDefaults(headers);
  }

  /** Merged into the query of every request. */
  get params(): QueryParams {
    return this.#state.params ?? new QueryParams();
  }

  set params(params: QueryParams | ParamsInit | null | undefined) {
    this.#state.params = paramsOf(params);
  }

  /** Of requests that have none of their own. */
  get timeout(): Timeout {
    return this.#state.timeout;
  }

  set timeout(timeout: TimeoutTypes | Timeout | undefined) {
    this.#state.timeout = Timeout.from(timeout, defaultTimeout);
  }

  /** The jar: sent along, and filled by responses (unless `cookies` was `false`). */
  get cookies(): Cookies {
    return this.#state.cookies;
  }

  set cookies(cookies: CookiesInit | null | undefined) {
    this.#state.cookies = new Cookies(cookies);
  }

  /** The functions called for every single request, response and failure. The lists can be changed. */
  get eventHooks(): EventHooks {
    return this.#state.eventHooks;
  }

  set eventHooks(hooks: EventHooksInit | null | undefined) {
    this.#state.eventHooks = eventHooksOf(hooks);
  }

  /** Whether redirects are followed, by calls that do not say. */
  get followRedirects(): boolean {
    return this.#state.followRedirects;
  }

  set followRedirects(follow: boolean) {
    aBoolean(follow, "followRedirects");
    this.#state.followRedirects = follow;
  }

  /** How many redirects a call follows at most. */
  get maxRedirects(): number {
    return this.#state.maxRedirects;
  }

  set maxRedirects(count: number) {
    aWholeNumber(count, "maxRedirects");
    this.#state.maxRedirects = count;
  }

  get isClosed(): boolean {
    return this.#closing !== null;
  }

  /**
   * The request that `request()` would send: with the client's headers, cookies, params and timeout, and the base URL.
   * Authentication is no part of it: that belongs to sending.
   * @throws what {@link Request}'s constructor throws.
   */
  buildRequest(method: string, url: URLTypes, options?: RequestOptions): Request {
    return this.#builder.build(method, url, options);
  }

  /**
   * Sends a request.
   * @throws RequestError what went wrong on the way; Error on a closed client; `signal.reason` when aborted.
   */
  send(request: Request, options: SendOptions = NO_OPTIONS): Promise<Response> {
    try {
      if (!(request instanceof Request)) throw new TypeError("send() takes a Request of httpxide.");
      if (options !== NO_OPTIONS) checkOptions(options, sendOptions);
      request.setDefaultTimeout(this.#state.timeout);
      const auth = options.auth === undefined ? inheritedAuth(request) : undefined;
      const given = auth === undefined ? options : { ...options, auth };
      return this.#send(request, options.stream ?? false, given);
    } catch (error) {
      return rejection(aboutRequest(error, request));
    }
  }

  /** Sends a request and reads the whole response. */
  request(method: string, url: URLTypes, options?: RequestOptions): Promise<Response> {
    try {
      return this.#send(this.buildRequest(method, url, options), false, options);
    } catch (error) {
      return rejection(error);
    }
  }

  /** Sends a request and leaves the response's body unread: iterate it, and close the response or let `await using`. */
  stream(method: string, url: URLTypes, options?: RequestOptions): Promise<Response>;
  /** Sends a request and has `use` read the response, which is closed after it in any case. */
  stream<T>(
    method: string,
    url: URLTypes,
    options: RequestOptions | undefined,
    use: (response: Response) => T | Promise<T>,
  ): Promise<T>;
  stream<T>(
    method: string,
    url: URLTypes,
    options?: RequestOptions,
    use?: (response: Response) => T | Promise<T>,
  ): Promise<Response | T> {
    try {
      const response = this.#send(this.buildRequest(method, url, options), true, options);
      return use === undefined ? response : useAndClose(response, use);
    } catch (error) {
      return rejection(error);
    }
  }

  get(url: URLTypes, options?: RequestOptions): Promise<Response> {
    return this.request("GET", url, options);
  }

  options(url: URLTypes, options?: RequestOptions): Promise<Response> {
    return this.request("OPTIONS", url, options);
  }

  head(url: URLTypes, options?: RequestOptions): Promise<Response> {
    return this.request("HEAD", url, options);
  }

  post(url: URLTypes, options?: RequestOptions): Promise<Response> {
    if (arguments.length > 2) return rejection(tooManyArguments("post"));
    return this.request("POST", url, options);
  }

  put(url: URLTypes, options?: RequestOptions): Promise<Response> {
    if (arguments.length > 2) return rejection(tooManyArguments("put"));
    return this.request("PUT", url, options);
  }

  patch(url: URLTypes, options?: RequestOptions): Promise<Response> {
    if (arguments.length > 2) return rejection(tooManyArguments("patch"));
    return this.request("PATCH", url, options);
  }

  delete(url: URLTypes, options?: RequestOptions): Promise<Response> {
    return this.request("DELETE", url, options);
  }

  /** The state of the connection pool; all zero for a transport without one. */
  stats(): PoolStats {
    return this.#transports.main.stats?.() ?? emptyPoolStats();
  }

  /**
   * Closes the client, its transport and those that are mounted. Idempotent.
   * @throws the first error of a transport, once all of them have been closed.
   */
  aclose(): Promise<void> {
    return (this.#closing ??= this.#transports.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.aclose();
  }

  /** The short way of a request: where nothing but the network has to do with it, the transport's promise is enough. */
  #send(request: Request, stream: boolean, options: SendOptions = NO_OPTIONS): Promise<Response> {
    if (this.#closing !== null) {
      throw coded("ERR_CLIENT_CLOSED", new Error("Cannot send a request, as the client has been closed."));
    }
    const signal = adoptSignal(options.signal);
    signal?.throwIfAborted();
    const state = this.#state;
    const auth = options.auth === undefined ? this.#authFor(request) : coerceAuth(options.auth);
    const followRedirects = options.followRedirects ?? state.followRedirects;
    const { direct } = this.#transports;
    if (
      direct === null ||
      hasHooks(state.eventHooks) ||
      followRedirects ||
      auth !== null ||
      request.parsedURL.userinfo !== null
    ) {
      const startedAt = now();
      return this.#sendTheLongWay(request, { stream, signal, auth, followRedirects, startedAt, history: [] });
    }
    const how = signal !== null ? { stream, signal } : stream ? STREAM : READ;
    return direct.exchange(request, how, this.#received);
  }

  /** None for a `nextRequest` that a redirect leads elsewhere: followed, it would have none either. */
  #authFor(request: Request): Auth | null {
    const { auth } = this.#state;
    return auth !== null && request.initialOrigin === null ? null : auth;
  }

  /** Through every step. Hooks and auth flows may wait for something that knows nothing of the signal. */
  #sendTheLongWay(request: Request, call: Call): Promise<Response> {
    const work = this.#sendAndRead(request, call);
    return call.signal === null ? work : raceAbort(work, call.signal, (late) => late.aclose());
  }

  async #sendAndRead(request: Request, call: Call): Promise<Response> {
    try {
      const response = await this.#sendThroughSteps(request, call);
      if (!call.stream && response.streamed !== null) await response.aread();
      return response;
    } catch (error) {
      throw aboutRequest(error, request);
    }
  }

  /** The response that came the short way. */
  readonly #received = (wire: WireResponse): Response =>
    finishRedirect(finish(Response.fromWire(wire), wire.request, wire.startedAt, this.#state), this.#state);
}

/** As the exception of an async function: whatever was thrown. */
function rejection(reason: unknown): Promise<never> {
  return Promise.reject(reason);
}

async function useAndClose<T>(
  pending: Promise<Response>,
  use: (response: Response) => T | Promise<T>,
): Promise<T> {
  const response = await pending;
  try {
    return await use(response);
  } finally {
    await response.aclose();
  }
}

/**
 * The part of a client that sends nothing: its properties, and the requests that it builds (HTTPX's `BaseClient`). An
 * assigned value passes the same checks as the option of the constructor.
 */
import { surplusArgument } from "../platform/argument-error.js";
import { isNoRecord } from "../platform/no-record.js";
import type { Auth } from "../auth/auth.js";
import { type AuthTypes, coerceAuth } from "../auth/coerce.js";
import { Timeout, type TimeoutTypes, defaultTimeout } from "../config/timeout.js";
import { aBoolean, aWholeNumber } from "../config/value-checks.js";
import { Cookies, type CookiesInit } from "../cookies/cookies.js";
import { fromCallersLine } from "../errors/callers-stack.js";
import type { Headers, HeadersInit } from "../headers/headers.js";
import { type EventHooks, type EventHooksInit, eventHooksOf } from "../middleware/event-hooks.js";
import type { WebURL } from "../platform/web-types.js";
import type { Request, URLTypes } from "../request/request.js";
import { parseBase } from "../url/base.js";
import { type ParamsInit, QueryParams } from "../url/query.js";
import type { RequestOptions } from "./options.js";
import { RequestBuilder } from "./request-builder.js";
import { type ClientState, paramsOf, withDefaults } from "./state.js";

/** The settings of a client, which apply to each of its requests. */
export abstract class BaseClient {
  static {
    isNoRecord(this, "a client has nothing to send");
  }

  readonly #state: ClientState;
  readonly #builder: RequestBuilder;
  readonly #trustEnv: boolean;

  /** @internal */
  constructor(state: ClientState, trustEnv: boolean) {
    this.#trustEnv = trustEnv;
    this.#state = state;
    this.#builder = new RequestBuilder(state);
  }

  /** Whether the client uses settings from environment variables. */
  get trustEnv(): boolean {
    return this.#trustEnv;
  }

  /**
   * The authentication of requests; every form that the option accepts can be assigned. `null`: only the user information
   * of a URL authenticates. It does not apply to a `nextRequest` to another origin, unless the call asks for it (HTTPX
   * applies it there).
   */
  get auth(): Auth | null {
    return this.#state.auth;
  }

  set auth(auth: AuthTypes | null | undefined) {
    this.#state.auth = coerceAuth(auth);
  }

  /** The URL to which relative URLs are appended; its path ends in a slash. Assignable; `""` and null remove it. */
  get baseUrl(): WebURL | null {
    return this.#state.baseUrl;
  }

  set baseUrl(baseUrl: URLTypes | null) {
    this.#state.baseUrl = parseBase(baseUrl ?? "");
  }

  /** Headers of every request. The object can be changed; assigned headers are added to the default headers. */
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

  /** The timeout of requests without their own. */
  get timeout(): Timeout {
    return this.#state.timeout;
  }

  set timeout(timeout: TimeoutTypes | Timeout | undefined) {
    this.#state.timeout = Timeout.from(timeout, defaultTimeout);
  }

  /** The cookie jar: requests send its cookies, and responses add to it (unless the option `cookies` was `false`). */
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

  /** Whether calls without their own `followRedirects` follow redirects. */
  get followRedirects(): boolean {
    return this.#state.followRedirects;
  }

  set followRedirects(follow: boolean) {
    aBoolean(follow, "followRedirects");
    this.#state.followRedirects = follow;
  }

  /** The maximum number of redirects that a call follows. */
  get maxRedirects(): number {
    return this.#state.maxRedirects;
  }

  set maxRedirects(count: number) {
    aWholeNumber(count, "maxRedirects");
    this.#state.maxRedirects = count;
  }

  /**
   * The request that `request()` would send: with the client's headers, cookies, params, timeout and base URL, but without
   * authentication, which `send` adds.
   * @throws the errors of {@link Request}'s constructor.
   */
  buildRequest(method: string, url: URLTypes, options?: RequestOptions): Request {
    try {
      if (arguments.length > 3) throw surplusArgument("buildRequest()", "a method, a URL and options");
      return this.#builder.build(method, url, options);
    } catch (error) {
      throw fromCallersLine(error, BaseClient.prototype.buildRequest);
    }
  }
}

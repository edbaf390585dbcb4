/**
 * The client: what its requests have in common (base URL, headers, cookies, auth, …), and the way a request goes.
 *
 * A plain `client.get(url)` is what most calls are, so that nothing is made for it that nobody asked for: no URL
 * object, no headers object, no promise beside the transport's own.
 */
import type { Auth } from "./auth/auth.js";
import { type AuthTypes, authOfURL, coerceAuth } from "./auth/coerce.js";
import type { AsyncClientOptions, RequestOptions, SendOptions } from "./client-options.js";
import { encodeContent } from "./content/encode.js";
import { Cookies, type CookiesInit } from "./cookies.js";
import { type EventHooks, type EventHooksInit, eventHooksOf } from "./event-hooks.js";
import { Headers, type HeadersInit } from "./headers.js";
import { normaliseMethod } from "./method.js";
import { type Mount, mountedTransport, sortedMounts } from "./mounts.js";
import { type ParamsInit, QueryParams, mergeParams } from "./query.js";
import { Request, type URLTypes } from "./request.js";
import { type OwnLines, ownLines, requestLines } from "./request-lines.js";
import { Response, type ResponseSettings } from "./response.js";
import { checkEncoding } from "./response/charset.js";
import { checkMaxResponseBytes } from "./response/size-limit.js";
import type { WireResponse } from "./response/wire.js";
import { sendHandlingAuth } from "./sending/auth.js";
import { nextRequestOf } from "./sending/redirect-request.js";
import { sendHandlingRedirects } from "./sending/redirects.js";
import type { Call, Sender } from "./sending/sender.js";
import { keepCookies } from "./sending/single-request.js";
import { Timeout, type TimeoutTypes, defaultTimeout } from "./timeout.js";
import { AppTransport } from "./transports/app.js";
import { AsyncHTTPTransport } from "./transports/http.js";
import { type PoolStats, emptyPoolStats } from "./transports/pool-stats.js";
import type { AsyncTransport } from "./transports/transport.js";
import { refuseUnavailableClientOptions } from "./unavailable.js";
import { mergeBase, parseBase, parseTarget } from "./url.js";
import { VERSION } from "./version.js";

/** After Host, and in HTTPX's order. */
const DEFAULT_HEADERS = new Headers([
  ["Accept", "*/*"],
  ["Accept-Encoding", "gzip, deflate, br, zstd"],
  ["Connection", "keep-alive"],
  ["User-Agent", `httpxide/${VERSION}`],
]);

const READ = Object.freeze({ stream: false });
const STREAM = Object.freeze({ stream: true });
const MAX_REDIRECTS = 20;
const NO_OPTIONS: RequestOptions = Object.freeze({});
const NO_BODY = { kind: "empty" } as const;
const EXPECTS_BODY = new Set(["POST", "PUT", "PATCH"]);

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
  #auth: Auth | null;
  #baseUrl: URL | null;
  #headers: Headers;
  #params: QueryParams | null;
  #timeout: Timeout;
  #cookies: Cookies;
  #eventHooks: EventHooks;
  #followRedirects: boolean;
  #maxRedirects: number;
  readonly #transport: AsyncTransport;
  readonly #mounts: readonly Mount[];
  /** The transport, if it does by itself all that the steps of `sending/` do for others. */
  readonly #direct: AsyncHTTPTransport | null;
  readonly #sender: Sender;
  #ownLines: OwnLines;
  #closing: Promise<void> | null = null;

  /**
   * @throws TypeError, RangeError for options that are not what they should be.
   * @throws InvalidURL, UnsupportedProtocol for the base URL.
   */
  constructor(options: AsyncClientOptions = {}) {
    refuseUnavailableClientOptions(options);
    this.trustEnv = options.trustEnv ?? true;
    this.#auth = coerceAuth(options.auth);
    this.#baseUrl = parseBase(options.baseUrl ?? "");
    this.#headers = withDefaults(options.headers);
    this.#ownLines = ownLines(this.#headers);
    this.#params = paramsOf(options.params);
    this.#timeout = Timeout.from(options.timeout, defaultTimeout);
    this.#cookies = new Cookies(options.cookies === false ? null : options.cookies);
    this.#eventHooks = eventHooksOf(options.eventHooks);
    this.#followRedirects = options.followRedirects ?? false;
    this.#maxRedirects = checkMaxRedirects(options.maxRedirects ?? MAX_REDIRECTS);
    const { defaultEncoding = "utf-8", maxResponseBytes = null } = options;
    const transport = givenTransport(options);
    if (typeof defaultEncoding === "string") checkEncoding(defaultEncoding);
    checkMaxResponseBytes(maxResponseBytes);

    this.#mounts = sortedMounts(options.mounts);
    this.#transport = transport ?? new AsyncHTTPTransport(options);
    const isDirect = isPlainHTTP(this.#transport) && (transport === undefined || maxResponseBytes === null);
    this.#direct = isDirect && this.#mounts.length === 0 ? (this.#transport as AsyncHTTPTransport) : null;
    this.#sender = this.#lend(options, { defaultEncoding, maxResponseBytes });
  }

  /** How requests authenticate themselves; assignable in all its forms. Null: only by what their URL says. */
  get auth(): Auth | null {
    return this.#auth;
  }

  set auth(auth: AuthTypes | null | undefined) {
    this.#auth = coerceAuth(auth);
  }

  /** What relative URLs are appended to; its path ends in a slash. Assignable; `""` and null: nothing. */
  get baseUrl(): URL | null {
    return this.#baseUrl;
  }

  set baseUrl(baseUrl: URLTypes | null) {
    this.#baseUrl = parseBase(baseUrl ?? "");
  }

  /** Sent with every request. Can be changed; what is assigned is added to the default headers. */
  get headers(): Headers {
    return this.#headers;
  }

  set headers(headers: HeadersInit | null | undefined) {
    this.#headers = withDefaults(headers);
  }

  /** Merged into the query of every request. */
  get params(): QueryParams {
    return this.#params ?? new QueryParams();
  }

  set params(params: QueryParams | ParamsInit | null | undefined) {
    this.#params = paramsOf(params);
  }

  /** Of requests that have none of their own. */
  get timeout(): Timeout {
    return this.#timeout;
  }

  set timeout(timeout: TimeoutTypes | Timeout | undefined) {
    this.#timeout = Timeout.from(timeout, defaultTimeout);
  }

  /** The jar: sent along, and filled by responses (unless `cookies` was `false`). */
  get cookies(): Cookies {
    return this.#cookies;
  }

  set cookies(cookies: CookiesInit | null | undefined) {
    this.#cookies = new Cookies(cookies);
  }

  /** What is called for every single request and response. Both lists can be changed. */
  get eventHooks(): EventHooks {
    return this.#eventHooks;
  }

  set eventHooks(hooks: EventHooksInit | null | undefined) {
    this.#eventHooks = eventHooksOf(hooks);
  }

  /** Whether redirects are followed, by calls that do not say. */
  get followRedirects(): boolean {
    return this.#followRedirects;
  }

  set followRedirects(follow: boolean) {
    this.#followRedirects = follow;
  }

  /** How many redirects a call follows at most. */
  get maxRedirects(): number {
    return this.#maxRedirects;
  }

  set maxRedirects(count: number) {
    this.#maxRedirects = checkMaxRedirects(count);
  }

  get isClosed(): boolean {
    return this.#closing !== null;
  }

  /**
   * The request that `request()` would send: with the client's headers, cookies, params and timeout, and the base URL.
   * Authentication is no part of it: that belongs to sending.
   * @throws what {@link Request}'s constructor throws.
   */
  buildRequest(method: string, url: URLTypes, options: RequestOptions = NO_OPTIONS): Request {
    const name = normaliseMethod(method);

    const target = parseTarget(mergeParams(mergeBase(this.#baseUrl, url), this.#params, options.params));

    const own = this.#linesWith(options.headers);
    // No body to encode, and none to say the absence of.
    const encoded =
      options === NO_OPTIONS && !EXPECTS_BODY.has(name) ? null : encodeContent(name, options, own.block);
    const timeout = Timeout.from(options.timeout, this.#timeout);
    return new Request({
      method: name,
      target,
      lines: requestLines(target.host, own, encoded, this.#cookieHeader(target.href, options.cookies)),
      body: encoded === null ? NO_BODY : encoded.body,
      timeout,
      extensions: options.extensions ? { timeout, ...options.extensions } : null,
    });
  }

  /**
   * Sends a request.
   * @throws RequestError what went wrong on the way; Error on a closed client; `signal.reason` when aborted.
   */
  send(request: Request, options: SendOptions = NO_OPTIONS): Promise<Response> {
    try {
      request.setDefaultTimeout(this.#timeout);
      return this.#send(request, options.stream ?? false, options);
    } catch (error) {
      return rejection(error);
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
    return this.request("POST", url, options);
  }

  put(url: URLTypes, options?: RequestOptions): Promise<Response> {
    return this.request("PUT", url, options);
  }

  patch(url: URLTypes, options?: RequestOptions): Promise<Response> {
    return this.request("PATCH", url, options);
  }

  delete(url: URLTypes, options?: RequestOptions): Promise<Response> {
    return this.request("DELETE", url, options);
  }

  /** The state of the connection pool; all zero for a transport without one. */
  stats(): PoolStats {
    return this.#transport.stats?.() ?? emptyPoolStats();
  }

  /** Closes the client, its transport and those that are mounted. Idempotent. */
  aclose(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.aclose();
  }

  /** The short way of a request: where nothing but the network has to do with it, the transport's promise is enough. */
  #send(request: Request, stream: boolean, options: SendOptions = NO_OPTIONS): Promise<Response> {
    if (this.#closing !== null) throw new Error("Cannot send a request, as the client has been closed.");
    const { signal = null } = options;
    signal?.throwIfAborted();
    const auth = options.auth === undefined ? this.#auth : coerceAuth(options.auth);
    const followRedirects = options.followRedirects ?? this.#followRedirects;
    const { request: before, response: after } = this.#eventHooks;
    const isPlain = !followRedirects && before.length === 0 && after.length === 0;
    if (this.#direct === null || !isPlain || auth !== null || request.target.userinfo !== null) {
      return this.#sendThrough(request, auth, {
        stream,
        signal,
        followRedirects,
        startedAt: performance.now(),
      });
    }
    const how = signal !== null ? { stream, signal } : stream ? STREAM : READ;
    return this.#direct.exchange(request, how, this.#received);
  }

  /** The whole way, as in HTTPX: auth, around redirects, around event hooks and the single request. */
  async #sendThrough(request: Request, ofCall: Auth | null, call: Call): Promise<Response> {
    const auth = ofCall ?? authOfURL(request);
    const response =
      auth === null
        ? await sendHandlingRedirects(this.#sender, request, call, [])
        : await sendHandlingAuth(this.#sender, request, auth, call);
    if (!call.stream) await response.aread();
    return response;
  }

  /** The response that came the short way. */
  readonly #received = (wire: WireResponse): Response => {
    const response = Response.fromWire(wire, this.#sender.settings.defaultEncoding);
    if (wire.setsCookies) keepCookies(this.#sender, response);
    if (wire.statusCode >= 300 && wire.statusCode < 400 && response.hasRedirectLocation) {
      response.nextRequest = nextRequestOf(response, this.#sender);
    }
    return response;
  };

  #lend(options: AsyncClientOptions, settings: ResponseSettings): Sender {
    const eventHooks = (): EventHooks => this.#eventHooks;
    const cookies = (): Cookies => this.#cookies;
    const maxRedirects = (): number => this.#maxRedirects;
    return {
      settings,
      keepsCookies: options.cookies !== false,
      sensitiveHeaders: new Set(Array.from(options.sensitiveHeaders ?? [], (name) => name.toLowerCase())),
      transportFor: ({ target }) => mountedTransport(this.#mounts, target, this.#transport),
      get eventHooks() {
        return eventHooks();
      },
      get cookies() {
        return cookies();
      },
      get maxRedirects() {
        return maxRedirects();
      },
    };
  }

  #cookieHeader(href: string, ofCall: CookiesInit | null | undefined): string | null {
    if (ofCall === undefined || ofCall === null) {
      return this.#cookies.isEmpty ? null : this.#cookies.cookieHeader(href, true);
    }
    const cookies = this.#cookies.copy();
    cookies.update(ofCall);
    return cookies.cookieHeader(href, true);
  }

  /** The client's own transport first, as in HTTPX. */
  async #close(): Promise<void> {
    const transports = new Set([this.#transport]);
    for (const { transport } of this.#mounts) if (transport !== null) transports.add(transport);
    for (const transport of transports) await transport.aclose?.();
  }

  /** The client's header lines with `headers` in them; the text is made anew only after a change. */
  #linesWith(headers: HeadersInit | null | undefined): OwnLines {
    if (headers !== undefined && headers !== null) {
      const merged = this.#headers.copy();
      merged.update(headers);
      return ownLines(merged);
    }
    if (this.#ownLines.block !== this.#headers.block) this.#ownLines = ownLines(this.#headers);
    return this.#ownLines;
  }
}

function withDefaults(headers: HeadersInit | null | undefined): Headers {
  const merged = DEFAULT_HEADERS.copy();
  merged.update(headers);
  return merged;
}

function paramsOf(params: QueryParams | ParamsInit | null | undefined): QueryParams | null {
  if (params === undefined || params === null) return null;
  const parsed = new QueryParams(params);
  return parsed.size === 0 ? null : parsed;
}

function checkMaxRedirects(count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new RangeError(`maxRedirects must be a whole number, not ${String(count)}.`);
}

/** What is to carry the requests in the place of a transport of the client's own. */
function givenTransport({ app, transport }: AsyncClientOptions): AsyncTransport | undefined {
  if (app === undefined || app === null) return transport;
  if (transport !== undefined) throw new TypeError("A client takes either an app or a transport, not both.");
  return new AppTransport(app);
}

function isPlainHTTP(transport: AsyncTransport): boolean {
  return transport.handleAsyncRequest === AsyncHTTPTransport.prototype.handleAsyncRequest;
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

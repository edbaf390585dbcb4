/**
 * The client: what its requests have in common (base URL, headers, params, timeout), and the way a request goes.
 *
 * A plain `client.get(url)` is what most calls are, so that nothing is made for it that nobody asked for: no URL
 * object, no headers object, no promise beside the transport's own.
 */
import type { AsyncClientOptions, RequestOptions, SendOptions } from "./client-options.js";
import { encodeContent } from "./content/encode.js";
import { Headers, type HeadersInit } from "./headers.js";
import { normaliseMethod } from "./method.js";
import { type ParamsInit, QueryParams, mergeParams } from "./query.js";
import { Request, type URLTypes } from "./request.js";
import { type OwnLines, ownLines, requestLines } from "./request-lines.js";
import type { Response, ResponseSettings } from "./response.js";
import { checkEncoding } from "./response/charset.js";
import { checkMaxResponseBytes } from "./response/size-limit.js";
import { Timeout, type TimeoutTypes, defaultTimeout } from "./timeout.js";
import { AsyncHTTPTransport } from "./transports/http.js";
import { type PoolStats, emptyPoolStats } from "./transports/pool-stats.js";
import { sendSingleRequest } from "./transports/single-request.js";
import type { AsyncTransport } from "./transports/transport.js";
import { refuseUnavailableClientOptions, refuseUnavailableRequestOptions } from "./unavailable.js";
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
  #baseUrl: URL | null;
  #headers: Headers;
  #params: QueryParams | null;
  #timeout: Timeout;
  readonly #settings: ResponseSettings;
  readonly #transport: AsyncTransport;
  /** Whether the transport alone does all that {@link sendSingleRequest} does for others. */
  readonly #isDirect: boolean;
  #ownLines: OwnLines;
  #closing: Promise<void> | null = null;

  /**
   * @throws TypeError, RangeError for options that are not what they should be.
   * @throws InvalidURL, UnsupportedProtocol for the base URL.
   */
  constructor(options: AsyncClientOptions = {}) {
    refuseUnavailableClientOptions(options);
    this.trustEnv = options.trustEnv ?? true;
    this.#baseUrl = parseBase(options.baseUrl ?? "");
    this.#headers = withDefaults(options.headers);
    this.#ownLines = ownLines(this.#headers);
    this.#params = paramsOf(options.params);
    this.#timeout = Timeout.from(options.timeout, defaultTimeout);
    const { defaultEncoding = "utf-8", maxResponseBytes = null } = options;
    if (typeof defaultEncoding === "string") checkEncoding(defaultEncoding);
    checkMaxResponseBytes(maxResponseBytes);
    this.#settings = { defaultEncoding, maxResponseBytes };

    const { transport } = options;
    this.#transport = transport ?? new AsyncHTTPTransport(options);
    this.#isDirect =
      this.#transport.handleAsyncRequest === AsyncHTTPTransport.prototype.handleAsyncRequest &&
      (transport === undefined || maxResponseBytes === null) &&
      defaultEncoding === "utf-8";
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

  get isClosed(): boolean {
    return this.#closing !== null;
  }

  /**
   * The request that `request()` would send: with the client's headers, params and timeout, and the base URL.
   * @throws what {@link Request}'s constructor throws.
   */
  buildRequest(method: string, url: URLTypes, options: RequestOptions = NO_OPTIONS): Request {
    if (options !== NO_OPTIONS) refuseUnavailableRequestOptions(options);
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
      lines: requestLines(target.host, own, encoded),
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
      if (options !== NO_OPTIONS) refuseUnavailableRequestOptions(options);
      request.setDefaultTimeout(this.#timeout);
      return this.#send(request, options.stream ?? false, options.signal);
    } catch (error) {
      return rejection(error);
    }
  }

  /** Sends a request and reads the whole response. */
  request(method: string, url: URLTypes, options?: RequestOptions): Promise<Response> {
    try {
      return this.#send(this.buildRequest(method, url, options), false, options?.signal);
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
      const response = this.#send(this.buildRequest(method, url, options), true, options?.signal);
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

  /** Closes the client and its transport. Idempotent. */
  aclose(): Promise<void> {
    return (this.#closing ??= Promise.resolve(this.#transport.aclose?.()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.aclose();
  }

  /**
   * The way of a request, as in HTTPX: auth (one flow, which may send several requests) around redirects (one
   * request per hop) around the hooks and the single request. The steps that come before the last one go here.
   */
  #send(request: Request, stream: boolean, signal: AbortSignal | null | undefined): Promise<Response> {
    if (this.#closing !== null) throw new Error("Cannot send a request, as the client has been closed.");
    if (signal) signal.throwIfAborted();
    if (!this.#isDirect) return sendSingleRequest(this.#transport, request, stream, signal, this.#settings);
    return this.#transport.handleAsyncRequest(request, signal ? { stream, signal } : stream ? STREAM : READ);
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

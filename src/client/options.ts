/**
 * The options of a client, of a call and of `send`. `undefined` means "the client's default", `null` means "off".
 */
import type { AbortSignalLike } from "../platform/web-types.js";
import type { AuthTypes } from "../auth/coerce.js";
import type { CookiesInit } from "../cookies/cookies.js";
import type { EventHooksInit } from "../middleware/event-hooks.js";
import type { HeadersInit } from "../headers/headers.js";
import type { Mounts } from "./mounts.js";
import type { ParamsInit, QueryParams } from "../url/query.js";
import type { RetryTypes } from "../transports/retry/options.js";
import type { RequestInitOptions } from "../request/options.js";
import type { URLTypes } from "../request/request.js";
import type { DefaultEncoding } from "../response/charset.js";
import type { DiagnosticsOptions } from "../config/diagnostics.js";
import type { Proxy } from "../config/proxy.js";
import type { Timeout, TimeoutTypes } from "../config/timeout.js";
import type { App } from "../transports/app/transport.js";
import type { AsyncHTTPTransportOptions } from "../transports/http/options.js";
import type { AsyncTransport } from "../transports/transport.js";
import type { SessionOptions } from "../session/options.js";
import type { EventStreamOptions } from "../sse/options.js";

/**
 * The options of an {@link AsyncClient}. Those of {@link AsyncHTTPTransport} configure the client's own transport. Beside
 * `transport` or `app` they are a `TypeError`, except `trustEnv` and `maxResponseBytes`, which the client honours itself,
 * and `proxy`, which a `transport` gets with each request.
 */
export interface AsyncClientOptions extends AsyncHTTPTransportOptions {
  /** The URL to which relative URLs are appended: `/x` with `http://h/api` gives `http://h/api/x`. Give a query as `params`. @default "" */
  baseUrl?: URLTypes | undefined;
  /** Headers of every request. They follow the default headers, and replace those of the same name. */
  headers?: HeadersInit | null | undefined;
  /** Merged into the query of every request. */
  params?: ParamsInit | QueryParams | null | undefined;
  /** Authentication of calls without their own `auth`. It takes precedence over a URL's user information. */
  auth?: AuthTypes | null | undefined;
  /** Cookies for the jar; each request sends those that apply to its URL. With `false`, responses add none. */
  cookies?: CookiesInit | false | null | undefined;
  /** Whether redirects are followed. @default false */
  followRedirects?: boolean | undefined;
  /** The maximum number of redirects that a call follows. @default 20 */
  maxRedirects?: number | undefined;
  /**
   * Headers that a redirect to another origin removes, besides `Authorization`, `Cookie` and `Proxy-Authorization`:
   * `["X-Api-Key"]`. @default []
   */
  sensitiveHeaders?: Iterable<string> | undefined;
  /** Attempts in all, or which requests are sent again and when. `null`: each is sent once. @default null */
  retry?: RetryTypes | undefined;
  /** Functions called for every single request, response and failure. */
  eventHooks?: EventHooksInit | null | undefined;
  /** Which diagnostics channels show the requests. @default all */
  diagnostics?: DiagnosticsOptions | null | undefined;
  /** In milliseconds. @default 5000 for each of connect, read, write and pool; no `total` */
  timeout?: TimeoutTypes | Timeout | undefined;
  /** The encoding of text whose Content-Type names none. @default "utf-8" */
  defaultEncoding?: DefaultEncoding | undefined;
  /** Carries the requests instead of the network. The client closes it. */
  transport?: AsyncTransport | undefined;
  /** A web application in this process that answers the requests instead of the network. See `AppTransport`. */
  app?: App | undefined;
  /** Transports for some URLs, by pattern. The client closes them. */
  mounts?: Mounts | null | undefined;
}

/** Options of a call. */
export interface RequestOptions extends RequestInitOptions {
  /** The proxy of this call, redirects included; `null`: none. @default that of the client or the environment */
  proxy?: URLTypes | Proxy | null | undefined;
  /** In milliseconds, for this call. @default the client's */
  timeout?: TimeoutTypes | Timeout | undefined;
  /** Authentication of this call; `null`: none from the client. @default the client's */
  auth?: AuthTypes | null | undefined;
  /** Whether redirects are followed. @default the client's */
  followRedirects?: boolean | undefined;
  /** Attempts in all, or options that replace those of the client; `null`: this call is sent once. @default the client's */
  retry?: RetryTypes | undefined;
  /** Aborts the call, until the end of the body. The call rejects with `signal.reason`. */
  signal?: AbortSignalLike | null | undefined;
}

/** Options of a WebSocket: those of a call without a body, and those of the session. */
export interface WebSocketOptions
  extends Omit<RequestOptions, "content" | "data" | "files" | "json">, SessionOptions {}

/** Options of an event stream: those of a call, and when it connects again. */
export interface SseOptions extends RequestOptions, EventStreamOptions {}

/** Options of `send`. */
export interface SendOptions {
  /** Leaves the body unread: iterate it or call `aread()`, and close the response. @default false */
  stream?: boolean | undefined;
  /** Authentication of this call; `null`: none from the client. @default the client's */
  auth?: AuthTypes | null | undefined;
  /** Whether redirects are followed. @default the client's */
  followRedirects?: boolean | undefined;
  /** Attempts in all, or options that replace those of the client; `null`: this call is sent once. @default the client's */
  retry?: RetryTypes | undefined;
  /** Aborts the call, until the end of the body. The call rejects with `signal.reason`. */
  signal?: AbortSignalLike | null | undefined;
}

/**
 * Options of a one-shot function: those of a call, and those of the client that it makes. `cookies` go to the client's
 * jar, so redirects send them too.
 */
export interface OneShotOptions
  extends
    Omit<RequestOptions, "cookies">,
    Omit<AsyncClientOptions, Exclude<keyof RequestOptions, "cookies"> | "baseUrl" | "limits"> {}

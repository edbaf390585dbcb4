/**
 * What a client, a call and `send` can be told. `undefined` means "the client's default", `null` means "off".
 */
import type { AbortSignalLike } from "../platform/web-types.js";
import type { AuthTypes } from "../auth/coerce.js";
import type { CookiesInit } from "../cookies/cookies.js";
import type { EventHooksInit } from "../middleware/event-hooks.js";
import type { HeadersInit } from "../headers/headers.js";
import type { Mounts } from "./mounts.js";
import type { ParamsInit, QueryParams } from "../url/query.js";
import type { RequestInitOptions } from "../request/options.js";
import type { URLTypes } from "../request/request.js";
import type { DefaultEncoding } from "../response/charset.js";
import type { Timeout, TimeoutTypes } from "../config/timeout.js";
import type { App } from "../transports/app/transport.js";
import type { AsyncHTTPTransportOptions } from "../transports/http/options.js";
import type { AsyncTransport } from "../transports/transport.js";

/**
 * The options of an {@link AsyncClient}. Those of {@link AsyncHTTPTransport} configure the client's own transport. Beside
 * `transport` or `app` they are a `TypeError`, except `trustEnv` and `maxResponseBytes`, which the client honours itself.
 */
export interface AsyncClientOptions extends AsyncHTTPTransportOptions {
  /** What relative URLs are appended to: `/x` on `http://h/api` is `http://h/api/x`. @default "" */
  baseUrl?: URLTypes | undefined;
  /** Sent with every request, after the default headers, which they may replace. */
  headers?: HeadersInit | null | undefined;
  /** Merged into the query of every request. */
  params?: ParamsInit | QueryParams | null | undefined;
  /** How requests authenticate themselves, unless the call says otherwise. It goes before what a URL says. */
  auth?: AuthTypes | null | undefined;
  /** Sent along as far as they are for the URL. Responses add to them; with `false` they do not. */
  cookies?: CookiesInit | false | null | undefined;
  /** Whether redirects are followed. @default false */
  followRedirects?: boolean | undefined;
  /** How many redirects a call follows at most. @default 20 */
  maxRedirects?: number | undefined;
  /**
   * Headers that stay behind when a redirect leads to another origin, beside `Authorization`, `Cookie` and
   * `Proxy-Authorization`: `["X-Api-Key"]`. @default []
   */
  sensitiveHeaders?: Iterable<string> | undefined;
  /** Called for every single request and response. */
  eventHooks?: EventHooksInit | null | undefined;
  /** In milliseconds. @default 5000 for each of connect, read, write and pool; no total */
  timeout?: TimeoutTypes | Timeout | undefined;
  /** The encoding of text whose Content-Type names none. @default "utf-8" */
  defaultEncoding?: DefaultEncoding | undefined;
  /** Carries the requests instead of the network. The client closes it. */
  transport?: AsyncTransport | undefined;
  /** A web application in this process that answers the requests, in the place of a transport. See `AppTransport`. */
  app?: App | undefined;
  /** Transports for some URLs only, by pattern. The client closes them. */
  mounts?: Mounts | null | undefined;
}

/** What a call can be told. */
export interface RequestOptions extends RequestInitOptions {
  /** In milliseconds, for this call. @default the client's */
  timeout?: TimeoutTypes | Timeout | undefined;
  /** How to authenticate; `null`: not as the client does. @default the client's */
  auth?: AuthTypes | null | undefined;
  /** Whether redirects are followed. @default the client's */
  followRedirects?: boolean | undefined;
  /** Aborts the call, up to the end of the body; it rejects with `signal.reason`. */
  signal?: AbortSignalLike | null | undefined;
}

/** What `send` can be told. */
export interface SendOptions {
  /** Leave the body unread: it is to be iterated, or read with `aread()`, and closed. @default false */
  stream?: boolean | undefined;
  /** How to authenticate; `null`: not as the client does. @default the client's */
  auth?: AuthTypes | null | undefined;
  /** Whether redirects are followed. @default the client's */
  followRedirects?: boolean | undefined;
  /** Aborts the call, up to the end of the body; it rejects with `signal.reason`. */
  signal?: AbortSignalLike | null | undefined;
}

/**
 * What a one-shot function can be told: a call's options, and those of the client that it makes for it. `cookies` are
 * those of the client: redirects get them too.
 */
export interface OneShotOptions
  extends
    Omit<RequestOptions, "cookies">,
    Omit<AsyncClientOptions, Exclude<keyof RequestOptions, "cookies"> | "baseUrl" | "limits"> {}

/**
 * Carries a request and returns its response. Everything above (redirects, cookies, auth, hooks) works for every
 * transport; a transport performs only one exchange.
 */
import { wrongType } from "../platform/argument-error.js";
import type { WebAbortSignal } from "../platform/web-types.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import type { Timeout } from "../config/timeout.js";
import type { PoolStats } from "./pool-stats.js";

/** Without content codings, or as received. @internal */
export type BodyForm = "decoded" | "raw";

/** By whose rules content codings are undone. @internal */
export type CodingRules = "httpx" | "fetch";

/** How the client will use the response. A transport may ignore all of it. */
export interface TransportOptions {
  /**
   * `false`: the whole body will be read at once, so a transport may return it already read.
   * @default true
   */
  stream?: boolean;
  /**
   * Only a redirect's body must be left unread; any other will be read at once. Transports that do not know it stream.
   * @default false
   * @internal
   */
  wholeUnlessRedirect?: boolean;
  /**
   * The form that a short body which came with its head is to have; any other body is left unread. Transports that do
   * not know it stream.
   * @internal
   */
  wholeIfHere?: BodyForm | undefined;
  /**
   * Of a body from the network.
   * @default "httpx"
   * @internal
   */
  codingRules?: CodingRules | undefined;
  /**
   * The caller sends the request again where that is due: a `RetryTransport` then sends it once, so that attempts are not
   * multiplied.
   * @internal
   */
  isRetried?: boolean;
  /** Aborts the exchange, until the end of the body. The client aborts for transports that ignore it. */
  signal?: WebAbortSignal | null | undefined;
  /** Replaces the request's own timeout: shorter, after redirects or auth used up part of its `total`. */
  timeout?: Timeout | undefined;
}

/**
 * The property of a transport that tells whether a `connectPolicy` judges all its connections; those of a program do not
 * have it. @internal
 */
export const isGuarded: unique symbol = Symbol("isGuarded");

/**
 * The property of a transport that itself ends requests whose total timeout is over or whose client is closed. The client does
 * it for others. @internal
 */
export const keepsLimits: unique symbol = Symbol("keepsLimits");

/** Carries requests. Give one to `new AsyncClient({ transport })`. */
export interface AsyncTransport {
  handleAsyncRequest(request: Request, options?: TransportOptions): Promise<Response>;
  /** Called once, when the client closes. */
  aclose?(): Promise<void>;
  /** The result of `client.stats()`. */
  stats?(): PoolStats;
  /** `undefined`: it makes no connections, or cannot tell. @internal */
  readonly [isGuarded]?: boolean | undefined;
  /** @internal */
  readonly [keepsLimits]?: boolean | undefined;
}

/** @throws TypeError for what is no transport. @internal */
export function checkedTransport(transport: AsyncTransport): AsyncTransport {
  if (typeof (transport as AsyncTransport | null)?.handleAsyncRequest === "function") return transport;
  throw wrongType("A transport must have a method handleAsyncRequest.");
}

/**
 * What a client lends to a request on its way, and what a call is told. Everything is read when a step needs it, since
 * all of it can be changed in the meantime: a hook may set a cookie for the next hop.
 */
import type { Cookies } from "../cookies/cookies.js";
import type { EventHooks } from "./event-hooks.js";
import type { Request } from "../request/request.js";
import type { ResponseSettings } from "../response/response.js";
import type { AsyncTransport } from "../transports/transport.js";

/** @internal */
export interface Sender {
  readonly eventHooks: EventHooks;
  /** Sent along, and taken from responses if `keepsCookies`. */
  readonly cookies: Cookies;
  readonly keepsCookies: boolean;
  readonly maxRedirects: number;
  /** Names, in lower case, of headers that do not follow a redirect to another origin. */
  readonly sensitiveHeaders: ReadonlySet<string>;
  readonly settings: ResponseSettings;
  transportFor(request: Request): AsyncTransport;
}

/** One call of `send`, however many requests it becomes. @internal */
export interface Call {
  /** The body is left to the caller. */
  readonly stream: boolean;
  readonly signal: AbortSignal | null;
  readonly followRedirects: boolean;
  /** When it began, by `performance.now()`: `total` runs from there. */
  readonly startedAt: number;
}

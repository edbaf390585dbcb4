/**
 * Middleware: the steps between a client and its transport. Each wraps the next one, and knows neither which that is
 * nor which step wraps it.
 */
import type { Auth } from "../auth/auth.js";
import type { Cookies } from "../cookies/cookies.js";
import type { Request } from "../request/request.js";
import type { Response, ResponseSettings } from "../response/response.js";
import type { AsyncTransport } from "../transports/transport.js";
import type { EventHooks } from "./event-hooks.js";

/** Sends a request, and answers with its response. The body is left unread, unless the transport has read it. @internal */
export type Send = (request: Request, call: Call) => Promise<Response>;

/** Made once a client. A step that a call does not need returns the promise of `next`, and adds none. @internal */
export type Middleware = (next: Send, client: SendingClient) => Send;

/** One call of a client's `send`, however many requests it becomes. @internal */
export interface Call {
  /** Whether the caller reads the body. */
  readonly stream: boolean;
  readonly signal: AbortSignal | null;
  /** How to authenticate; null: as the URL says. */
  readonly auth: Auth | null;
  readonly followRedirects: boolean;
  /** When the call began, by `performance.now()`: `total` runs from there. */
  readonly startedAt: number;
  /** The responses that led to the request, oldest first. A step that sends again adds to them. `maxRedirects` bounds them. */
  readonly history: Response[];
}

/**
 * What the steps use of their client. A step reads it when it needs it: a hook may set a cookie for the next request
 * of the same call.
 *
 * @internal
 */
export interface SendingClient {
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

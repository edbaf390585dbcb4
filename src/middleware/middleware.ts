/**
 * Middleware: the steps between a client and its transport. Each step wraps the next one. A step does not know which
 * steps are around it.
 */
import type { Auth } from "../auth/auth.js";
import type { Cookies } from "../cookies/cookies.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import type { ResponseSettings } from "../response/settings.js";
import type { RetryPolicy } from "../transports/retry/policy.js";
import { type CallEnds, deadlineOf } from "../transports/call-end.js";
import type { AsyncTransport, BodyForm, CodingRules } from "../transports/transport.js";
import type { EventHooks } from "./event-hooks.js";

/** Sends a request and returns its response, whose body is unread unless the transport has read it. @internal */
export type Send = (request: Request, call: Call) => Promise<Response>;

/** Called once per client. A step that a call does not need returns the promise of `next` and adds none. @internal */
export type Middleware = (next: Send, client: SendingClient) => Send;

/** One call of a client, which may lead to several requests. @internal */
export interface Call {
  /** Whether the caller reads the body. */
  readonly stream: boolean;
  /** The form that a short body which came with its head is to have. */
  readonly wholeIfHere?: BodyForm | undefined;
  readonly codingRules?: CodingRules | undefined;
  readonly signal: AbortSignal | null;
  /** Whether an auth flow decides by each response if another request follows: bodies are left unread until then. */
  readonly inFlow: boolean;
  /** Null: only a URL's user information authenticates. */
  readonly auth: Auth | null;
  readonly followRedirects: boolean;
  readonly retry: RetryPolicy | null;
  /** The number of the attempt, 1 for the first: a retry repeats the steps within it. */
  readonly attempt: number;
  /** The start of the call, by `performance.now()`. The `total` timeout runs from here. */
  readonly startedAt: number;
  /**
   * When the total timeout of the request that an auth flow signs ends, by the same clock. It bounds the other requests
   * of the flow too, such as one for a token, which has timeouts of its own. @default null
   */
  readonly deadline?: number | null;
  /** The earlier responses of the call, oldest first. A step that sends another request adds to them. `maxRedirects` bounds them. */
  readonly history: Response[];
}

/**
 * The part of a client that the steps use. A step reads each field at the moment of use: a hook may set a cookie for the
 * next request of the same call.
 *
 * @internal
 */
export interface SendingClient {
  readonly eventHooks: EventHooks;
  /** Requests send them. Responses add to them if `keepsCookies`. */
  readonly cookies: Cookies;
  readonly keepsCookies: boolean;
  readonly maxRedirects: number;
  /** Names, in lower case, of headers that do not follow a redirect to another origin. */
  readonly sensitiveHeaders: ReadonlySet<string>;
  readonly settings: ResponseSettings;
  /** Whether the channels of undici show its requests. */
  readonly reportsAsUndici: boolean;
  /** Aborts when the client is closed. */
  readonly closed: AbortSignal;
  transportFor(request: Request): AsyncTransport;
}

/** What can end a call early while it is at this request. @param closed aborts when the client is closed. @internal */
export function endsOf(request: Request, call: Call, closed: AbortSignal): CallEnds {
  return { request, deadline: deadlineIn(call, request), signal: call.signal, closed };
}

/** When the time of a request of this call ends, by `performance.now()`; null: never. @internal */
export function deadlineIn({ startedAt, deadline = null }: Call, request: Request): number | null {
  const own = deadlineOf(request.timeout, startedAt);
  return own === null || deadline === null ? (own ?? deadline) : Math.min(own, deadline);
}

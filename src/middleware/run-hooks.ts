/** A single request and the event hooks before and after it. */
import { isAbout } from "../errors/about-request.js";
import { failureForHooks } from "../errors/failure-for-hooks.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { type EventHooks, hasHooks } from "./event-hooks.js";
import type { Call, Middleware, Send } from "./middleware.js";

/** @internal */
export const runHooks: Middleware = (next, client) => (request, call) => {
  const hooks = client.eventHooks;
  return hasHooks(hooks) ? sendWithHooks(hooks, request, next, call) : next(request, call);
};

async function sendWithHooks(hooks: EventHooks, request: Request, next: Send, call: Call): Promise<Response> {
  for (const hook of hooks.request) await hook(request);
  let response: Response;
  try {
    response = await next(request, call);
  } catch (error) {
    await reportFailure(hooks, call, error, request);
    throw error;
  }
  try {
    for (const hook of hooks.response) await hook(response);
  } catch (error) {
    await response.aclose();
    // the body broke off while a hook read it; any other exception is the hook's own
    if (isAbout(error, request)) await reportFailure(hooks, call, error, request);
    throw error;
  }
  // a retry decides first whether the body is read at all
  if (hooks.error.length > 0 && call.retry === null && isReadForCaller(response, call)) {
    await readReported(hooks, call, response, () => response.aread());
  }
  return response;
}

/** Whether the client reads the body for its caller. Steps within the call do it, because they know the single request. @internal */
export function isReadForCaller(response: Response, call: Call): boolean {
  if (call.stream || call.inFlow || response.isClosed) return false;
  // the caller does not get the body of a redirect that is followed
  return !(call.followRedirects && response.hasRedirectLocation);
}

/** The call at the attempt of this response: the steps around the retries do not know its number. @internal */
export function atAttemptOf({ extensions }: Response, call: Call): Call {
  return { ...call, attempt: extensions.attempt };
}

/** Reads a body by `read`. If that fails, closes the response and calls the error hooks. @internal */
export async function readReported(
  hooks: EventHooks,
  call: Call,
  response: Response,
  read: () => Promise<unknown>,
): Promise<void> {
  try {
    await read();
  } catch (error) {
    await response.aclose();
    await reportFailure(hooks, atAttemptOf(response, call), error, response.request);
    throw error;
  }
}

/** Calls the error hooks. @internal */
export async function reportFailure(
  hooks: EventHooks,
  { signal, attempt }: Call,
  error: unknown,
  request: Request,
): Promise<void> {
  if (isAbout(error, request)) error.attempt = Math.max(error.attempt, attempt);
  if (hooks.error.length === 0) return;
  const failure = failureForHooks(error, request, signal);
  failure.attempt = Math.max(failure.attempt, attempt);
  for (const hook of hooks.error) await hook(failure, request);
}

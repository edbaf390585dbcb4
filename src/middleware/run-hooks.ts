/** A single request and the event hooks before and after it. */
import { isAbout } from "../errors/about-request.js";
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
  try {
    return await answered(hooks, await next(request, call), call);
  } catch (error) {
    await reportFailure(hooks, error, request);
    throw error;
  }
}

async function answered(hooks: EventHooks, response: Response, call: Call): Promise<Response> {
  try {
    for (const hook of hooks.response) await hook(response);
    if (hooks.error.length > 0 && isRead(response, call)) await response.aread();
    return response;
  } catch (error) {
    await response.aclose();
    throw error;
  }
}

/** Whether the client reads the body for its caller. This step does it, because only this step knows the single request. */
function isRead(response: Response, call: Call): boolean {
  if (call.stream || response.isClosed) return false;
  // the caller does not get the body of a redirect that is followed
  return !(call.followRedirects && response.hasRedirectLocation);
}

/** Calls the error hooks if `error` is about `request`. @internal */
export async function reportFailure(hooks: EventHooks, error: unknown, request: Request): Promise<void> {
  if (!isAbout(error, request)) return;
  for (const hook of hooks.error) await hook(error, request);
}

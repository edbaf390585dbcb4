/** A single request and the event hooks before and after it. */
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import type { EventHooks } from "./event-hooks.js";
import type { Call, Middleware, Send } from "./middleware.js";

/** @internal */
export const runHooks: Middleware = (next, client) => (request, call) => {
  const hooks = client.eventHooks;
  const hasHooks = hooks.request.length > 0 || hooks.response.length > 0;
  return hasHooks ? sendWithHooks(hooks, request, next, call) : next(request, call);
};

async function sendWithHooks(hooks: EventHooks, request: Request, next: Send, call: Call): Promise<Response> {
  for (const hook of hooks.request) await hook(request);
  const response = await next(request, call);
  try {
    for (const hook of hooks.response) await hook(response);
    return response;
  } catch (error) {
    await response.aclose();
    throw error;
  }
}

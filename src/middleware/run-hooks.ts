/** A single request and the event hooks before and after it. */
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { type EventHooks, hasHooks } from "./event-hooks.js";
import { FailureReport } from "./failure-report.js";
import type { Call, Middleware, Send } from "./middleware.js";

/** @internal */
export const runHooks: Middleware = (next, client) => (request, call) => {
  const hooks = client.eventHooks;
  return hasHooks(hooks) ? sendWithHooks(hooks, request, next, call) : next(request, call);
};

async function sendWithHooks(hooks: EventHooks, request: Request, next: Send, call: Call): Promise<Response> {
  for (const hook of hooks.request) await hook(request);
  const report = new FailureReport(hooks, request, call);
  let response: Response;
  try {
    response = await next(request, call);
  } catch (error) {
    await report.failed(error);
    throw error;
  }
  report.answered(response);
  try {
    for (const hook of hooks.response) await hook(response);
  } catch (exception) {
    await response.aclose();
    throw exception;
  }
  return response;
}

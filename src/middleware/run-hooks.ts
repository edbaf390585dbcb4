/** A single request and the event hooks before and after it. */
import { isAbout } from "../errors/about-request.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { ANSWERED, UNSENT, resultUntilEnd } from "../transports/call-end.js";
import { hasHooks } from "./event-hooks.js";
import { FailureReport } from "./failure-report.js";
import { type Call, type Middleware, type Send, type SendingClient, endsOf } from "./middleware.js";

/** @internal */
export const runHooks: Middleware = (next, client) => (request, call) => {
  const hooks = client.eventHooks;
  return hasHooks(hooks) ? sendWithHooks(client, request, next, call) : next(request, call);
};

async function sendWithHooks(
  { eventHooks: hooks, closed }: SendingClient,
  request: Request,
  next: Send,
  call: Call,
): Promise<Response> {
  const ends = endsOf(request, call, closed);
  const report = new FailureReport(hooks, request, call, ends);
  try {
    for (const hook of hooks.request) await resultUntilEnd(hook(request), ends, UNSENT);
  } catch (exception) {
    if (isAbout(exception, request)) await report.failed(exception);
    throw exception;
  }
  let response: Response;
  try {
    response = await next(request, call);
  } catch (error) {
    await report.failed(error);
    throw error;
  }
  report.answered(response);
  try {
    for (const hook of hooks.response) await resultUntilEnd(hook(response), ends, ANSWERED);
  } catch (exception) {
    await response.aclose();
    if (isAbout(exception, request)) await report.failed(exception);
    throw exception;
  }
  return response;
}

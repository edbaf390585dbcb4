/** Retries of a single request: redirects and auth see its last attempt, hooks see each. */
import { sendWithRetries } from "../transports/retry/attempts.js";
import { RetryTransport } from "../transports/retry/transport.js";
import { type Call, type Middleware, deadlineIn } from "./middleware.js";
import type { Response } from "../response/response.js";

/** @internal */
export const retries: Middleware = (next, client) => (request, call) => {
  const { retry, signal } = call;
  if (retry === null) return next(request, call);
  if (retry.isDefault && client.transportFor(request) instanceof RetryTransport) {
    return next(request, { ...call, retry: null });
  }
  return sendWithRetries({
    request,
    policy: retry,
    signal,
    deadline: deadlineIn(call, request),
    send: (attempt) => next(request, { ...call, attempt }),
    read: async (response) => {
      if (isReadForCaller(response, call)) await response.aread();
    },
  });
};

/** Whether the client reads the body for its caller. The body of an attempt that fails so can be asked for again. */
function isReadForCaller(response: Response, call: Call): boolean {
  if (call.stream || call.inFlow || response.isClosed) return false;
  // the caller does not get the body of a redirect that is followed
  return !(call.followRedirects && response.hasRedirectLocation);
}

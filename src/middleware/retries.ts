/** Retries of a single request: redirects and auth see its last attempt, hooks see each. */
import { now } from "../platform/clock.js";
import { sendWithRetries } from "../transports/retry/attempts.js";
import type { Call, Middleware } from "./middleware.js";
import { isReadForCaller, readReported } from "./run-hooks.js";
import type { Request } from "../request/request.js";

/** @internal */
export const retries: Middleware = (next, client) => (request, call) => {
  const { retry, signal } = call;
  if (retry === null) return next(request, call);
  return sendWithRetries({
    request,
    policy: retry,
    signal,
    deadline: deadlineOf(request, call),
    send: (attempt) => next(request, { ...call, attempt }),
    read: async (response) => {
      if (!isReadForCaller(response, call)) return;
      await readReported(client.eventHooks, call, response, () => response.aread());
    },
  });
};

/** The total timeout counts from the start of the call. A request that has no time left fails by itself. */
function deadlineOf(request: Request, { startedAt }: Call): number | null {
  const { total } = request.timeout;
  return total === null ? null : Math.max(now(), startedAt + total);
}

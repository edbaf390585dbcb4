/** What error hooks get: a `RequestError` for every failure of a request, also for those that are none. */
import { isAbout } from "./about-request.js";
import type { Request } from "./exchange.js";
import { RequestError } from "./request-error.js";

/**
 * `error`, or a `RequestError` around the reason of an abort or the exception of a function of the program, such as an
 * application or a generator. Its `cause` is what the call rejects with.
 *
 * @internal
 */
export function failureForHooks(error: unknown, request: Request, signal: AbortSignal | null): RequestError {
  if (isAbout(error, request)) return error;
  const isAbort = signal !== null && signal.aborted && signal.reason === error;
  return new RequestError(`${request.summary}: ${words(error)}`, {
    code: isAbort ? "ERR_ABORTED" : "ERR_FUNCTION_FAILED",
    // how far the request came is not known
    phase: "headers",
    requestSent: "maybe",
    request,
    cause: error,
  });
}

function words(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

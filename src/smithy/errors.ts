/** The errors of this package under the names by which the SDK decides whether to repeat a request. */
import { ownError } from "../platform/argument-error.js";
import { beginAtProgram } from "../platform/own-frames.js";
import { RequestError } from "../errors/request-error.js";
import { TimeoutException } from "../errors/timeout-error.js";
import type { CallSignal } from "./call-signal.js";

/** Of connections that broke while a request or its response was on the way. */
const BROKEN = new Set([
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ERR_INCOMPLETE_RESPONSE",
  "ERR_READ_ERROR",
  "ERR_WRITE_ERROR",
]);

/** @internal */
export function smithyErrorOf(error: unknown, { signal, isTimeout }: CallSignal): unknown {
  if (signal.aborted && error === signal.reason) {
    if (!isTimeout) return named("AbortError", "Request aborted", undefined);
    const error = named("TimeoutError", "The server did not answer within requestTimeout", undefined);
    return Object.assign(error, { code: "ETIMEDOUT" });
  }
  if (!(error instanceof RequestError)) return error;
  if (error instanceof TimeoutException || BROKEN.has(error.code)) {
    return named("TimeoutError", error.message, error);
  }
  return error;
}

function named(name: string, message: string, cause: RequestError | undefined): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  return Object.assign(
    ownError(beginAtProgram(error, named)),
    { name },
    cause === undefined ? {} : { code: cause.code },
  );
}

/**
 * What error hooks get: a `RequestError` for every failure of a request, even if the call rejects with something else.
 */
import { isPlainOwnError } from "../platform/argument-error.js";
import { inWords } from "../platform/thrown.js";
import { isAbout } from "./about-request.js";
import type { Request, Response } from "./exchange.js";
import { RequestError } from "./request-error.js";

/** The single request that failed. @internal */
export interface FailedRequest {
  readonly request: Request;
  /** Null before its head. */
  readonly response: Response | null;
  readonly signal: AbortSignal | null;
}

/**
 * `error`, or a `RequestError` around the reason of an abort or the exception of a function of the program, such as an
 * application or a generator. Its `cause` is what the call rejects with.
 *
 * @internal
 */
export function failureForHooks(error: unknown, { request, response, signal }: FailedRequest): RequestError {
  if (isAbout(error, request)) return error;
  const isAbort = signal !== null && signal.aborted && signal.reason === error;
  return new RequestError(`${request.summary}: ${inWords(error, withName)}`, {
    code: ownCode(error) ?? (isAbort ? "ERR_ABORTED" : "ERR_FUNCTION_FAILED"),
    phase: response !== null ? "body" : "headers",
    // without a response it is not known how far the request came
    requestSent: response !== null ? true : "maybe",
    request,
    cause: error,
  });
}

/** The code of an error that this package made, such as that of a client which was closed meanwhile. */
function ownCode(error: unknown): string | null {
  return isPlainOwnError(error) ? (error as { readonly code: string }).code : null;
}

function withName({ name, message }: Error): string {
  return `${name}: ${message}`;
}

/**
 * The errors of `fetch`. Libraries such as ky and p-retry know a failure of the network by these messages alone, so the error
 * that says what happened is the `cause`.
 */
import { beginAtProgram } from "../platform/own-frames.js";

/** For what the platform's `fetch` refuses too. @internal */
export function refusal(message: string, options?: { cause?: unknown }): TypeError {
  return beginAtProgram(new TypeError(message, options), refusal);
}

/** Before the response. @internal */
export function fetchFailed(cause: unknown): TypeError {
  return beginAtProgram(new TypeError("fetch failed", { cause }), fetchFailed);
}

/** In the body of the response. @internal */
export function terminated(cause: unknown): TypeError {
  return beginAtProgram(new TypeError("terminated", { cause }), terminated);
}

/** The error that the caller gets: an abort's reason stays as it is. @internal */
export function failureOf(
  error: unknown,
  signal: AbortSignal | null,
  wrapped: (cause: unknown) => TypeError,
): unknown {
  return signal?.aborted && error === signal.reason ? error : wrapped(error);
}

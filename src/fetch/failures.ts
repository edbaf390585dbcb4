/**
 * The errors of `fetch`. Libraries such as ky and p-retry know a failure of the network by these messages alone, so the error
 * that says what happened is the `cause`.
 */
import { LocalProtocolError } from "../errors/protocol-error.js";
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
  return signal?.aborted && error === signal.reason ? error : wrapped(asRefused(error));
}

/** An error of what the caller gave, with the code by which programs know the platform's refusal of the same. */
function asRefused(error: unknown): unknown {
  if (!(error instanceof LocalProtocolError) || error.code !== "ERR_CONTENT_LENGTH_MISMATCH") return error;
  const { message, request, phase, requestSent } = error;
  const code = "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH";
  return new LocalProtocolError(message, { code, request, phase, requestSent, cause: error });
}

/**
 * The errors of `fetch`. Libraries such as ky and p-retry know a failure of the network by these messages alone, so the error
 * that says what happened is the `cause`.
 */

/** Before the response. @internal */
export function fetchFailed(cause: unknown): TypeError {
  return new TypeError("fetch failed", { cause });
}

/** In the body of the response. @internal */
export function terminated(cause: unknown): TypeError {
  return new TypeError("terminated", { cause });
}

/** The error that the caller gets: an abort's reason stays as it is. @internal */
export function failureOf(
  error: unknown,
  signal: AbortSignal | null,
  wrapped: (cause: unknown) => TypeError,
): unknown {
  return signal?.aborted && error === signal.reason ? error : wrapped(error);
}

/**
 * Time limits that a test waits for. Each has to be short, but what comes before its end has to happen in it, also on a
 * machine that stops for a second at any line. So a short limit comes first, and a longer one if that was over too early.
 */
import type { ExecutionContext } from "ava";
import { type RequestError, TimeoutException } from "httpxide";
import { type ExpectedFailure, isFailure, rejection } from "./failures.js";

/** Milliseconds: less than the limits that a call has by default, which would end it first. */
export const LIMITS: readonly number[] = [150, 1200, 4800];

/** The outcome of `attempt` with the first limit that is long enough: a shorter one makes it throw a timeout. */
export async function withLimit<T>(
  attempt: (limit: number) => Promise<T>,
  [limit = 0, ...longer]: readonly number[] = LIMITS,
): Promise<T> {
  try {
    return await attempt(limit);
  } catch (error) {
    if (longer.length === 0 || !isTimeout(error)) throw error;
  }
  return withLimit(attempt, longer);
}

/**
 * Asserts that `call` rejects as `expected`, a timeout in some phase, and returns the error. A timeout in another phase came
 * too early, unless the limit was the longest.
 */
export async function failsByLimit(
  t: ExecutionContext,
  call: (limit: number) => Promise<unknown>,
  expected: ExpectedFailure,
  [limit = 0, ...longer]: readonly number[] = LIMITS,
): Promise<RequestError> {
  const error = await rejection(call(limit));
  if (longer.length > 0 && error instanceof TimeoutException && !isInPlace(error, expected)) {
    return failsByLimit(t, call, expected, longer);
  }
  isFailure(t, error, expected);
  return error as RequestError;
}

function isInPlace(error: RequestError, { phase, requestSent }: ExpectedFailure): boolean {
  const isSent = requestSent === "some" ? error.requestSent !== false : error.requestSent === requestSent;
  return (phase === undefined || error.phase === phase) && (requestSent === undefined || isSent);
}

/** Of this package, or of an interface that it offers. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && /Timeout/.test(error.name);
}

/** Sends a request until an attempt succeeds, or the policy, the budget, the body or the time allows no further one. */
import { RequestError } from "../../errors/request-error.js";
import { now } from "../../platform/clock.js";
import { sleep } from "../../platform/sleep.js";
import type { Request } from "../../request/request.js";
import type { Response } from "../../response/response.js";
import type { RetryAttempt } from "./options.js";
import type { RetryPolicy } from "./policy.js";
import { canBeSent } from "./retryable.js";

/** The circumstances of a request. @internal */
export interface Retrying {
  readonly request: Request;
  readonly policy: RetryPolicy;
  readonly signal: AbortSignal | null;
  /** When the total timeout ends, by `performance.now()`; null: never. */
  readonly deadline: number | null;
  /** Sends it once. @param number of the attempt, 1 for the first. */
  send(number: number): Promise<Response>;
  /** Reads the body, if the caller gets it read. */
  read?(response: Response): Promise<unknown>;
}

/**
 * The last attempt's response.
 *
 * @throws the last attempt's error, whose `attempt` is its number; the signal's reason; an exception of `when` and `onRetry`.
 * @internal
 */
export async function sendWithRetries(retrying: Retrying): Promise<Response> {
  const { policy } = retrying;
  policy.budget?.deposit();
  for (let number = 1; ; number++) {
    const attempt = await ended(retrying, number);
    const delay = await nextDelay(retrying, attempt).catch((error: unknown) => closing(attempt, error));
    if (delay === null) return result(retrying, attempt);
    try {
      await policy.onRetry?.({ ...attempt, delay });
    } finally {
      // what is short of its body is read, which keeps the connection
      await attempt.response?.aclose();
    }
    await sleep(delay, retrying.signal);
  }
}

async function ended(retrying: Retrying, number: number): Promise<RetryAttempt> {
  const { request, policy } = retrying;
  try {
    const response = await retrying.send(number);
    response.extensions.attempt = number;
    // a body that breaks off is a failed attempt too; one that need not be read may have no end
    if (!policy.decidesByStatus(request, response)) await retrying.read?.(response);
    return { number, request, response, error: null };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    error.attempt = number;
    return { number, request, response: null, error };
  }
}

/** Null: the attempt was the last. */
async function nextDelay(
  { policy, request, deadline }: Retrying,
  attempt: RetryAttempt,
): Promise<number | null> {
  if (attempt.number >= policy.attempts || !canBeSent(request)) return null;
  const delay = await policy.delayAfter(attempt);
  if (delay === null) return null;
  // an attempt that could only time out would cost the caller the answer that is there
  if (deadline !== null && now() + delay >= deadline) return null;
  return policy.budget === null || policy.budget.withdraw() ? delay : null;
}

async function closing({ response }: RetryAttempt, error: unknown): Promise<never> {
  await response?.aclose();
  throw error;
}

async function result(retrying: Retrying, { number, response, error }: RetryAttempt): Promise<Response> {
  if (response === null) throw error;
  try {
    await retrying.read?.(response);
  } catch (reason) {
    if (reason instanceof RequestError) reason.attempt = number;
    throw reason;
  }
  return response;
}

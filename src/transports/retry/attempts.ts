/** Sends a request until an attempt succeeds, or the policy, the budget, the body or the time allows no further one. */
import { CLIENT_CLOSED, errorFromEngine } from "../../errors/engine.js";
import { isAbout } from "../../errors/about-request.js";
import { RequestError } from "../../errors/request-error.js";
import { now } from "../../platform/clock.js";
import { sleep } from "../../platform/sleep.js";
import type { Request } from "../../request/request.js";
import type { Response } from "../../response/response.js";
import type { KeptStart } from "../../body/encode/kept-start.js";
import { trailersOf } from "../../request/message-options.js";
import { type Reached, resultUntilEnd } from "../call-end.js";
import type { RetryAttempt } from "./options.js";
import type { Awaits, RetryPolicy } from "./policy.js";
import { canBeSent, canBeSentAgain } from "./retryable.js";

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
 * @throws the last attempt's error, whose `attempt` is its number; CloseError if the client or transport is closed between two
 *   attempts; the signal's reason; an exception of `when` and `onRetry`.
 * @internal
 */
export async function sendWithRetries(retrying: Retrying): Promise<Response> {
  const start = retrying.policy.attempts > 1 ? startOf(retrying.request) : null;
  try {
    return await lastOf({ ...retrying, start });
  } finally {
    start?.release();
  }
}

/** The circumstances of the attempts. */
interface Attempts extends Retrying {
  /** What was read of a body that can be read once; null for any other body. */
  readonly start: KeptStart | null;
}

/** Null with trailers: their function is called after the body, and a hash, for example, has its result once. */
function startOf({ body, givenExtensions }: Request): KeptStart | null {
  if (body.kind !== "stream" || (givenExtensions !== null && trailersOf(givenExtensions) !== null))
    return null;
  return body.keepStart?.() ?? null;
}

async function lastOf(attempts: Attempts): Promise<Response> {
  const { policy } = attempts;
  policy.budget?.deposit();
  for (let number = 1; ; number++) {
    const attempt = await ended(attempts, number);
    if (policy.closed.aborted || !(await untilNext(attempts, attempt)))
      return await result(attempts, attempt);
  }
}

/** Waits for the time of the next attempt. False: there is none. */
async function untilNext(attempts: Attempts, attempt: RetryAttempt): Promise<boolean> {
  const { policy, signal } = attempts;
  const { closed } = policy;
  const requestSent = attempt.error === null ? true : attempt.error.requestSent;
  const reached: Reached = { phase: "pool", requestSent };
  const answerOf: Awaits = (answer) => resultUntilEnd(answer, { ...attempts, closed }, reached);
  try {
    const delay = await nextDelay(attempts, attempt, answerOf);
    if (delay === null) return false;
    await policy.announce({ ...attempt, delay }, answerOf);
    if (isTooLate(attempts, delay)) return false;
    // what is short of its body is read, which keeps the connection
    await attempt.response?.aclose();
    await (signal === null ? sleep(delay, closed) : sleep(delay, signal, closed));
    return true;
  } catch (error) {
    await attempt.response?.aclose();
    throw numbered(closed.aborted && error === closed.reason ? closedAfter(attempt) : error, attempt);
  }
}

/** The error of a call whose client was closed between two attempts. */
function closedAfter({ request, error }: RetryAttempt): Error {
  const requestSent = error === null ? true : error.requestSent;
  return errorFromEngine({ ...CLIENT_CLOSED, phase: "pool", requestSent }, request);
}

/** A function of the program may throw the error of another request, which keeps its number. */
function numbered(error: unknown, { number, request }: RetryAttempt): unknown {
  if (isAbout(error, request)) error.attempt = number;
  return error;
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
  attempts: Attempts,
  attempt: RetryAttempt,
  answerOf: Awaits,
): Promise<number | null> {
  const { policy, request, start } = attempts;
  // the server has seen nothing of a body that was read while the connection was opened
  const goesBack = (): boolean => attempt.error?.requestSent === false && start?.isWhole === true;
  if (attempt.number >= policy.attempts || !(canBeSent(request) || goesBack())) return null;
  const delay = await policy.delayAfter(attempt, answerOf);
  if (delay === null) return null;
  // an attempt that could only time out would cost the caller the answer that is there
  if (isTooLate(attempts, delay)) return null;
  if (!canBeSent(request)) {
    if (!goesBack()) return null;
    start?.rewind();
  }
  if (!canBeSentAgain(request)) return null;
  return policy.budget === null || policy.budget.withdraw() ? delay : null;
}

function isTooLate({ deadline }: Retrying, delay: number): boolean {
  return deadline !== null && now() + delay >= deadline;
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

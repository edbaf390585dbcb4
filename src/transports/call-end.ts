/**
 * The end of a call that waits for JavaScript: for a function of the program, or for a transport that keeps no limits of its
 * own. Its total timeout, its signal and the end of its client end the wait; the engine does the same for the network.
 */
import { CLIENT_CLOSED, type EngineFailure, OUT_OF_TIME, errorFromEngine } from "../errors/engine.js";
import { nextTurn, now } from "../platform/clock.js";
import { unwatchSignal, watchSignal } from "../platform/signals.js";
import { isThenable } from "../platform/thenable.js";
import { type Timer, clearTimeout, setTimeout } from "../platform/timers.js";
import type { Timeout } from "../config/timeout.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { type AsyncTransport, keepsLimits } from "./transport.js";

/** What can end a call early. @internal */
export interface CallEnds {
  /** The request that the call is at. */
  readonly request: Request;
  /** When the total timeout ends, by `performance.now()`; null: never. */
  readonly deadline: number | null;
  readonly signal: AbortSignal | null;
  /** Aborts when the client or transport is closed. */
  readonly closed: AbortSignal | null;
}

/** How far the request is. @internal */
export interface Reached extends Pick<EngineFailure, "phase" | "requestSent"> {
  /** The kind of error if the client is closed. @default "CloseError" */
  readonly closed?: "ReadError";
}

/** Nothing of the request was sent. @internal */
export const UNSENT: Reached = { phase: "pool", requestSent: false };
/** The request is answered, and another may follow. @internal */
export const BETWEEN: Reached = { phase: "pool", requestSent: true };
/** A transport has the request. */
const WITH_TRANSPORT: Reached = { phase: "headers", requestSent: "maybe" };
/** The head of the response is here. @internal */
export const ANSWERED: Reached = { phase: "body", requestSent: true };
/** The body of the response is read. */
const READING: Reached = { ...ANSWERED, closed: "ReadError" };

/** When a total timeout ends. @param startedAt the start of the call. @internal */
export function deadlineOf({ total }: Pick<Timeout, "total">, startedAt: number): number | null {
  return total === null ? null : startedAt + total;
}

/** Milliseconds until then, less than 0 after it; null: no limit. @internal */
export function timeUntil(deadline: number | null): number | null {
  return deadline === null ? null : deadline - now();
}

/** Called before a request is begun. @throws TotalTimeout if its time is over. @internal */
export function checkTime(request: Request, deadline: number | null): void {
  if (isOver(deadline)) throw errorOf(OUT_OF_TIME, UNSENT, request);
}

/**
 * The result of `work`, if the call has not ended before. What comes later is dropped: a result goes to `discard`.
 *
 * @throws TotalTimeout; CloseError; the signal's reason; what `work` throws.
 * @internal
 */
export function untilEnd<T>(
  work: PromiseLike<T>,
  ends: CallEnds,
  reached: Reached,
  discard: (late: T) => unknown = ignore,
): Promise<T> {
  const { request } = ends;
  return new Promise((resolve, reject) => {
    const wait = new Wait(ends, (end) => {
      reject(end.failure === null ? end.reason : errorOf(end.failure, reached, request));
    });
    Promise.resolve(work)
      .then(
        (result) => (wait.isOver ? discard(result) : resolve(result)),
        (error: unknown) => reject(error),
      )
      .catch(ignore)
      .finally(() => wait.end());
  });
}

/** The answer of a transport, which may keep the limits of time itself; abort signals may be ignored by any. @internal */
export function answerUntilEnd(
  transport: AsyncTransport,
  answer: Promise<Response>,
  ends: CallEnds,
): Promise<Response> {
  const isKept = transport[keepsLimits] === true;
  if (isKept && ends.signal === null) return answer;
  const left = isKept ? { ...ends, deadline: null, closed: null } : ends;
  return untilEnd(answer, left, WITH_TRANSPORT, (late) => late.aclose());
}

/** Waits for the result of a function of the program. One that returns no promise needs no wait. @internal */
export function resultUntilEnd<T>(
  result: T | PromiseLike<T>,
  ends: CallEnds,
  reached: Reached,
): T | Promise<T> {
  return isThenable(result) ? untilEnd(result, ends, reached) : result;
}

/** Waits for `work`, but no longer than the call lasts. @throws what `work` throws before. @internal */
export function whileCallLasts(work: PromiseLike<unknown>, ends: CallEnds): Promise<void> {
  return new Promise((resolve, reject) => {
    const wait = new Wait(ends, () => resolve());
    Promise.resolve(work)
      .then(() => resolve(), reject)
      .finally(() => wait.end());
  });
}

/**
 * Ends the reading of a response's body with the call. One of the network or of an application does so itself.
 *
 * @internal
 */
export function limitBody({ streamed }: Response, ends: CallEnds): void {
  streamed?.limitBy({
    check() {
      const failure = isOver(ends.deadline) ? OUT_OF_TIME : ends.closed?.aborted ? CLIENT_CLOSED : null;
      if (failure !== null) throw errorOf(failure, READING, ends.request);
    },
    until: (chunk) => untilEnd(chunk, ends, READING),
    whileLasting: (closed) => whileCallLasts(closed, ends),
  });
}

function isOver(deadline: number | null): boolean {
  return deadline !== null && now() >= deadline;
}

type Failure = typeof OUT_OF_TIME | typeof CLIENT_CLOSED;

function errorOf(failure: Failure, { closed, ...reached }: Reached, request: Request): Error {
  const kind = failure === CLIENT_CLOSED ? (closed ?? failure.kind) : failure.kind;
  return errorFromEngine({ ...failure, ...reached, kind }, request);
}

/** What has ended a call. */
type End = { readonly failure: Failure } | { readonly failure: null; readonly reason: unknown };

/** Watches for the end of the call until the work ends. */
class Wait {
  isOver = false;
  readonly #ends: CallEnds;
  readonly #ended: (end: End) => void;
  readonly #timer: Timer | null;
  readonly #aborting = { abort: (reason: unknown): void => this.#over({ failure: null, reason }) };
  readonly #closing = { abort: (): void => this.#overInATurn({ failure: CLIENT_CLOSED }) };

  constructor(ends: CallEnds, ended: (end: End) => void) {
    const { deadline, signal, closed } = ends;
    this.#ends = ends;
    this.#ended = ended;
    const outOfTime = (): void => this.#overInATurn({ failure: OUT_OF_TIME });
    // a fraction of a millisecond early, the next request would still be in time
    const left = timeUntil(deadline);
    this.#timer = left === null ? null : setTimeout(outOfTime, Math.max(0, Math.ceil(left)));
    if (closed !== null) {
      if (closed.aborted) this.#closing.abort();
      else watchSignal(closed, this.#closing);
    }
    if (signal !== null) {
      if (signal.aborted) this.#aborting.abort(signal.reason);
      else watchSignal(signal, this.#aborting);
    }
  }

  /** The work has ended, or is no longer waited for. */
  end(): void {
    this.isOver = true;
    const { signal, closed } = this.#ends;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (closed !== null) unwatchSignal(closed, this.#closing);
    if (signal !== null) unwatchSignal(signal, this.#aborting);
  }

  #over(end: End): void {
    if (this.isOver) return;
    this.end();
    this.#ended(end);
  }

  /** Work that ends by itself in the same moment knows better how. */
  #overInATurn(end: End): void {
    void nextTurn().then(() => this.#over(end));
  }
}

function ignore(): void {}

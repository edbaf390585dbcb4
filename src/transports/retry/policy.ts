/** The decision after an attempt: whether another follows, and after how many milliseconds. */
import { kindOf } from "../../platform/record.js";
import { outOfRange, wrongResult } from "../../platform/argument-error.js";
import type { Budget } from "./budget.js";
import type { Request } from "../../request/request.js";
import type { Response } from "../../response/response.js";
import type { RetriedAttempt, RetryAttempt, RetryOptions } from "./options.js";
import { retryAfter } from "./retry-after.js";
import { isIdempotent, isTransient, RETRIED_STATUSES } from "./retryable.js";

const METHODS = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];

/** Waits for the answer of a function of the program, which may never come. @internal */
export type Awaits = <T>(answer: T | PromiseLike<T>) => T | PromiseLike<T>;

/** @internal */
export class RetryPolicy {
  readonly attempts: number;
  /** Whether it is a default of the client, which that of a `RetryTransport` replaces. */
  readonly isDefault: boolean;
  readonly budget: Budget | null;
  /** Aborts when the client or transport is closed. */
  readonly closed: AbortSignal;
  readonly #methods: ReadonlySet<string>;
  readonly #statuses: ReadonlySet<number>;
  readonly #options: RetryOptions;

  /** @param budget and `closed`: what all requests of the same client or transport share. */
  constructor(options: RetryOptions, budget: Budget | null, closed: AbortSignal, isDefault = false) {
    this.isDefault = isDefault;
    this.attempts = options.attempts ?? 3;
    this.budget = budget;
    this.closed = closed;
    this.#methods = new Set((options.methods ?? METHODS).map((method) => method.toUpperCase()));
    this.#statuses = options.statuses === undefined ? RETRIED_STATUSES : new Set(options.statuses);
    this.#options = options;
  }

  /** Whether the status alone has this answer sent again, while attempts are left. */
  decidesByStatus(request: Request, { statusCode }: Response): boolean {
    return (
      this.#options.when === undefined &&
      this.#statuses.has(statusCode) &&
      isIdempotent(request, this.#methods)
    );
  }

  /** Milliseconds to wait before the next attempt; null: this one is the last. @param answerOf waits for the program. */
  async delayAfter(attempt: RetryAttempt, answerOf: Awaits): Promise<number | null> {
    const { when } = this.#options;
    const answer =
      when === undefined ? this.#isRetried(attempt) : checkedAnswer(await answerOf(when(attempt)));
    if (typeof answer === "number") return answer;
    return answer ? this.#delay(attempt) : null;
  }

  /** Tells the program that another attempt follows, and waits until it is ready. */
  async announce(attempt: RetriedAttempt, answerOf: Awaits): Promise<void> {
    const { onRetry } = this.#options;
    if (onRetry !== undefined) await answerOf(onRetry(attempt));
  }

  #isRetried({ request, response, error }: RetryAttempt): boolean {
    if (response !== null) return this.decidesByStatus(request, response);
    if (error === null || !isTransient(error, this.#statuses)) return false;
    return error.requestSent === false || isIdempotent(request, this.#methods);
  }

  #delay({ number, response }: RetryAttempt): number | null {
    const { respectRetryAfter = true, maxRetryAfter = 60_000 } = this.#options;
    const asked = respectRetryAfter ? retryAfter(response?.headers.get("retry-after") ?? null) : null;
    if (asked === null) return this.#backoff(number);
    return asked > maxRetryAfter ? null : asked;
  }

  #backoff(number: number): number {
    const { initial = 100, factor = 2, max = 20_000, jitter = "full" } = this.#options.backoff ?? {};
    const delay = Math.min(max, initial * factor ** (number - 1));
    return jitter === "full" ? Math.random() * delay : delay;
  }
}

/** @throws TypeError, RangeError for an answer that `when` cannot give. */
function checkedAnswer(answer: unknown): boolean | number {
  if (typeof answer === "boolean") return answer;
  if (answer === undefined || answer === null) return false;
  if (typeof answer !== "number") {
    throw wrongResult(`when must return true, false or milliseconds to wait, not ${kindOf(answer)}.`);
  }
  if (answer >= 0 && Number.isFinite(answer)) return answer;
  throw outOfRange(`when must return milliseconds to wait that are 0 or more and finite, not ${answer}.`);
}

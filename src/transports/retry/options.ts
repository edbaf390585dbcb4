/** The options of retries. */
import { type OptionList, checkOptions, optionList } from "../../config/options.js";
import {
  aBoolean,
  aFunction,
  aRecord,
  aWholeNumber,
  checkChoice,
  orNull,
  quoted,
} from "../../config/value-checks.js";
import type { RequestError } from "../../errors/request-error.js";
import { outOfRange, wrongType } from "../../platform/argument-error.js";
import { kindOf } from "../../platform/record.js";
import type { Request } from "../../request/request.js";
import type { Response } from "../../response/response.js";

/** One attempt of a request that has ended: with a response, or with an error. */
export interface RetryAttempt {
  /** 1 for the first. */
  readonly number: number;
  readonly request: Request;
  /** Its body may be unread. */
  readonly response: Response | null;
  readonly error: RequestError | null;
}

/** An attempt that is followed by another. */
export interface RetriedAttempt extends RetryAttempt {
  /** Milliseconds until the next one. */
  readonly delay: number;
}

/** How long to wait between two attempts, in milliseconds. */
export interface RetryBackoff {
  /** Before the second attempt. @default 100 */
  initial?: number | undefined;
  /** By which each further delay grows. @default 2 */
  factor?: number | undefined;
  /** The longest delay. @default 20_000 */
  max?: number | undefined;
  /** `"full"`: a random time between 0 and the delay, so that clients do not come back together. @default "full" */
  jitter?: "full" | "none" | undefined;
}

/** How many retries all requests of a client may have together, so that retries do not keep an overloaded server down. */
export interface RetryBudget {
  /** Retries for each request of the last ten seconds. @default 0.2 */
  ratio?: number | undefined;
  /** Retries a second that are allowed in any case. @default 10 */
  minPerSecond?: number | undefined;
}

/**
 * Which requests are sent again, and when.
 *
 * @example
 * const client = new AsyncClient({ retry: { attempts: 5, statuses: [429, 503] } });
 */
export interface RetryOptions {
  /** Attempts in all, the first included. @default 3 */
  attempts?: number | undefined;
  /**
   * Methods that may be sent again after the server may have seen the request. A request with an `Idempotency-Key` may be
   * too, and so may any that the server has certainly not seen. @default ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]
   */
  methods?: readonly string[] | undefined;
  /** Statuses after which a request is sent again. @default [408, 429, 502, 503, 504] */
  statuses?: readonly number[] | undefined;
  backoff?: RetryBackoff | undefined;
  /** Whether a response's `Retry-After` replaces the backoff. @default true */
  respectRetryAfter?: boolean | undefined;
  /** A longer `Retry-After`, in milliseconds, is not waited for: the call returns the response. @default 60_000 */
  maxRetryAfter?: number | undefined;
  /** `null`: no limit. */
  budget?: RetryBudget | null | undefined;
  /**
   * Decides instead of methods, statuses and kinds of errors, for each response and each error while attempts are left. A
   * number is the milliseconds to wait. A body that cannot be sent again, the budget and the total timeout still count.
   */
  when?: ((attempt: RetryAttempt) => boolean | number | Promise<boolean | number>) | undefined;
  /** Called before the wait for the next attempt, which begins when a promise that it returns has resolved. */
  onRetry?: ((attempt: RetriedAttempt) => void) | undefined;
}

/** The option `retry`: the number of attempts in all, or options. `null`: each request is sent once. */
export type RetryTypes = number | RetryOptions | null;

const backoffOptions: OptionList = optionList<RetryBackoff>(
  "retry.backoff",
  named("retry.backoff", {
    initial: aFiniteDuration,
    factor: aPositiveNumber,
    max: aDuration,
    jitter: (value, name) => checkChoice(value, ["full", "none"], `${name} must be "full" or "none"`),
  }),
);

const budgetOptions: OptionList = optionList<RetryBudget>(
  "retry.budget",
  named("retry.budget", { ratio: aDuration, minPerSecond: aDuration }),
);

const retryOptions: OptionList = optionList<RetryOptions>(
  "retry",
  named("retry", {
    attempts: anAttemptCount,
    methods: areMethods,
    statuses: areStatuses,
    backoff: (value, name) => {
      aRecord(value, name);
      checkOptions(value, backoffOptions);
    },
    respectRetryAfter: aBoolean,
    maxRetryAfter: aDuration,
    budget: orNull((value, name) => {
      aRecord(value, name);
      checkOptions(value, budgetOptions);
    }),
    when: aFunction,
    onRetry: aFunction,
  }),
  {
    advice: {
      delay: "did you mean backoff: { initial }",
      factor: "did you mean backoff: { factor }",
      initial: "did you mean backoff: { initial }",
      jitter: "did you mean backoff: { jitter }",
      limit: "did you mean attempts, which counts the first one",
      max: "did you mean backoff: { max }, or attempts, which counts the first one",
      maxRetries: "did you mean attempts, which counts the first one",
      maxTimeout: "did you mean backoff: { max }",
      minTimeout: "did you mean backoff: { initial }",
      retries: "did you mean attempts, which counts the first one",
      retryCondition: "did you mean when",
      shouldRetry: "did you mean when",
      statusCodes: "did you mean statuses",
    },
  },
);

/** The checks, which name an option by its path: `retry.backoff.max`. */
function named<Name extends string>(
  path: string,
  checks: Readonly<Record<Name, (value: unknown, name: string) => void>>,
): Record<Name, (value: unknown, name: string) => void> {
  const named = {} as Record<Name, (value: unknown, name: string) => void>;
  for (const name of Object.keys(checks) as Name[]) {
    const check = checks[name];
    named[name] = (value) => check(value, `${path}.${name}`);
  }
  return named;
}

/** @internal */
export function retryOptionsOf(retry: RetryTypes): RetryOptions | null {
  return typeof retry === "number" ? { attempts: retry } : retry;
}

/** @internal @throws TypeError, RangeError */
export function aRetry(value: unknown, name: string): void {
  if (value === null) return;
  if (typeof value === "number") return anAttemptCount(value, name);
  aRecord(value, name, "a number of attempts or an object");
  checkOptions(value, retryOptions);
}

function anAttemptCount(value: unknown, name: string): void {
  aWholeNumber(value, name);
  if (value < 1) throw outOfRange(`${name} counts the first attempt, so it must be 1 or more.`);
}

function aDuration(value: unknown, name: string): void {
  if (typeof value !== "number") throw wrongType(`${name} must be a number, not ${kindOf(value)}.`);
  if (!(value >= 0)) throw outOfRange(`${name} must not be negative or NaN.`);
}

function aFiniteDuration(value: unknown, name: string): void {
  aDuration(value, name);
  if (value === Infinity) throw outOfRange(`${name} must be finite.`);
}

function aPositiveNumber(value: unknown, name: string): void {
  aFiniteDuration(value, name);
  if (value === 0) throw outOfRange(`${name} must not be 0.`);
}

function areMethods(value: unknown, name: string): void {
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return;
  throw wrongType(`${name} must be a list of strings.`);
}

function areStatuses(value: unknown, name: string): void {
  if (!Array.isArray(value) || value.some((item) => typeof item !== "number")) {
    throw wrongType(`${name} must be a list of numbers.`);
  }
  const wrong: unknown = value.find(
    (status) => !(Number.isInteger(status) && status >= 100 && status <= 599),
  );
  if (wrong !== undefined)
    throw outOfRange(`${name} must be from 100 to 599, but ${quoted(wrong)} is among them.`);
}

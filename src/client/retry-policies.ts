/** The retries of a client and of its calls: their options are merged, and their budget is shared. */
import { AbortController } from "../platform/classes.js";
import { Budget } from "../transports/retry/budget.js";
import {
  type RetryBudget,
  type RetryOptions,
  type RetryTypes,
  retryOptionsOf,
} from "../transports/retry/options.js";
import { RetryPolicy } from "../transports/retry/policy.js";

/** @internal */
export class RetryPolicies {
  /** Of calls without their own option. */
  readonly ofClient: RetryPolicy | null;
  readonly #options: RetryOptions;
  /** One for each setting: calls with the same one share it with the client. */
  readonly #budgets = new Map<string, Budget>();
  readonly #closing = new AbortController();

  /** For calls that are to be sent once, if a `RetryTransport` may carry them; else null. */
  readonly #once: RetryPolicy | null;

  /** @param overRetries whether a transport of the client is a `RetryTransport`. */
  constructor(retry: RetryTypes | undefined, overRetries: boolean) {
    const { signal } = this.#closing;
    this.#once = overRetries ? new RetryPolicy({ attempts: 1 }, null, signal) : null;
    this.#options = retryOptionsOf(retry ?? null) ?? {};
    this.ofClient = retry === undefined || retry === null ? null : this.#policy(this.#options, true);
  }

  /** For a call. What its option does not have is the client's. */
  of(retry: RetryTypes | undefined): RetryPolicy | null {
    if (retry === undefined) return this.ofClient;
    const options = retryOptionsOf(retry);
    return (options === null ? null : this.#policy({ ...this.#options, ...options }, false)) ?? this.#once;
  }

  /** Aborts when the client is closed. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /** Ends the calls that wait for their next attempt, or for a function of the program. */
  close(): void {
    this.#closing.abort();
  }

  #policy(options: RetryOptions, isDefault: boolean): RetryPolicy | null {
    if (options.attempts === 1) return null;
    const budget = options.budget === null ? null : this.#budget(options.budget);
    return new RetryPolicy(options, budget, this.#closing.signal, isDefault);
  }

  #budget(options: RetryBudget = {}): Budget {
    const key = `${options.ratio} ${options.minPerSecond}`;
    let budget = this.#budgets.get(key);
    if (budget === undefined) this.#budgets.set(key, (budget = new Budget(options)));
    return budget;
  }
}

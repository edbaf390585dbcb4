/** Retries around any transport. */
import { AbortController } from "../../platform/classes.js";
import { surplusArgument } from "../../platform/argument-error.js";
import { isNoRecord } from "../../platform/no-record.js";
import { now } from "../../platform/clock.js";
import type { Request } from "../../request/request.js";
import type { Response } from "../../response/response.js";
import { type PoolStats, emptyPoolStats } from "../pool-stats.js";
import {
  type AsyncTransport,
  type TransportOptions,
  checkedTransport,
  isGuarded,
  keepsLimits,
} from "../transport.js";
import { answerUntilEnd, checkTime, deadlineOf, limitBody, timeUntil } from "../call-end.js";
import { sendWithRetries } from "./attempts.js";
import { Budget } from "./budget.js";
import { type RetryOptions, aRetry, retryOptionsOf } from "./options.js";
import { RetryPolicy } from "./policy.js";

const NO_OPTIONS: TransportOptions = Object.freeze({});

/**
 * Sends each request over another transport, and again where its options allow it. A client has the option `retry` for the
 * same; this transport is for mounts and for programs without a client.
 *
 * @example
 * const client = new AsyncClient({ transport: new RetryTransport(new AsyncHTTPTransport(), { attempts: 5 }) });
 */
export class RetryTransport implements AsyncTransport {
  static {
    isNoRecord(this, "give it to a client as transport");
  }

  /** @internal */
  readonly [keepsLimits] = true;
  readonly #next: AsyncTransport;
  readonly #policy: RetryPolicy;
  /** For callers that send again themselves. */
  readonly #once: RetryPolicy;
  readonly #closing = new AbortController();

  /**
   * @param retry the number of attempts in all, or options.
   * @throws TypeError, RangeError for what is no transport, unknown options and values that an option cannot have.
   */
  constructor(next: AsyncTransport, retry: RetryOptions | number = {}) {
    if (arguments.length > 2) throw surplusArgument("RetryTransport", "a transport and options");
    this.#next = checkedTransport(next);
    aRetry(retry, "retry");
    const options = retryOptionsOf(retry) ?? { attempts: 1 };
    const budget = options.budget === null ? null : new Budget(options.budget);
    this.#policy = new RetryPolicy(options, budget, this.#closing.signal);
    this.#once = new RetryPolicy({ attempts: 1 }, null, this.#closing.signal);
  }

  handleAsyncRequest(request: Request, options: TransportOptions = NO_OPTIONS): Promise<Response> {
    const { timeout = request.timeout, signal = null, stream = true, wholeUnlessRedirect = false } = options;
    const deadline = deadlineOf(timeout, now());
    const { closed } = this.#policy;
    const isRead = ({ hasRedirectLocation }: Response): boolean =>
      wholeUnlessRedirect ? !hasRedirectLocation : !stream;
    return sendWithRetries({
      request,
      policy: options.isRetried === true ? this.#once : this.#policy,
      signal,
      deadline,
      send: async () => {
        checkTime(request, deadline);
        const answer = this.#next.handleAsyncRequest(request, {
          signal,
          timeout: timeout.within(timeUntil(deadline)),
          isRetried: true,
        });
        const ends = { request, deadline, signal, closed };
        const response = await answerUntilEnd(this.#next, answer, ends);
        limitBody(response, ends);
        return response;
      },
      read: async (response) => {
        if (isRead(response)) await response.aread();
      },
    });
  }

  /** Closes the other transport too. Calls that wait for their next attempt fail. */
  aclose(): Promise<void> {
    this.#closing.abort();
    return this.#next.aclose?.() ?? Promise.resolve();
  }

  /** @internal */
  get [isGuarded](): boolean | undefined {
    return this.#next[isGuarded];
  }

  stats(): PoolStats {
    return this.#next.stats?.() ?? emptyPoolStats();
  }
}

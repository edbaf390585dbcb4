/** When an event stream connects again: after which failures, and after how long. */
import { CloseError } from "../errors/network-error.js";
import { SSEError } from "../errors/sse-error.js";
import { PoolTimeout, TotalTimeout } from "../errors/timeout-error.js";
import { RequestError } from "../errors/request-error.js";
import { isTransient } from "../transports/retry/retryable.js";
import type { ReconnectOptions } from "./options.js";

/** @internal */
export class Reconnection {
  readonly #options: ReconnectOptions | null;
  /** Attempts in a row that brought no event. */
  #failures = 0;

  constructor(reconnect: boolean | ReconnectOptions) {
    this.#options = reconnect === true ? {} : reconnect === false ? null : reconnect;
  }

  /** After an event: the next delay is the shortest again. */
  succeeded(): void {
    this.#failures = 0;
  }

  /**
   * Milliseconds until the next attempt; null: there is none.
   *
   * @param error null after an end of the stream.
   * @param retry as the server set it.
   */
  delayAfter(error: unknown, retry: number | null): number | null {
    if (this.#options === null || (error !== null && !isBroken(error))) return null;
    const { initial = 1000, factor = 2, max = 30_000, attempts = null } = this.#options;
    if (attempts !== null && this.#failures >= attempts) return null;
    // a server that wants no delay gets one when it fails: no factor lets 0 grow
    const isRepeated = retry === 0 && this.#failures > 0;
    const shortest = isRepeated ? initial : (retry ?? initial);
    const longest = Math.min(max, shortest * factor ** this.#failures);
    // the server's time is the least that it wants to be left alone
    const least = Math.min(max, retry ?? 0);
    this.#failures += 1;
    return least + Math.random() * (longest - least);
  }
}

/** Whether the connection failed, and not the program, the client or what the server is. */
function isBroken(error: unknown): boolean {
  if (!(error instanceof RequestError) || error instanceof SSEError || error instanceof CloseError)
    return false;
  return isTransient(error) || error instanceof TotalTimeout || error instanceof PoolTimeout;
}

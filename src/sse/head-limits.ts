/**
 * The limits of the time until a head arrives. An open stream may be quiet for hours, so the transport does not get those
 * that would end it: `total`, and a `read` that the call does not set itself.
 */
import { Timeout, type TimeoutTypes } from "../config/timeout.js";
import { withTimeLimit } from "../errors/time-limit.js";
import { ReadTimeout, TotalTimeout } from "../errors/timeout-error.js";
import { type Timer, clearTimeout, setTimeout } from "../platform/timers.js";
import type { RequestExtensions, TraceListener } from "../request/extensions.js";

const READING = /^http[12]*[.]receive_response_headers[.](started|complete|failed)$/;
/** @internal */
export class HeadLimits {
  /** For the transport. */
  readonly timeout: Timeout;
  /** For the transport, if it must tell when reading begins. */
  readonly trace: TraceListener | null;
  readonly #total: Timer | null;
  #read: Timer | null = null;

  /** @param expire ends the call with a timeout. */
  constructor(
    given: TimeoutTypes | Timeout | undefined,
    ofClient: Timeout,
    extensions: RequestExtensions | null | undefined,
    expire: (error: Error) => void,
  ) {
    const { total, read, ...others } = Timeout.from(given, ofClient);
    const keepsRead = setsRead(given);
    this.timeout = new Timeout({ ...others, read: keepsRead ? read : null, total: null });
    this.#total = timer(total, () => expire(new TotalTimeout(withTimeLimit("Total timeout", total))));
    const listener = extensions?.trace ?? null;
    this.trace = listener;
    if (keepsRead || read === null) return;
    this.trace = (event, info) => {
      const step = READING.exec(event)?.[1];
      if (step !== undefined) this.#stopReading();
      if (step === "started") {
        this.#read = timer(read, () => expire(new ReadTimeout(withTimeLimit("Read timeout", read))));
      }
      return listener?.(event, info);
    };
  }

  /** The head has arrived, or will not. */
  end(): void {
    if (this.#total !== null) clearTimeout(this.#total);
    this.#stopReading();
  }

  #stopReading(): void {
    if (this.#read !== null) clearTimeout(this.#read);
    this.#read = null;
  }
}

function timer(milliseconds: number | null, run: () => void): Timer | null {
  return milliseconds === null ? null : setTimeout(run, milliseconds);
}

function setsRead(given: TimeoutTypes | Timeout | undefined): boolean {
  if (given === undefined) return false;
  if (given === null || typeof given === "number" || given instanceof Timeout) return true;
  return given.read !== undefined;
}

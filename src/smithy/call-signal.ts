/** What ends a call early: the caller's signal, also one of the SDK's own kind, or the time limit of the head. */
import { AbortController } from "../platform/classes.js";
import { clearTimeout, setTimeout, type Timer } from "../platform/timers.js";

/** The SDK's own signal, which is older than the platform's, has only this. */
interface LegacySignal {
  aborted: boolean;
  onabort: (() => void) | null;
  addEventListener?(type: "abort", listener: () => void): void;
  removeEventListener?(type: "abort", listener: () => void): void;
}

/** @internal */
export class CallSignal {
  readonly #controller = new AbortController();
  #timer: Timer | null = null;
  #unfollow: (() => void) | null = null;
  #isTimeout = false;

  constructor(given: unknown, milliseconds: number | undefined) {
    const signal = given as LegacySignal | null | undefined;
    if (signal?.aborted) this.#controller.abort();
    else if (signal) this.#follow(signal);
    if (milliseconds !== undefined && milliseconds > 0) {
      this.#timer = setTimeout(() => {
        this.#isTimeout = true;
        this.#controller.abort();
      }, milliseconds);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the time limit has ended the call, and not the caller. */
  get isTimeout(): boolean {
    return this.#isTimeout;
  }

  /** The body has no time limit. */
  endTimeout(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  end(): void {
    this.endTimeout();
    this.#unfollow?.();
    this.#unfollow = null;
  }

  #follow(signal: LegacySignal): void {
    const abort = (): void => this.#controller.abort();
    if (typeof signal.addEventListener === "function") {
      signal.addEventListener("abort", abort);
      this.#unfollow = () => signal.removeEventListener?.("abort", abort);
    } else {
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it has no other way
      signal.onabort = abort;
    }
  }
}

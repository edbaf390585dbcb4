/**
 * One call to an application: its timeouts, the caller's signal, and the first reason for an early end.
 *
 * It ends once: completed or failed. Parts that must stop on a failure (the connection, the upload, the handler's signal)
 * register with `whenFailed`. A timer keeps the process alive only while a caller waits.
 */
import type { RequestSent, Phase } from "../../errors/request-error.js";
import type { Request } from "../../request/request.js";
import { currentContext } from "../../platform/async-context.js";
import { now } from "../../platform/clock.js";
import { clearTimeout, setTimeout, type Timer } from "../../platform/timers.js";
import { type Abortable, unwatchSignal, watchSignal } from "../../platform/signals.js";
import type { Timeout } from "../../config/timeout.js";
import { CLOSED, type AppFailure, READ_TIMEOUT, TOTAL_TIMEOUT, WRITE_TIMEOUT, failureOf } from "./failure.js";

/** The reason of a call whose response is no longer read: only the application sees it. */
class ClosedEarly extends Error {
  constructor() {
    super("The client has closed the response.");
    this.name = "AbortError";
  }
}

/** @internal */
export interface ExchangeOptions {
  readonly timeout: Timeout;
  readonly signal: AbortSignal | null;
  readonly raisesAppExceptions: boolean;
}

/** @internal */
export class AppExchange implements Abortable {
  readonly request: Request;
  readonly startedAt = now();
  readonly timeout: Timeout;
  /** Whether the caller gets the application's exceptions. */
  readonly raisesAppExceptions: boolean;
  phase: Phase = "connect";
  requestSent: RequestSent = false;
  /** Of the call, for what its end does in the application: a timer, a signal or another call may end it. */
  readonly #context = currentContext();
  readonly #signal: AbortSignal | null;
  readonly #total: Timer | null;
  #silence: Timer | null = null;
  #failure: { readonly reason: unknown } | null = null;
  #isOver = false;
  readonly #whenFailed = new Set<(reason: unknown) => void>();
  readonly #whenOver: (() => void)[] = [];

  constructor(request: Request, options: ExchangeOptions) {
    const { timeout, signal } = options;
    this.request = request;
    this.timeout = timeout;
    this.raisesAppExceptions = options.raisesAppExceptions;
    this.#signal = signal;
    this.#total =
      timeout.total === null ? null : setTimeout(() => this.failWith(TOTAL_TIMEOUT), timeout.total);
    if (signal !== null) watchSignal(signal, this);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The reason of an early end. */
  get failure(): { readonly reason: unknown } | null {
    return this.#failure;
  }

  /** Only the first reason counts, and none after the end of the response. */
  fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#failure = { reason };
    this.#end();
    for (const stop of this.#whenFailed) this.#context(stop, reason);
    this.#whenFailed.clear();
  }

  failWith(failure: AppFailure): void {
    this.fail(failureOf(failure, this, this.request));
  }

  /** The client was closed. */
  clientClosed(): void {
    this.failWith(this.phase === "body" ? { ...CLOSED, kind: "ReadError" } : CLOSED);
  }

  /** The caller's signal. */
  abort(reason: unknown): void {
    this.fail(reason);
  }

  /** The rest of the response is not needed. */
  close(): void {
    this.fail(new ClosedEarly());
  }

  /** The whole response was received. */
  complete(): void {
    if (this.#isOver) return;
    this.#end();
    this.#whenFailed.clear();
  }

  /** Calls back with the reason if it fails; at once if it has failed. */
  whenFailed(stop: (reason: unknown) => void): void {
    if (this.#failure !== null) stop(this.#failure.reason);
    else if (!this.#isOver) this.#whenFailed.add(stop);
  }

  /** Calls back at its end, of either kind. */
  whenOver(then: () => void): void {
    this.#whenOver.push(then);
  }

  /** The application has started, and is called now. */
  begin(): void {
    this.phase = "headers";
    this.requestSent = "maybe";
  }

  /** The application has taken the request, and is to respond now. */
  sent(): void {
    this.requestSent = true;
    if (this.phase === "headers") this.awaits("read");
  }

  /** An interim response: the application is not silent. */
  interim(): void {
    if (this.phase === "headers" && this.requestSent === true) this.awaits("read");
  }

  /** The response has begun. The total timeout continues, but no caller may be waiting. */
  answered(): void {
    this.phase = "body";
    this.requestSent = true;
    this.awaits(null);
    this.#total?.unref();
  }

  /** The connection has become a byte stream, which no timeout ends. */
  upgraded(): void {
    this.answered();
    if (this.#total !== null) clearTimeout(this.#total);
  }

  /** Restarts the timeout for the application to send (`read`) or to take (`write`) bytes; none while the client acts. */
  awaits(what: "read" | "write" | null): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = null;
    const limit = what === null ? null : this.timeout[what];
    if (limit === null || this.#isOver) return;
    this.#silence = setTimeout(() => {
      if (what === "read") return this.failWith(READ_TIMEOUT);
      this.fail(failureOf(WRITE_TIMEOUT, { phase: "write", requestSent: "maybe" }, this.request));
    }, limit);
  }

  /** The next piece of the response, for a caller that waits for it. */
  reading<T>(work: Promise<T>): Promise<T> {
    this.awaits("read");
    this.#total?.ref();
    return this.until(work).finally(() => {
      this.awaits(null);
      this.#total?.unref();
    });
  }

  /** The result of the work, unless the exchange fails before. */
  until<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.whenFailed(reject);
      work.then(resolve, reject).finally(() => this.#whenFailed.delete(reject));
    });
  }

  #end(): void {
    this.#isOver = true;
    this.awaits(null);
    if (this.#total !== null) clearTimeout(this.#total);
    if (this.#signal !== null) unwatchSignal(this.#signal, this);
    for (const then of this.#whenOver) then();
  }
}

/**
 * One call into an application: its time limits, the caller's signal, and the first reason for which it ended early.
 *
 * It ends once: completed, or failed. What has to stop then (the connection, the upload, the handler's signal) says
 * so with `whenFailed`. A timer keeps the process alive only while a caller waits.
 */
import type { RequestSent, Phase } from "../../errors/request-error.js";
import type { Request } from "../../request/request.js";
import { type Abortable, unwatchSignal, watchSignal } from "../../platform/signals.js";
import type { Timeout } from "../../config/timeout.js";
import { CLOSED, type Failure, READ_TIMEOUT, TOTAL_TIMEOUT, WRITE_TIMEOUT, failureOf } from "./failure.js";

/** What a call is given up with when nobody wants the rest of the answer: seen by the application only. */
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
  readonly startedAt = performance.now();
  readonly timeout: Timeout;
  /** Whether the application's exceptions are for the caller. */
  readonly raisesAppExceptions: boolean;
  phase: Phase = "connect";
  requestSent: RequestSent = false;
  readonly #signal: AbortSignal | null;
  readonly #total: NodeJS.Timeout | null;
  #silence: NodeJS.Timeout | null = null;
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

  /** Why it ended early, if it did. */
  get failure(): { readonly reason: unknown } | null {
    return this.#failure;
  }

  /** The first reason counts; after the end of the answer, none does. */
  fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#failure = { reason };
    this.#end();
    for (const stop of this.#whenFailed) stop(reason);
    this.#whenFailed.clear();
  }

  failWith(failure: Failure): void {
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

  /** Nobody wants the rest. */
  close(): void {
    this.fail(new ClosedEarly());
  }

  /** The whole answer was received. */
  complete(): void {
    if (this.#isOver) return;
    this.#end();
    this.#whenFailed.clear();
  }

  /** Called with the reason if it fails; at once if it has failed. */
  whenFailed(stop: (reason: unknown) => void): void {
    if (this.#failure !== null) stop(this.#failure.reason);
    else if (!this.#isOver) this.#whenFailed.add(stop);
  }

  /** Called at its end, whatever that is. */
  whenOver(then: () => void): void {
    this.#whenOver.push(then);
  }

  /** The application has been started, and is called now. */
  begin(): void {
    this.phase = "headers";
    this.requestSent = "maybe";
  }

  /** The request has been taken by the application, which is to answer now. */
  sent(): void {
    this.requestSent = true;
    if (this.phase === "headers") this.awaits("read");
  }

  /** An interim answer: the application is not silent. */
  interim(): void {
    if (this.phase === "headers" && this.requestSent === true) this.awaits("read");
  }

  /** The answer has begun. The total limit holds on, but nobody may be waiting. */
  answered(): void {
    this.phase = "body";
    this.requestSent = true;
    this.awaits(null);
    this.#total?.unref();
  }

  /** Whose turn it is: time runs anew for the application to send (`read`) or to take (`write`) bytes; for us, none. */
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

  /** What comes next of the answer, for a caller who waits for it. */
  reading<T>(work: Promise<T>): Promise<T> {
    this.awaits("read");
    this.#total?.ref();
    return this.until(work).finally(() => {
      this.awaits(null);
      this.#total?.unref();
    });
  }

  /** What comes of the work, unless the exchange fails before. */
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

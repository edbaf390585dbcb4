/**
 * The engine's end of a streamed response body: the bytes that the engine keeps for an exchange's number, until the
 * reader is done with them.
 */
import type { Bridge } from "./bridge.js";
import { type Failure, failureOf } from "./failure.js";

/** @internal */
export class Download {
  readonly #bridge: Bridge;
  readonly #number: number;
  isReading = true;
  /** Resolves the promise of a read that found nothing. */
  #readable: (() => void) | null = null;
  #holds = true;
  #downloaded: number | null = null;

  constructor(bridge: Bridge, number: number) {
    this.#bridge = bridge;
    this.#number = number;
  }

  /**
   * The next bytes; `undefined` when none have arrived yet, `null` at the end and after a failure. `own`: in memory that can
   * be transferred, which costs a copy of large ones.
   */
  read(raw: boolean, own: boolean): Uint8Array | null | undefined {
    return this.#bridge.calls.read(this.#number, raw, own);
  }

  /** Resolves when a read may find more. Keeps the event loop alive meanwhile, if it `holds`. */
  untilReadable(holds = true): Promise<void> {
    this.#holds = holds;
    if (holds) this.#bridge.hold();
    return new Promise((resolve) => {
      this.#readable = resolve;
    });
  }

  /** A read may find more. */
  readable(): void {
    const readable = this.#readable;
    if (readable === null) return;
    this.#readable = null;
    if (this.#holds) this.#bridge.unhold();
    readable();
  }

  /** Wire bytes of the chunks read so far. */
  get downloaded(): number {
    return this.#downloaded ?? this.#bridge.calls.downloaded(this.#number);
  }

  /** Why the body broke off; null before the end and at a good one. */
  failure(): Failure | null {
    const failure = this.#bridge.calls.failure(this.#number);
    return failure === null ? null : failureOf(failure);
  }

  /** The trailer lines, after a good end. */
  trailers(): string {
    return this.#bridge.calls.trailers(this.#number);
  }

  /** The reader is done. The number may belong to another exchange from here on. */
  finish(): void {
    this.isReading = false;
    this.#downloaded = this.downloaded;
  }

  /** Frees what the engine keeps. */
  forget(): void {
    this.#bridge.calls.forget(this.#number);
  }
}

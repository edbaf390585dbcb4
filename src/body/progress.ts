/** Reports the progress of one body to its listener: at most ten times a second, and once at the end. */
import { now } from "../platform/clock.js";
import { Listener } from "../platform/listener.js";

/** How far the body of a request or a response has come. */
export interface Progress {
  /** Bytes on the wire: compressed, if the body is, and without transfer coding. */
  readonly transferred: number;
  /** The bytes of the whole body; null if they are not known before its end. */
  readonly total: number | null;
  /** 0 to 100; null without a `total`. */
  readonly percent: number | null;
  /** Bytes per second, on average since the body began. */
  readonly rate: number;
}

/** Called with the progress of a body. */
export type ProgressListener = (progress: Progress) => void;

const SHORTEST_PAUSE = 100;

/** @internal */
export class BodyProgress {
  readonly #listener: Listener<[Progress]>;
  readonly #exchange: { abort(reason: unknown): void };
  readonly #total: number | null;
  #startedAt = now();
  #reportedAt = -Infinity;
  #isOver = false;
  /** Whether the transport reports the bytes. */
  isBegun = false;

  /** An exception of the listener aborts the exchange. It is called in the async context of this constructor's caller. */
  constructor(listener: ProgressListener, total: number | null, exchange: { abort(reason: unknown): void }) {
    this.#listener = new Listener(listener);
    this.#total = total;
    this.#exchange = exchange;
  }

  /** The body starts, or starts again. */
  began(): void {
    this.isBegun = true;
    this.#startedAt = now();
    this.#reportedAt = -Infinity;
    this.#isOver = false;
  }

  /**
   * `transferred` bytes have been moved so far. The last one of a known total is the end: a response may come before
   * `ended`.
   */
  moved(transferred: number): void {
    if (transferred === this.#total) this.ended(transferred);
    else if (now() - this.#reportedAt >= SHORTEST_PAUSE) this.#report(transferred);
  }

  /** The body has come to its end. */
  ended(transferred: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#report(transferred);
  }

  #report(transferred: number): void {
    const total = this.#total;
    const time = now();
    const elapsed = time - this.#startedAt;
    this.#reportedAt = time;
    this.#listener.call(this.#exchange, {
      transferred,
      total,
      percent: total === null ? null : total === 0 ? 100 : (100 * transferred) / total,
      rate: elapsed > 0 ? (1000 * transferred) / elapsed : 0,
    });
  }
}

/**
 * A streamed response body as its reader holds it. A body that is dropped unread gives its connection back: when it
 * is collected, its exchange is cancelled.
 */
import { Dropped, type Link } from "../platform/dropped.js";
import type { Download } from "./download.js";
import { Failed } from "./failure.js";

/** What a body needs of its exchange, which outlives it and must not keep it. @internal */
export interface StreamedExchange {
  readonly request: unknown;
  readonly aborted: { readonly reason: unknown } | null;
  /** Whether its trace observer has yet to learn of the end. */
  readonly isTracing: boolean;
  finishReading(): void;
  untilClosed(): Promise<void>;
}

const dropped = new Dropped<StreamedExchange>((exchange) => exchange.finishReading());

/** @internal */
export class ReceivedBody {
  readonly #exchange: StreamedExchange;
  readonly #download: Download;
  readonly #link: Link<StreamedExchange>;
  #trailers = "";
  #isFinished = false;

  constructor(exchange: StreamedExchange, download: Download) {
    this.#exchange = exchange;
    this.#download = download;
    this.#link = dropped.watch(this, exchange);
  }

  /**
   * The next bytes, never an empty chunk; `undefined` when none have arrived yet, see {@link untilReadable}; `null` at
   * the end, which is final. `own`: in memory that can be transferred, which costs a copy of large ones.
   *
   * @throws Failed when the body broke off, or the reason for which the exchange was aborted. Once.
   */
  read(raw: boolean, own: boolean): Uint8Array | null | undefined {
    if (this.#isFinished) return null;
    const { aborted, isTracing, request } = this.#exchange;
    if (aborted !== null) {
      this.#finish();
      throw aborted.reason;
    }
    const chunk = this.#download.read(raw, own);
    if (chunk !== null) return chunk;
    if (isTracing) return undefined;
    const failure = this.#download.failure();
    if (failure === null) this.#trailers = this.#download.trailers();
    this.#finish();
    if (failure !== null) throw new Failed(failure, request);
    return null;
  }

  /** Resolves when a read that found nothing may find more. Keeps the event loop alive meanwhile. */
  untilReadable(): Promise<void> {
    return this.#download.untilReadable();
  }

  /** Wire bytes of the chunks read so far. */
  get numBytesDownloaded(): number {
    return this.#download.downloaded;
  }

  /** The trailer lines, latin1, once the end was read; "" before, and when there were none. */
  get trailers(): string {
    return this.#trailers;
  }

  /** Gives up what was not read. Resolves when the engine is done with the exchange. Idempotent; never rejects. */
  close(): Promise<void> {
    if (this.#isFinished) return Promise.resolve();
    this.#finish();
    return this.#exchange.untilClosed();
  }

  #finish(): void {
    this.#isFinished = true;
    dropped.forget(this, this.#link);
    this.#exchange.finishReading();
  }
}

/**
 * A streamed body as its reader holds it. Whoever lets go of it unread gives its connection back: when it is
 * collected, the exchange is cancelled.
 */
import type { BodySource } from "../body/read/source.js";
import type { Exchange } from "./exchange.js";

/** The exchange outlives its reader, and must not keep it. */
const dropped = new FinalizationRegistry<Exchange>((exchange) => exchange.finishReading());

/** @internal */
export class EngineBody implements BodySource {
  readonly #exchange: Exchange;
  #trailers = "";
  #isOver = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    dropped.register(this, exchange, this);
  }

  read(raw: boolean): Uint8Array | null | Promise<Uint8Array | null> {
    if (this.#isOver) return null;
    if (this.#exchange.aborted !== null) return this.#abort(this.#exchange.aborted.reason);
    const chunk = this.#exchange.read(raw);
    if (chunk === undefined) return this.#readLater(raw, this.#exchange.untilReadable());
    if (chunk !== null) return chunk;
    return this.#exchange.hasNews ? this.#readLater(raw, this.#exchange.untilClosed()) : this.#end();
  }

  get numBytesDownloaded(): number {
    return this.#exchange.downloaded;
  }

  get trailers(): string {
    return this.#trailers;
  }

  close(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#over();
    return this.#exchange.untilClosed();
  }

  async #readLater(raw: boolean, ready: Promise<void>): Promise<Uint8Array | null> {
    await ready;
    return this.read(raw);
  }

  #end(): null | Promise<null> {
    const { trailers, error } = this.#exchange.outcome();
    this.#trailers = trailers;
    this.#over();
    return error === null ? null : Promise.reject(error);
  }

  #abort(reason: unknown): Promise<null> {
    this.#over();
    return Promise.reject(reason);
  }

  #over(): void {
    this.#isOver = true;
    dropped.unregister(this);
    this.#exchange.finishReading();
  }
}

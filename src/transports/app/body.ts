/**
 * The body of an application's response: its reader pulls it piece by piece, decoded. A reader that drops it unread
 * closes the exchange, because otherwise the application would keep writing.
 */
import { IteratedSource } from "../../body/read/iterated.js";
import type { BodySource } from "../../body/read/source.js";
import { Dropped, type Link } from "../../platform/dropped.js";
import type { AppExchange } from "./exchange.js";

/** The exchange outlives its reader, and must not keep it alive. */
const dropped = new Dropped<AppExchange>((exchange) => exchange.close());

/** @internal The source of an application's response body. */
export interface Answer {
  /** The pieces as they arrive. It rejects if the response breaks off. */
  readonly pieces: AsyncIterator<Uint8Array | string>;
  /** Its Content-Encoding. */
  readonly coding: string | null;
  /** The trailer lines, available after the end. */
  trailers(): string;
}

/** @internal */
export class AppBody implements BodySource {
  readonly keepsLimits = true;
  readonly #exchange: AppExchange;
  readonly #answer: Answer;
  readonly #source: IteratedSource;
  readonly #link: Link<AppExchange>;
  #isOver = false;

  constructor(exchange: AppExchange, answer: Answer) {
    this.#exchange = exchange;
    this.#answer = answer;
    const pieces = { next: () => exchange.reading(answer.pieces.next()) };
    this.#source = new IteratedSource(
      pieces,
      () => answer.coding,
      () => exchange.request,
    );
    this.#link = dropped.watch(this, exchange);
  }

  async read(raw: boolean, own: boolean): Promise<Uint8Array | null> {
    if (this.#isOver) return null;
    const chunk = await this.#source.read(raw, own);
    if (chunk === null) this.#over();
    return chunk;
  }

  get numBytesDownloaded(): number {
    return this.#source.numBytesDownloaded;
  }

  get trailers(): string {
    return this.#isOver ? this.#answer.trailers() : "";
  }

  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#over();
    this.#exchange.close();
    await this.#source.close();
  }

  #over(): void {
    this.#isOver = true;
    dropped.forget(this, this.#link);
  }
}

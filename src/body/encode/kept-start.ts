/**
 * The start of a body that can be read once, kept for another attempt: the pieces that were pulled while the connection was
 * opened. It is given up as soon as the connection takes a byte of it. What no attempt has had yet is then still sent.
 */
import { StreamConsumed } from "../../errors/stream-error.js";
import type { Chunk, PartLengths } from "./chunk.js";

/**
 * The most bytes that are kept. The engine pulls 1 MiB ahead of the connection, and then the rest of a piece; rows of 50
 * bytes take three times as much.
 */
const MOST_BYTES = 4 * 1024 * 1024;

/** The memory of a piece besides its bytes, roughly. */
const BYTES_OF_PIECE = 100;

/** In the place of a piece: tells the reader of the length of a part before it gets the next piece. */
type Tells = (parts: PartLengths) => void;

/** One reading of the body. */
interface Reading {
  readonly parts: PartLengths | undefined;
  /** Whether its reader tells when the connection takes a byte. */
  readonly reportsTaken: boolean;
  /** Whether its reader has called `return`. */
  isOver: boolean;
}

/** @internal */
export class KeptStart {
  /** Whether the next reading begins again. */
  isRewound = false;
  /** Whether all that was read is kept. */
  isWhole = true;
  #users = 0;
  #source: AsyncIterator<Chunk> | null = null;
  /** What was pulled: all of it while {@link isWhole}, then what the current reading has not had. */
  readonly #pulled: (Chunk | Tells)[] = [];
  /** The place of the current reading in it. */
  #at = 0;
  #bytes = 0;
  #pull: Promise<void> | null = null;
  #isAtEnd = false;
  /** The current reading; null: none, or it is over. */
  #reading: Reading | null = null;

  /** Counts another caller, which must call {@link release}. */
  use(): this {
    this.#users++;
    return this;
  }

  get isReleased(): boolean {
    return this.#users === 0;
  }

  /** The next reading begins again. Only if {@link isWhole}, and if the reading before is over. */
  rewind(): void {
    this.isRewound = true;
    this.#reading = null;
    this.#at = 0;
  }

  /** The server may have seen a byte, or there is too much to keep. The current reading still gets what it has not had. */
  giveUp(): void {
    if (!this.isWhole) return;
    this.isWhole = false;
    this.#pulled.splice(0, this.#at);
    this.#at = 0;
  }

  /** No further attempt follows. A source that nobody reads is closed. */
  release(): void {
    if (--this.#users > 0) return;
    this.giveUp();
    this.isRewound = false;
    if (this.#reading === null) this.#close().catch(() => undefined);
  }

  /**
   * @param open begins to read the source. It is called once.
   * @param reportsTaken whether {@link giveUp} is called when the connection takes a byte. If not, the first pull gives up.
   */
  read(
    open: (parts: PartLengths) => AsyncIterator<Chunk>,
    parts: PartLengths | undefined,
    reportsTaken: boolean,
  ): AsyncIterator<Chunk> {
    const reading: Reading = { parts, reportsTaken, isOver: false };
    this.isRewound = false;
    this.#reading = reading;
    this.#source ??= open(this.#lengths());
    return {
      next: () => this.#next(reading),
      return: async () => {
        reading.isOver = true;
        if (this.#reading === reading) {
          this.#reading = null;
          // another attempt may go on with it
          if (!this.isWhole) await this.#close();
        }
        return { done: true, value: undefined };
      },
    };
  }

  /** @throws StreamConsumed if another attempt reads now: what is kept is for that one. */
  async #next(reading: Reading): Promise<IteratorResult<Chunk>> {
    for (;;) {
      if (reading.isOver) return { done: true, value: undefined };
      if (this.#reading !== reading) throw new StreamConsumed();
      if (!reading.reportsTaken) this.giveUp();
      this.#tell(reading);
      if (this.#at < this.#pulled.length) return { done: false, value: this.#take() as Chunk };
      if (this.#isAtEnd) return { done: true, value: undefined };
      // one that failed stays, for the next reading
      await (this.#pull ??= this.#pullNext());
    }
  }

  /** Takes what stands before the next piece. */
  #tell({ parts }: Reading): void {
    for (;;) {
      const tells = this.#pulled[this.#at];
      if (typeof tells !== "function") return;
      this.#take();
      if (parts !== undefined) tells(parts);
    }
  }

  #take(): Chunk | Tells {
    return this.isWhole ? this.#pulled[this.#at++]! : this.#pulled.shift()!;
  }

  async #pullNext(): Promise<void> {
    const { done, value } = await this.#source!.next();
    this.#pull = null;
    if (done === true) this.#isAtEnd = true;
    else this.#keep(value);
  }

  #keep(piece: Chunk): void {
    this.#bytes += BYTES_OF_PIECE + (typeof piece === "string" ? Buffer.byteLength(piece) : piece.byteLength);
    if (this.isWhole && this.#bytes > MOST_BYTES) this.giveUp();
    // a copy, as the source may use its memory again before the next attempt
    this.#pulled.push(this.isWhole && typeof piece !== "string" ? new Uint8Array(piece) : piece);
  }

  /** Tells the reader at once if it waits for the pull, and else when it is that far. */
  #lengths(): PartLengths {
    const add = (tells: Tells): void => {
      const isReached = this.#at === this.#pulled.length;
      this.#pulled.push(tells);
      if (isReached && this.#reading !== null) this.#tell(this.#reading);
    };
    return { full: () => add((parts) => parts.full()), tooLong: () => add((parts) => parts.tooLong()) };
  }

  async #close(): Promise<void> {
    this.#pulled.length = 0;
    await this.#source?.return?.();
  }
}

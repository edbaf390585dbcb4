/**
 * The start of a body that can be read once, kept for another attempt: the pieces that were pulled while the connection was
 * opened. It is given up as soon as the connection takes a byte of it.
 */
import type { Chunk, PartLengths } from "./chunk.js";

/** The most bytes that are kept: the engine pulls half as many ahead of the connection, and then the rest of a piece. */
const MOST_BYTES = 1024 * 1024;

/** In the place of a piece: the announced bytes of a part have been pulled. */
const PART_FULL = Symbol("part is full");

/** @internal */
export class KeptStart {
  /** Whether the next reading begins again. */
  isRewound = false;
  #users = 0;
  #source: AsyncIterator<Chunk> | null = null;
  #kept: (Chunk | typeof PART_FULL)[] | null = [];
  #bytes = 0;
  /** The place in what is kept, and how much of that an earlier reading has had. */
  #at = 0;
  #readBefore = 0;
  #pull: Promise<IteratorResult<Chunk>> | null = null;
  #isAtEnd = false;
  /** The one that is under way. */
  #reading: object | null = null;
  #parts: PartLengths | undefined;

  /** For a further caller, who releases it. */
  use(): this {
    this.#users++;
    return this;
  }

  get isReleased(): boolean {
    return this.#users === 0;
  }

  /** Whether all that was read is kept. */
  get isWhole(): boolean {
    return this.#kept !== null;
  }

  /** The next reading begins again. Only if {@link isWhole}, and if the reading before is over. */
  rewind(): void {
    this.isRewound = true;
    this.#reading = null;
    this.#parts = undefined;
    this.#at = 0;
    this.#readBefore = this.#kept!.length;
  }

  /** The connection has taken a byte, so the server may have seen it. */
  giveUp(): void {
    this.#kept = null;
  }

  /** No further attempt follows. A source that nobody reads is closed. */
  release(): void {
    if (--this.#users > 0) return;
    this.giveUp();
    this.isRewound = false;
    if (this.#reading === null) this.#close();
  }

  /** @param open begins to read the source. It is called once. */
  read(
    open: (parts: PartLengths | undefined) => AsyncIterator<Chunk>,
    parts: PartLengths | undefined,
  ): AsyncIterator<Chunk> {
    const reading = {};
    this.isRewound = false;
    this.#reading = reading;
    this.#parts = parts;
    this.#source ??= open(parts === undefined ? undefined : this.#lengths());
    return {
      next: () => this.#next(reading),
      return: async () => {
        if (this.#reading === reading) {
          this.#reading = null;
          // another attempt may go on with it
          if (this.#kept === null) await this.#source?.return?.();
        }
        return { done: true, value: undefined };
      },
    };
  }

  async #next(reading: object): Promise<IteratorResult<Chunk>> {
    for (;;) {
      if (this.#kept !== null && this.#at < this.#kept.length) {
        const at = this.#at++;
        const piece = this.#kept[at]!;
        if (piece !== PART_FULL) return { done: false, value: piece };
        if (at < this.#readBefore) this.#parts?.full();
        continue;
      }
      if (this.#isAtEnd) return { done: true, value: undefined };
      // one that failed stays, for the next reading
      this.#pull ??= this.#pulled();
      const result = await this.#pull;
      // nobody takes the piece of a reading that is over
      if (this.#reading !== reading) return { done: false, value: "" };
      if (this.#kept === null) return result;
    }
  }

  async #pulled(): Promise<IteratorResult<Chunk>> {
    const result = await this.#source!.next();
    this.#pull = null;
    if (result.done === true) this.#isAtEnd = true;
    else this.#keep(result.value);
    return result;
  }

  #keep(piece: Chunk): void {
    if (this.#kept === null) return;
    this.#bytes += typeof piece === "string" ? piece.length : piece.byteLength;
    // a copy, as the source may use its memory again
    if (this.#bytes <= MOST_BYTES) this.#kept.push(typeof piece === "string" ? piece : new Uint8Array(piece));
    else this.giveUp();
  }

  #lengths(): PartLengths {
    return {
      full: () => {
        this.#kept?.push(PART_FULL);
        if (this.#parts === undefined) this.#readBefore = this.#kept?.length ?? 0;
        else this.#parts.full();
      },
      tooLong: () => this.#parts?.tooLong(),
    };
  }

  #close(): void {
    Promise.resolve(this.#source?.return?.()).catch(() => undefined);
  }
}

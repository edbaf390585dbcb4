/**
 * The readings of an iterable. One that gives its pieces only once has no mark of it, unlike a generator or a stream: a
 * class around a generator, or around a stream that its first reader drains. Its second reading is refused, since it
 * would send an empty body, or the rest of one.
 */
import { StreamConsumed } from "../../errors/stream-error.js";
import type { Chunk } from "./stream.js";

type Pieces = AsyncIterator<unknown> | Iterator<unknown>;

/** Iterators that were read for any body. One that an iterable returns again has no beginning any more. */
const begun = new WeakSet<object>();

/** @internal */
export class Readings {
  readonly #iterator: () => Pieces;
  readonly #chunk: (piece: unknown) => Chunk;
  /** Opened by {@link canReopen}, for the next reading. */
  #ahead: Pieces | null = null;
  #isBegun = false;
  /** Whether a reading came to its end without a piece. */
  #isEmpty = false;

  /**
   * @param iterator calls the iterable's own method.
   * @param chunk the piece as it is sent; throws for one that cannot be.
   */
  constructor(iterator: () => Pieces, chunk: (piece: unknown) => Chunk) {
    this.#iterator = iterator;
    this.#chunk = chunk;
  }

  /** @throws StreamConsumed if the iterable returned the same iterator before. */
  open(): AsyncIterator<Chunk> {
    const pieces = this.#ahead ?? this.#iterator();
    this.#ahead = null;
    if (begun.has(pieces)) throw new StreamConsumed();
    begun.add(pieces);
    const isFirst = !this.#isBegun;
    this.#isBegun = true;
    let hasPiece = false;
    return {
      next: async () => {
        const result = await pieces.next();
        if (result.done === true) {
          if (!hasPiece) this.#foundEmpty(isFirst);
          return { done: true, value: undefined };
        }
        hasPiece = true;
        return { done: false, value: this.#chunk(result.value) };
      },
      return: async () => {
        await pieces.return?.();
        return { done: true, value: undefined };
      },
    };
  }

  /**
   * Whether the next reading has an iterator of its own. It is opened for that, and nothing is pulled from it, as its first
   * piece may take any time: one without pieces is found when it is sent.
   */
  canReopen(): boolean {
    if (!this.#isBegun) return true;
    try {
      this.#ahead ??= this.#iterator();
    } catch {
      return false;
    }
    if (!begun.has(this.#ahead)) return true;
    this.#ahead = null;
    return false;
  }

  #foundEmpty(isFirst: boolean): void {
    if (isFirst) this.#isEmpty = true;
    else if (!this.#isEmpty) throw new StreamConsumed();
  }
}

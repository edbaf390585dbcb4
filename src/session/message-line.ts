/**
 * Messages whose bytes the program has yet to give, such as a Blob's or those of an iterable, and the messages behind them. They
 * go one after the other. When the session ends, none waits for the program any longer.
 */
import { bytesOf } from "../body/encode/source.js";
import type { BlobLike } from "../platform/web-types.js";
import type { SessionChannel } from "../transports/session-channel.js";
import { type MessageData, type Pieces, isBlob, isPieces, notSendable, ready } from "./payload.js";

/** The code that tells the server that the client failed. */
const INTERNAL_ERROR = 1011;
const NO_BYTES = new Uint8Array(0);

/** @internal */
export class MessageLine {
  readonly #session: SessionChannel;
  /** Settles when the last message has been sent; null while none waits. Never rejects. */
  #last: Promise<void> | null = null;
  /** The bytes that wait for the session, as far as their number is known. */
  heldBytes = 0;

  constructor(session: SessionChannel) {
    this.#session = session;
  }

  get isEmpty(): boolean {
    return this.#last === null;
  }

  /** Resolves when the messages so far have been sent, or will not be. */
  async emptied(): Promise<void> {
    await this.#last;
  }

  /** Sends a message behind those that wait. Bytes are copied before this returns. */
  async add(data: MessageData): Promise<void> {
    const sent = this.#sendAfter(this.#last, data);
    const last = sent.catch(() => undefined);
    this.#last = last;
    try {
      await sent;
    } finally {
      if (this.#last === last) this.#last = null;
    }
  }

  async #sendAfter(before: Promise<void> | null, data: MessageData): Promise<void> {
    const sendable = ready(data);
    if (sendable !== null) {
      const kept = typeof sendable === "string" ? sendable : new Uint8Array(sendable);
      const size = typeof kept === "string" ? Buffer.byteLength(kept) : kept.byteLength;
      this.heldBytes += size;
      await before;
      await this.#give(kept, size);
    } else if (isBlob(data)) {
      await this.#sendBlob(before, data);
    } else if (isPieces(data)) {
      await before;
      await this.#sendPieces(data);
    } else {
      throw notSendable(data);
    }
  }

  /** Bytes that the session does not take, because it has ended, stay counted. */
  async #give(data: string | Uint8Array, size: number): Promise<void> {
    if (this.#session.end === null) this.heldBytes -= size;
    await this.#session.send(data, typeof data === "string");
  }

  async #sendBlob(before: Promise<void> | null, blob: BlobLike): Promise<void> {
    const { size } = blob;
    this.heldBytes += size;
    await before;
    const bytes = await this.#session.whileOpen(blob.arrayBuffer());
    await this.#give(new Uint8Array(bytes), size);
  }

  async #sendPieces(pieces: Pieces): Promise<void> {
    const iterator = iteratorOf(pieces);
    let isFirst = true;
    /** Whether the iterator has a piece to give: its own exception is its end. */
    let isLeft = false;
    let last: Uint8Array = NO_BYTES;
    try {
      for (;;) {
        const piece = await this.#session.whileOpen(nextOf(iterator));
        if (piece === null) break;
        isLeft = true;
        const bytes = bytesOf(piece.value);
        if (bytes === null) throw notSendable(piece.value);
        if (last.byteLength > 0) {
          await this.#session.send(last, false, isFirst, false);
          isFirst = false;
        }
        // the caller may change it while the next one is awaited
        last = new Uint8Array(bytes);
        isLeft = false;
      }
    } catch (error) {
      if (isLeft || this.#session.end !== null) leave(iterator);
      // a message without its end cannot be followed by another
      if (!isFirst) void this.#session.close(INTERNAL_ERROR, "");
      throw error;
    }
    await this.#session.send(last, false, isFirst, true);
  }
}

type PieceIterator = Iterator<Uint8Array> | AsyncIterator<Uint8Array>;

function iteratorOf(pieces: Pieces): PieceIterator {
  return Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
}

/** The next piece, which an iterator that is not async may have promised; null after the last. */
async function nextOf(iterator: PieceIterator): Promise<{ value: unknown } | null> {
  const { done, value } = await iterator.next();
  return done ? null : { value: await (value as unknown) };
}

/** Lets it end, without waiting: a generator that waits for something answers only afterwards. */
function leave(iterator: PieceIterator): void {
  void (async () => iterator.return?.())().catch(() => undefined);
}

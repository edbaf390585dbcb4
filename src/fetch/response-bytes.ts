/** The unread body of a response: read once, as a whole or in chunks. Every error is one of `fetch`. */
import type { Response as Received } from "../response/response.js";
import { joinBytes } from "../body/read/bytes.js";
import { failureOf, terminated } from "./failures.js";

/** @internal */
export interface ResponseBytes {
  /** All of it as text, if it is in memory and ASCII; it is then read. @throws the reason of an abort. */
  ascii(): string | null;
  /** The next chunk; null at the end. Nobody else has its memory. */
  next(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** All that is left. Nobody else has its memory, which is an array buffer of exactly this length. */
  all(): Promise<Uint8Array<ArrayBuffer>>;
  /** Gives up the rest. */
  cancel(): Promise<void>;
}

/** The body as it comes from the client. @internal */
export class ReceivedBytes implements ResponseBytes {
  readonly #received: Received;
  readonly #signal: AbortSignal | null;
  #chunks: AsyncIterator<Uint8Array> | null = null;

  constructor(received: Received, signal: AbortSignal | null) {
    this.#received = received;
    this.#signal = signal;
  }

  ascii(): string | null {
    const text = this.#received.whole?.ascii() ?? null;
    if (text !== null) this.#signal?.throwIfAborted();
    return text;
  }

  async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    this.#chunks ??= this.#received.aiterBytes();
    try {
      const { done, value } = await this.#chunks.next();
      // the exchange of a body in memory is over, but an abort ends its reader as well
      this.#signal?.throwIfAborted();
      // a copy: the engine lends memory that cannot be transferred, which streams do to each chunk (nodejs/node#55593)
      return done === true ? null : value.slice();
    } catch (error) {
      throw failureOf(error, this.#signal, terminated);
    }
  }

  async all(): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const bytes = this.#received.whole?.bytes() ?? (await this.#received.aread());
      this.#signal?.throwIfAborted();
      return ownBytes(bytes, this.#received);
    } catch (error) {
      throw failureOf(error, this.#signal, terminated);
    }
  }

  cancel(): Promise<void> {
    return this.#received.aclose();
  }
}

/** From this size on, the engine lends the memory of a chunk. */
const LENT_FROM = 64 * 1024;

/** Bytes that their owner may transfer, to a worker for instance. Those of a program's response may be the program's. */
function ownBytes(bytes: Uint8Array, { streamed, whole }: Received): Uint8Array<ArrayBuffer> {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength;
  if ((streamed === null && whole === null) || bytes.byteLength >= LENT_FROM || !isWhole)
    return bytes.slice();
  return bytes as Uint8Array<ArrayBuffer>;
}

/**
 * Two bodies with the bytes of one (Streams Standard, "tee"). A chunk waits for the reader that is behind. The body ends early
 * when both are cancelled.
 *
 * @internal
 */
export function splitBytes(source: ResponseBytes): [ResponseBytes, ResponseBytes] {
  const branches = [new Branch(), new Branch()] as const;
  let pulling: Promise<void> | null = null;
  const pullOnce = async (): Promise<void> => {
    try {
      const chunk = await source.next();
      for (const branch of branches) branch.push(chunk === null ? null : chunk.slice());
    } finally {
      pulling = null;
    }
  };
  const pull = (): Promise<void> => (pulling ??= pullOnce());
  const cancelled = async (): Promise<void> => {
    if (branches.every(({ isCancelled }) => isCancelled)) await source.cancel();
  };
  for (const branch of branches) branch.connect(pull, cancelled);
  return [branches[0], branches[1]];
}

/** One of the two. */
class Branch implements ResponseBytes {
  isCancelled = false;
  readonly #waiting: (Uint8Array<ArrayBuffer> | null)[] = [];
  #pull: () => Promise<void> = () => Promise.resolve();
  #cancelled: () => Promise<void> = () => Promise.resolve();

  connect(pull: () => Promise<void>, cancelled: () => Promise<void>): void {
    this.#pull = pull;
    this.#cancelled = cancelled;
  }

  push(chunk: Uint8Array<ArrayBuffer> | null): void {
    if (!this.isCancelled) this.#waiting.push(chunk);
  }

  ascii(): null {
    return null;
  }

  async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    while (this.#waiting.length === 0) await this.#pull();
    const chunk = this.#waiting[0]!;
    // the end stays
    if (chunk !== null) this.#waiting.shift();
    return chunk;
  }

  async all(): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for (let chunk = await this.next(); chunk !== null; chunk = await this.next()) chunks.push(chunk);
    return joinBytes(chunks) as Uint8Array<ArrayBuffer>;
  }

  async cancel(): Promise<void> {
    this.isCancelled = true;
    this.#waiting.length = 0;
    await this.#cancelled();
  }
}

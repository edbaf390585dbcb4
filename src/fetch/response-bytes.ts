/** The unread body of a response: read once, as a whole or in chunks. Every error is one of `fetch`. */
import type { Response as Received } from "../response/response.js";
import { whole } from "../response/iterate.js";
import { joinBytes } from "../body/read/bytes.js";
import { withCallersStackOfCall } from "../errors/callers-stack.js";
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

/** Called at the end of a body that came to it, with its decoded size in bytes. @internal */
export type BodyEnd = (byteLength: number) => void;

/** From this size on, the engine lends the memory of a body. */
const LENT_FROM = 64 * 1024;

/** The body as it comes from the client. @internal */
export class ReceivedBytes implements ResponseBytes {
  readonly #received: Received;
  readonly #signal: AbortSignal | null;
  readonly #ended: BodyEnd | null;
  #chunks: AsyncIterator<Uint8Array<ArrayBuffer>> | null = null;
  #byteLength = 0;
  /** Why it broke off: a second reader of the body must not take that for its end. */
  #failure: { readonly error: unknown } | null = null;

  constructor(received: Received, signal: AbortSignal | null, ended: BodyEnd | null) {
    this.#received = received;
    this.#signal = signal;
    this.#ended = ended;
  }

  ascii(): string | null {
    const text = this.#received.whole?.ascii() ?? null;
    if (text !== null) this.#signal?.throwIfAborted();
    return text;
  }

  async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#failure !== null) throw this.#failure.error;
    this.#chunks ??= ownChunksOf(this.#received);
    try {
      const { done, value } = await this.#chunks.next();
      // the exchange of a body in memory is over, but an abort ends its reader as well
      this.#signal?.throwIfAborted();
      if (done === true) {
        this.#ended?.(this.#byteLength);
        return null;
      }
      this.#byteLength += value.byteLength;
      return value;
    } catch (error) {
      this.#failure = { error: failureOf(error, this.#signal, terminated) };
      throw this.#failure.error;
    }
  }

  async all(): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const bytes = this.#small() ?? (await this.#joined());
      this.#signal?.throwIfAborted();
      this.#ended?.(bytes.byteLength);
      return bytes;
    } catch (error) {
      throw failureOf(error, this.#signal, terminated);
    }
  }

  cancel(): Promise<void> {
    return this.#received.aclose();
  }

  /** A small body that came with its head; else null. */
  #small(): Uint8Array<ArrayBuffer> | null {
    const { whole } = this.#received;
    if (whole === null || whole.byteLength >= LENT_FROM) return null;
    const bytes = whole.bytes() as Uint8Array<ArrayBuffer>;
    return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
  }

  /** All chunks in one. A single one may lie in memory of the engine, or of the program that made it. */
  async #joined(): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#received.aiterBytes()) chunks.push(chunk);
    return chunks.length === 1 ? new Uint8Array(chunks[0]!) : (joinBytes(chunks) as Uint8Array<ArrayBuffer>);
  }
}

/** The chunks of a body, none of which lies in memory of the engine or of a program. */
function ownChunksOf(received: Received): AsyncIterator<Uint8Array<ArrayBuffer>> {
  const { streamed } = received;
  // integrity was checked of all of it
  const isRead = streamed === null || streamed.content !== null;
  const chunks = isRead ? whole(new Uint8Array(received.content)) : streamed.chunks(false, true);
  return chunks as AsyncIterator<Uint8Array<ArrayBuffer>>;
}

/**
 * Two bodies with the bytes of one (Streams Standard, "tee"). A chunk waits for the reader that is behind. The body ends early
 * when both are cancelled.
 *
 * @internal
 */
export function splitBytes(
  source: ResponseBytes,
  signal: AbortSignal | null,
): [ResponseBytes, ResponseBytes] {
  const branches = [new Branch(signal), new Branch(signal)] as const;
  let pulling: Promise<void> | null = null;
  const pullOnce = async (): Promise<void> => {
    try {
      const chunk = await source.next();
      branches[1].push(chunk === null ? null : chunk.slice());
      branches[0].push(chunk);
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
  readonly #signal: AbortSignal | null;
  readonly #waiting: (Uint8Array<ArrayBuffer> | null)[] = [];
  #pull: () => Promise<void> = () => Promise.resolve();
  #cancelled: () => Promise<void> = () => Promise.resolve();

  constructor(signal: AbortSignal | null) {
    this.#signal = signal;
  }

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
    try {
      while (this.#waiting.length === 0) {
        // a read that waits when its branch is cancelled ends
        if (this.isCancelled) return null;
        await this.#pull();
      }
    } catch (error) {
      // both branches may await the same pull, and an engine follows a promise that one function awaits
      throw withCallersStackOfCall(error, this.#signal);
    }
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

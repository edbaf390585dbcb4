/**
 * The body of a response that is not in memory yet: one source, read at most once. It is closed in every case: at its
 * end, by an error, by an abort, or when a reader leaves early (where HTTPX keeps the connection).
 */
import { addReadersStack, followsAsyncFunctionsOnly, withCallersStack } from "../errors/callers-stack.js";
import { StreamClosed, StreamConsumed } from "../errors/stream-error.js";
import type { Request } from "../request/request.js";
import { nextTurn, now } from "../platform/clock.js";
import { Turn } from "../platform/turn.js";
import { unwatchSignal, watchSignal } from "../platform/signals.js";
import { joinBytes } from "../body/read/bytes.js";
import { tooLarge } from "./size-limit.js";
import type { BodyProgress } from "../body/progress.js";
import type { BodySource, ReadingLimits } from "../body/read/source.js";
import { UpgradedBody } from "./upgraded-body.js";

/** @internal */
export class StreamedBody {
  readonly source: BodySource;
  isClosed = false;
  isConsumed = false;
  #content: Uint8Array | null = null;
  /** The time of closing, by `performance.now()`. */
  endedAt: number | null = null;
  /** More decoded bytes than this are an error. */
  maxBytes: number | null = null;
  /** Why it broke off, if it did. */
  failure: { readonly reason: unknown } | null = null;
  /** The request that errors name. */
  request: Request | null = null;
  /** Called with the number of decoded bytes so far. It may close the body. */
  onReceived: ((bytes: number) => void) | null = null;
  /** Called with the bytes as received. */
  progress: BodyProgress | null = null;
  #received = 0;
  #reading: Promise<Uint8Array> | null = null;
  #closing: Promise<void> | null = null;
  /** Ends the wait for a chunk, while one is awaited. */
  #interrupt: ((reason: unknown) => void) | null = null;
  #isInterruptible = false;
  #limits: ReadingLimits | null = null;
  #abortedBy: AbortSignal | null = null;
  #signal: AbortSignal | null = null;
  #afterClose: (() => Promise<void> | void)[] | null = null;
  #afterBreak: ((error: unknown) => Promise<void>)[] | null = null;
  #toReader: Promise<unknown> | null = null;

  constructor(source: BodySource) {
    this.source = source;
  }

  /** The whole decoded body, after `read()`. A byte stream that has followed the head is no part of it, and is not closed. */
  get content(): Uint8Array | null {
    if (this.source instanceof UpgradedBody) this.#content ??= new Uint8Array(0);
    return this.#content;
  }

  /** The whole decoded body. Every call returns the same. */
  read(): Promise<Uint8Array> {
    if (this.source instanceof UpgradedBody) return Promise.resolve(this.content!);
    return (this.#reading ??= this.#readAll());
  }

  /**
   * The chunks as they arrive, never empty. `own`: each in memory that nobody else has and that can be transferred.
   * @throws StreamConsumed, StreamClosed at the first step, if the body cannot be read any more.
   */
  async *chunks(raw: boolean, own = false): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.isConsumed) throw new StreamConsumed();
    this.#checkOpen();
    this.isConsumed = true;
    const turn = new Turn();
    let isWithReader = false;
    try {
      for (;;) {
        this.#checkOpen();
        this.checkLimits();
        let chunk = this.source.read(raw, own);
        if (chunk !== null && !(chunk instanceof Uint8Array)) chunk = await this.#arrival(chunk);
        // if it was closed meanwhile, this may not be the body's end
        this.#checkOpen();
        if (this.progress !== null) this.#report(this.progress, chunk === null);
        if (chunk === null) return;
        this.#count(chunk);
        isWithReader = true;
        yield chunk;
        isWithReader = false;
        if (turn.isOver(chunk.byteLength)) await turn.next();
      }
    } catch (error) {
      // what the program throws into the iterator is its own, and so is the end of a body that it closed
      const isOwn = isWithReader || (this.isClosed && this.#abortedBy === null);
      this.failure = { reason: error };
      const toReader = isOwn || this.#afterBreak === null ? error : await this.#broken(error);
      // what the program throws as its reason to abort, or into the iterator, stays as it is
      const isKept = isWithReader || (this.#signal?.aborted === true && this.#signal.reason === toReader);
      throw isKept ? withCallersStack(toReader) : addReadersStack(toReader);
    } finally {
      await this.close();
    }
  }

  /** Ends the body with `signal.reason` on abort, for sources that ignore the signal. */
  abortWith(signal: AbortSignal): void {
    this.#signal = signal;
    this.#isInterruptible = true;
    const aborted = new Promise<never>((_resolve, reject) => {
      const body = {
        abort: (reason: unknown): void => {
          if (this.isClosed) return;
          this.#abortedBy = signal;
          this.failure ??= { reason };
          this.isClosed = true;
          reject(reason);
          this.#interrupt?.(reason);
        },
      };
      if (signal.aborted) return body.abort(signal.reason);
      watchSignal(signal, body);
      this.whenClosed(() => unwatchSignal(signal, body));
    });
    // Here and not in `abort`: the source may be a user's, whose code runs in the async context of the call.
    aborted.catch((reason: unknown) => this.#broken(reason));
  }

  /** Ends the reading with its call, if the source does not do so itself. */
  limitBy(limits: ReadingLimits): void {
    if (this.source.keepsLimits) return;
    this.#limits = limits;
  }

  /** @throws what a reader would get whose call has ended. */
  checkLimits(): void {
    this.#limits?.check();
  }

  /**
   * For a body that nobody reads yet: the function ends it, and its reader gets {@link StreamClosed}. It waits neither for a
   * source that is silent nor for one that does not come to an end of closing.
   */
  untilCut(): () => void {
    this.#isInterruptible = true;
    return () => {
      if (this.isClosed) return;
      this.#closing = Promise.race([this.close(), nextTurn()]);
      this.#interrupt?.(new StreamClosed());
    };
  }

  /** Idempotent; never rejects. */
  close(): Promise<void> {
    if (this.#closing === null) {
      this.isClosed = true;
      this.endedAt = now();
      this.#closing = this.#close();
    }
    return this.#closing;
  }

  /** Runs `then` after the source is closed and before `close()` resolves. `then` must not reject. */
  whenClosed(then: () => Promise<void> | void): void {
    (this.#afterClose ??= []).push(then);
  }

  /**
   * Runs `then` once if the body breaks off or is aborted, before its reader gets the error. An exception of `then` replaces
   * the error. It does not run when the program closes the body.
   */
  whenBroken(then: (error: unknown) => Promise<void>): void {
    (this.#afterBreak ??= []).push(then);
    if (this.#toReader !== null) this.#toReader = this.#toReader.then((error) => replaced(error, then));
  }

  /** What the reader gets. It does not wait long after an abort. */
  async #broken(reason: unknown): Promise<unknown> {
    await this.close();
    const told = (this.#toReader ??= this.#tell(reason));
    return this.#abortedBy === null ? told : Promise.race([told, nextTurn().then(() => reason)]);
  }

  async #tell(error: unknown): Promise<unknown> {
    let toReader = error;
    for (const then of this.#afterBreak ?? []) toReader = await replaced(toReader, then);
    return toReader;
  }

  async #close(): Promise<void> {
    const closed = this.source.close();
    await (this.#limits === null ? closed : this.#limits.whileLasting(closed));
    for (const then of this.#afterClose ?? []) await then();
  }

  async #readAll(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    try {
      for await (const chunk of this.chunks(false)) chunks.push(chunk);
    } catch (error) {
      throw followsAsyncFunctionsOnly ? withCallersStack(error) : error;
    }
    this.#content = joinBytes(chunks);
    return this.#content;
  }

  /** Not a race with a promise that outlives the chunk: each race would leave a reaction in it until the body ends. */
  #arrival(chunk: Promise<Uint8Array | null>): Promise<Uint8Array | null> {
    const limited = this.#limits === null ? chunk : this.#limits.until(chunk);
    if (!this.#isInterruptible) return limited;
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      limited.then(resolve, reject);
    });
  }

  #checkOpen(): void {
    this.#abortedBy?.throwIfAborted();
    if (this.isClosed) throw new StreamClosed();
  }

  /** @throws what the listener has thrown, which aborts the body. */
  #report(progress: BodyProgress, isEnd: boolean): void {
    const { numBytesDownloaded } = this.source;
    if (isEnd) progress.ended(numBytesDownloaded);
    else progress.moved(numBytesDownloaded);
    this.#checkOpen();
  }

  #count(chunk: Uint8Array): void {
    this.#received += chunk.byteLength;
    this.onReceived?.(this.#received);
    if (this.maxBytes !== null && this.#received > this.maxBytes) {
      throw tooLarge(this.maxBytes, this.request);
    }
  }
}

/** `error`, or the exception of `then`. */
async function replaced(error: unknown, then: (error: unknown) => Promise<void>): Promise<unknown> {
  try {
    await then(error);
    return error;
  } catch (exception) {
    return exception;
  }
}

/**
 * Reads the records with which the engine answers: `crates/binding/src/completion.rs` writes them, and the two files
 * change together.
 */
import type { NativeBridge } from "./binary.js";
import { BufferedBody, CompletionBuffer } from "./completion-buffer.js";
import type { EngineClock } from "./engine-clock.js";
import { type Failure, engineFailure } from "./failure.js";
import type { TraceRecord } from "./trace.js";

const WHOLE = 1;
const WHOLE_ATTACHED = 2;
const STREAMED = 3;
const READABLE = 4;
const CREDIT = 5;
const FAILED = 6;
const CLOSED = 7;
const TRACE = 8;

/** Where the status code lies; above it, whether the head sets cookies, and whether the body is ASCII. */
const STATUS = 0xffff;
const SETS_COOKIES = 0x1_0000;
const IS_ASCII = 0x2_0000;

const INITIAL_BYTES = 256 * 1024;
/** Too little for any record: what is left of a batch is then asked for, and not copied. */
const NO_ROOM = Buffer.alloc(4);
const NO_BYTES = new Uint8Array(0);

/** What is told about one exchange. `whole`, `failed` and `closed` are terminal: nothing follows. @internal */
export interface CompletionHandler {
  whole(
    status: number,
    setsCookies: boolean,
    head: string,
    body: Uint8Array | BufferedBody,
    downloaded: number,
    trailers: string,
  ): void;
  streamed(status: number, setsCookies: boolean, head: string): void;
  readable(): void;
  credit(bytes: number): void;
  traced(record: TraceRecord): void;
  failed(failure: Failure): void;
  closed(): void;
}

/** The completion side of the boundary. @internal */
export class CompletionQueue {
  readonly #native: NativeBridge;
  readonly #clock: EngineClock;
  readonly #handlerOf: (number: number) => CompletionHandler | null;
  #buffer = new CompletionBuffer(INITIAL_BYTES);
  /** Those in the buffer. */
  readonly #bodies: BufferedBody[] = [];

  constructor(
    native: NativeBridge,
    clock: EngineClock,
    handlerOf: (number: number) => CompletionHandler | null,
  ) {
    this.#native = native;
    this.#clock = clock;
    this.#handlerOf = handlerOf;
  }

  /** Reads a batch. Its bodies stay where they are: their promises have their turn before the next one comes. */
  drain(): void {
    this.#keepBodies();
    let length = this.#native.take(this.#buffer.buffer, true);
    while (length !== 0) {
      if (length > 0) {
        this.#read(length);
        length = this.#native.take(NO_ROOM, false);
      } else {
        this.#makeRoom(-length);
        length = this.#native.take(this.#buffer.buffer, false);
      }
    }
  }

  /** For the next record of the batch. */
  #makeRoom(bytes: number): void {
    this.#keepBodies();
    if (bytes > this.#buffer.bytes.byteLength) this.#buffer = new CompletionBuffer((bytes + 3) & ~3);
  }

  #keepBodies(): void {
    for (const body of this.#bodies) body.keep();
    this.#bodies.length = 0;
  }

  #read(length: number): void {
    const { words } = this.#buffer;
    let thrown: { error: unknown } | null = null;
    for (let at = 0; at < length;) {
      const word = at >>> 2;
      const handler = this.#handlerOf(words[word + 2]!);
      try {
        if (handler !== null) this.#dispatch(handler, words[word + 1]!, word + 3);
      } catch (error) {
        // what goes wrong with one exchange must not cost the others their answers
        thrown ??= { error };
      }
      at += words[word]!;
    }
    if (thrown !== null) throw thrown.error;
  }

  #dispatch(handler: CompletionHandler, operation: number, word: number): void {
    const buffer = this.#buffer;
    const { words } = buffer;
    switch (operation) {
      case WHOLE:
      case WHOLE_ATTACHED: {
        const head = (word + 6) << 2;
        const body = head + words[word + 1]!;
        const trailers = body + words[word + 2]!;
        const status = words[word]!;
        handler.whole(
          status & STATUS,
          (status & SETS_COOKIES) !== 0,
          buffer.latin1(head, body),
          operation === WHOLE
            ? this.#body(body, trailers, (status & IS_ASCII) !== 0)
            : this.#native.takeBody(words[word - 1]!),
          words[word + 4]! + words[word + 5]! * 0x1_0000_0000,
          words[word + 3] === 0 ? "" : buffer.latin1(trailers, trailers + words[word + 3]!),
        );
        return;
      }
      case STREAMED: {
        const head = (word + 2) << 2;
        const status = words[word]!;
        handler.streamed(
          status & STATUS,
          (status & SETS_COOKIES) !== 0,
          buffer.latin1(head, head + words[word + 1]!),
        );
        return;
      }
      case READABLE:
        handler.readable();
        return;
      case CREDIT:
        handler.credit(words[word]!);
        return;
      case FAILED: {
        handler.failed(this.#failure(word, (word + 5) << 2));
        return;
      }
      case CLOSED:
        handler.closed();
        return;
      case TRACE: {
        const fields = (word + 10) << 2;
        const code = fields + words[word + 4]!;
        handler.traced({
          step: words[word]!,
          moment: words[word + 1]!,
          time: this.#clock.toPerformance((words[word + 2]! + words[word + 3]! * 0x1_0000_0000) / 1000),
          fields: buffer.utf8(fields, code).split("\0"),
          failure: words[word + 8] === 0 ? null : this.#failure(word + 5, code),
        });
        return;
      }
    }
  }

  #body(start: number, end: number, isASCII: boolean): Uint8Array | BufferedBody {
    if (start === end) return NO_BYTES;
    const body = new BufferedBody(this.#buffer, start, end, isASCII);
    this.#bodies.push(body);
    return body;
  }

  /** The failure whose five words are at `word`, and whose code and message at `code`. */
  #failure(word: number, code: number): Failure {
    const buffer = this.#buffer;
    const { words } = buffer;
    const message = code + words[word + 3]!;
    return engineFailure({
      kind: words[word]!,
      phase: words[word + 1]!,
      requestSent: words[word + 2]!,
      code: buffer.latin1(code, message),
      message: buffer.utf8(message, message + words[word + 4]!),
    });
  }
}

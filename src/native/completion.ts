/**
 * Reads the records with which the engine answers: `crates/binding/src/completion.rs` writes them, and the two files
 * change together.
 */
import { engineFailure } from "./failure.js";
import type { EngineFailure } from "../errors/engine.js";
import type { NativeBridge } from "./binary.js";
import type { EngineEvent } from "./trace.js";

const WHOLE = 1;
const WHOLE_ATTACHED = 2;
const STREAMED = 3;
const READABLE = 4;
const CREDIT = 5;
const FAILED = 6;
const CLOSED = 7;
const TRACE = 8;

/** Where the status code lies; above it, whether the head sets cookies. */
const STATUS = 0xffff;

const INITIAL_BYTES = 256 * 1024;

/** What is told about one exchange. `whole`, `failed` and `closed` are terminal: nothing follows. @internal */
export interface CompletionHandler {
  whole(
    status: number,
    setsCookies: boolean,
    head: string,
    body: Uint8Array,
    downloaded: number,
    trailers: string,
  ): void;
  streamed(status: number, setsCookies: boolean, head: string): void;
  readable(): void;
  credit(bytes: number): void;
  traced(event: EngineEvent): void;
  failed(failure: EngineFailure): void;
  closed(): void;
}

/** The completion side of the boundary. @internal */
export class Completions {
  readonly #native: NativeBridge;
  readonly #handlerOf: (number: number) => CompletionHandler | null;
  #inbox = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #words = new Uint32Array(this.#inbox.buffer);
  #bytes = new Uint8Array(this.#inbox.buffer);

  constructor(native: NativeBridge, handlerOf: (number: number) => CompletionHandler | null) {
    this.#native = native;
    this.#handlerOf = handlerOf;
  }

  /** Reads a batch. */
  drain(): void {
    for (let first = true; ; first = false) {
      const length = this.#native.take(this.#inbox, first);
      if (length === 0) return;
      if (length > 0) this.#read(length);
      else this.#grow(-length);
    }
  }

  #grow(needed: number): void {
    this.#inbox = Buffer.allocUnsafeSlow((needed + 3) & ~3);
    this.#words = new Uint32Array(this.#inbox.buffer);
    this.#bytes = new Uint8Array(this.#inbox.buffer);
  }

  #read(length: number): void {
    const words = this.#words;
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
    const words = this.#words;
    switch (operation) {
      case WHOLE:
      case WHOLE_ATTACHED: {
        const head = (word + 6) << 2;
        const body = head + words[word + 1]!;
        const trailers = body + words[word + 2]!;
        handler.whole(
          words[word]! & STATUS,
          words[word]! > STATUS,
          this.#inbox.toString("latin1", head, body),
          operation === WHOLE ? this.#bytes.slice(body, trailers) : this.#native.takeBody(words[word - 1]!),
          words[word + 4]! + words[word + 5]! * 0x1_0000_0000,
          words[word + 3] === 0 ? "" : this.#inbox.toString("latin1", trailers, trailers + words[word + 3]!),
        );
        return;
      }
      case STREAMED: {
        const head = (word + 2) << 2;
        handler.streamed(
          words[word]! & STATUS,
          words[word]! > STATUS,
          this.#inbox.toString("latin1", head, head + words[word + 1]!),
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
          time: (words[word + 2]! + words[word + 3]! * 0x1_0000_0000) / 1000,
          fields: this.#inbox.toString("utf8", fields, code).split("\0"),
          failure: words[word + 8] === 0 ? null : this.#failure(word + 5, code),
        });
        return;
      }
    }
  }

  /** The failure whose five words are at `word`, and whose code and message at `code`. */
  #failure(word: number, code: number): EngineFailure {
    const words = this.#words;
    const message = code + words[word + 3]!;
    return engineFailure({
      kind: words[word]!,
      phase: words[word + 1]!,
      requestSent: words[word + 2]!,
      code: this.#inbox.toString("latin1", code, message),
      message: this.#inbox.toString("utf8", message, message + words[word + 4]!),
    });
  }
}

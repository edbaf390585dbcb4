/** A body that comes from a stream: a web stream, a Node.js stream or an async iterable. It can be sent once. */
import { TextEncoder } from "../platform/classes.js";
import { Readable } from "node:stream";
import { isUint8Array } from "node:util/types";
import { refusal } from "./failures.js";
import type { EncodedContent } from "../body/encode/encoded.js";
import { joinBytes } from "../body/read/bytes.js";
import { nextTurn } from "../platform/clock.js";

type ByteStream = ReadableStream<unknown> | AsyncIterable<unknown>;

/** Bytes of a `Request` that are read ahead to learn their length. */
const MOST_AHEAD = 16 * 1024 * 1024;
/** Turns of the event loop for one chunk. A Blob or a part of a form in memory takes two, a file from a disk a hundred. */
const TURNS_OF_CHUNK = 2;
/** The same for all chunks: a source that paces itself by turns is not to be held back. */
const MOST_TURNS = 32;
const utf8 = new TextEncoder();
const NOT_READY: unique symbol = Symbol("not ready");

/** @internal */
export function isStream(value: unknown): value is ByteStream {
  return (
    typeof value === "object" && value !== null && ("getReader" in value || Symbol.asyncIterator in value)
  );
}

/** @internal */
export class UploadStream {
  readonly #iterator: AsyncIterator<unknown>;
  readonly #cancelSource: (reason: unknown) => void;
  /** Chunks that were read ahead. */
  readonly #ahead: Uint8Array[] = [];
  #isBegun = false;
  /** A step that was begun ahead and has not ended. */
  #pending: Promise<IteratorResult<unknown>> | null = null;

  /** @throws TypeError if the stream is in use. */
  constructor(source: ByteStream) {
    const isLocked = "getReader" in source && source.locked;
    if (isLocked || isDisturbed(source)) {
      throw refusal("Response body object should not be disturbed or locked");
    }
    if ("getReader" in source) {
      const reader = source.getReader();
      this.#iterator = { next: () => reader.read() as Promise<IteratorResult<unknown>> };
      this.#cancelSource = (reason) => void reader.cancel(reason).catch(() => undefined);
    } else {
      const iterator = source[Symbol.asyncIterator]();
      this.#iterator = iterator;
      this.#cancelSource = (reason) => void stop(source, iterator, reason);
    }
  }

  /** The body, of unknown length. */
  get encoded(): EncodedContent {
    return {
      headers: [["Transfer-Encoding", "chunked"]],
      body: {
        kind: "stream",
        replayable: false,
        isReadable: () => !this.#isBegun,
        iterate: () => this.#chunks(),
      },
    };
  }

  /** Tells the source that it will not be read further. */
  cancel(reason: unknown): void {
    this.#cancelSource(reason);
  }

  /** All of it if it is there within a few turns of the event loop, else null: then it is sent as a stream. */
  async wholeIfReady(): Promise<Uint8Array | null> {
    let turn = oneTurn();
    let turns = 0;
    for (let length = 0; length < MOST_AHEAD;) {
      this.#pending = this.#iterator.next();
      let step = await Promise.race([this.#pending, turn]);
      for (let waited = 0; step === NOT_READY; step = await Promise.race([this.#pending, turn])) {
        if (waited++ === TURNS_OF_CHUNK || turns++ === MOST_TURNS) return null;
        turn = oneTurn();
      }
      this.#pending = null;
      if (step.done) return joinBytes(this.#ahead);
      const chunk = checked(step.value);
      length += chunk.byteLength;
      this.#ahead.push(chunk);
    }
    return null;
  }

  #chunks(): AsyncIterator<Uint8Array> {
    this.#isBegun = true;
    return {
      next: async () => {
        const ahead = this.#ahead.shift();
        if (ahead !== undefined) return { done: false, value: ahead };
        const step = await (this.#pending ?? this.#iterator.next());
        this.#pending = null;
        return step.done ? { done: true, value: undefined } : { done: false, value: checked(step.value) };
      },
      return: async () => {
        // an abort or a failure, which the caller of `cancel` learns of in this turn, is the better reason
        await nextTurn();
        this.#cancelSource(undefined);
        return { done: true, value: undefined };
      },
    };
  }
}

/** Whether some of it was read, or all was given up: the rest is not the body that the program means. */
function isDisturbed(source: ByteStream): boolean {
  // web streams too, but its type has those of Node.js only
  const ofPlatform = Readable.isDisturbed as ((stream: unknown) => boolean) | undefined;
  return ofPlatform?.(source) === true;
}

function oneTurn(): Promise<typeof NOT_READY> {
  return nextTurn().then((): typeof NOT_READY => NOT_READY);
}

function checked(chunk: unknown): Uint8Array {
  // that of another realm is no instance
  if (isUint8Array(chunk)) return chunk;
  // the standard allows bytes only, but the platform sends text too
  if (typeof chunk === "string") return utf8.encode(chunk);
  throw refusal("Received non-Uint8Array chunk");
}

/** A generator that waits answers `return` only afterwards, but a stream of Node.js can be destroyed at any time. */
async function stop(
  source: AsyncIterable<unknown>,
  iterator: AsyncIterator<unknown>,
  reason: unknown,
): Promise<void> {
  const { destroy } = source as { destroy?: (error?: unknown) => void };
  if (destroy !== undefined) destroy.call(source, reason);
  else await iterator.return?.().catch(() => undefined);
}

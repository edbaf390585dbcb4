/**
 * The source of a response that was made in JavaScript from an iterator: of a generator, a web stream or a Node.js
 * stream.
 */
import { unshared } from "../../platform/unshared.js";
import { TextEncoder } from "../../platform/classes.js";
import { wrongResult } from "../../platform/argument-error.js";
import { kindOf } from "../../platform/record.js";
import { type RequestOf, decodeStream } from "../decode/decode.js";
import type { BodySource } from "./source.js";

const utf8 = new TextEncoder();

/** @internal */
export class IteratedSource implements BodySource {
  readonly keepsLimits = false;
  readonly trailers = "";
  numBytesDownloaded = 0;
  readonly #iterator: AsyncIterator<Uint8Array | string>;
  readonly #contentEncoding: () => string | null;
  readonly #requestOf: RequestOf;
  #decoded: AsyncIterator<Uint8Array> | null = null;
  #isPulling = false;

  /** `contentEncoding` is called when reading begins, because the headers may change until then. */
  constructor(
    iterator: AsyncIterator<Uint8Array | string>,
    contentEncoding: () => string | null,
    requestOf: RequestOf,
  ) {
    this.#iterator = iterator;
    this.#contentEncoding = contentEncoding;
    this.#requestOf = requestOf;
  }

  async read(raw: boolean, own: boolean): Promise<Uint8Array | null> {
    const { done, value } = await (raw ? this.next() : this.#decoder().next());
    if (done) return null;
    // not slice(): that of a Buffer is a view
    return own ? new Uint8Array(value) : value;
  }

  async close(): Promise<void> {
    const closings = [this.#decoded?.return?.(), this.#iterator.return?.()];
    // An iterator that is running answers `return` only afterwards: closing must not wait for that.
    const closed = Promise.allSettled(closings);
    if (!this.#isPulling) await closed;
  }

  /** The next chunk as received, as an iterator result, so that a decoder can pull it. */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#isPulling = true;
    try {
      for (;;) {
        const { done, value } = await this.#iterator.next();
        if (done) return { done: true, value: undefined };
        const chunk = toBytes(value);
        this.numBytesDownloaded += chunk.byteLength;
        if (chunk.byteLength > 0) return { done: false, value: chunk };
      }
    } finally {
      this.#isPulling = false;
    }
  }

  #decoder(): AsyncIterator<Uint8Array> {
    if (this.#decoded === null) {
      const received = { [Symbol.asyncIterator]: () => ({ next: () => this.next() }) };
      this.#decoded = decodeStream(received, this.#contentEncoding(), this.#requestOf)[
        Symbol.asyncIterator
      ]();
    }
    return this.#decoded;
  }
}

function toBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return unshared(chunk);
  if (typeof chunk === "string") return utf8.encode(chunk);
  throw wrongResult(`A body's chunks must be Uint8Array or string, not ${kindOf(chunk)}.`);
}

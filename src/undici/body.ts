/** The body of a response of a dispatcher. */
import { Blob } from "node:buffer";
import { Readable, type ReadableOptions } from "node:stream";
import { arrayBuffer, json, text } from "node:stream/consumers";
import { notSupported } from "./errors.js";

/** A stream that is read once, piece by piece or as a whole. */
export class DispatcherBody extends Readable {
  readonly #type: string;
  /** Whether a method reads it as a whole, before the first chunk too. */
  #isConsumed = false;
  #web: ReadableStream | null = null;

  /** @internal @param type of the content; "" if the server does not say it. */
  constructor(options: ReadableOptions, type: string) {
    super(options);
    this.#type = type;
  }

  /** The same as a web stream. undici's types have no type for it. */
  get body(): never {
    return (this.#web ??= Readable.toWeb(this) as ReadableStream) as never;
  }

  get bodyUsed(): boolean {
    return this.readableDidRead;
  }

  text(): Promise<string> {
    return this.#consumed(text);
  }

  json(): Promise<unknown> {
    return this.#consumed(json);
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#consumed(arrayBuffer);
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.arrayBuffer());
  }

  async blob(): Promise<Blob> {
    return new Blob([await this.arrayBuffer()], { type: this.#type });
  }

  /** What is left of a body that was begun would pass for all of it. */
  async #consumed<Value>(read: (body: Readable) => Promise<Value>): Promise<Value> {
    if (this.#isConsumed || this.#web !== null || this.readableDidRead) {
      throw new TypeError("unusable");
    }
    this.#isConsumed = true;
    return await read(this);
  }

  /** Rejects, as in undici: forms are read by `fetch` only. */
  formData(): Promise<never> {
    return Promise.reject(notSupported("formData"));
  }

  /**
   * Reads the rest and drops it, which frees the connection; a rest that is longer than the limit ends it instead.
   * @param options `limit` in bytes, 128 KiB by default; `signal` ends the reading.
   */
  async dump({ limit = 128 * 1024, signal }: { limit?: number; signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    const abort = (): void => void this.destroy(signal!.reason as Error);
    signal?.addEventListener("abort", abort);
    try {
      let left = limit;
      for await (const chunk of this) if ((left -= (chunk as Uint8Array).byteLength) < 0) break;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }
}

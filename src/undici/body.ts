/** The body of a response of a dispatcher. */
import type { Blob } from "node:buffer";
import { Readable } from "node:stream";
import { arrayBuffer, blob, json, text } from "node:stream/consumers";
import { notSupported } from "./errors.js";

/** A stream that is read once, piece by piece or as a whole. */
export class DispatcherBody extends Readable {
  /** Never there: undici's types want it declared. */
  declare readonly body: never;

  get bodyUsed(): boolean {
    return this.readableDidRead;
  }

  text(): Promise<string> {
    return text(this);
  }

  json(): Promise<unknown> {
    return json(this);
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return arrayBuffer(this);
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await arrayBuffer(this));
  }

  blob(): Promise<Blob> {
    return blob(this);
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

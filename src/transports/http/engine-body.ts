/** A streamed body of the engine as a response reads it: with promises, and with errors of this package. */
import type { BodySource } from "../../body/read/source.js";
import type { ReceivedBody } from "../../native/received-body.js";
import { errorOf } from "./failure.js";

/** @internal */
export class EngineBody implements BodySource {
  readonly #body: ReceivedBody;

  constructor(body: ReceivedBody) {
    this.#body = body;
  }

  read(raw: boolean): Uint8Array | null | Promise<Uint8Array | null> {
    let chunk;
    try {
      chunk = this.#body.read(raw);
    } catch (reason) {
      return Promise.reject(errorOf(reason));
    }
    return chunk === undefined ? this.#readLater(raw) : chunk;
  }

  get numBytesDownloaded(): number {
    return this.#body.numBytesDownloaded;
  }

  get trailers(): string {
    return this.#body.trailers;
  }

  close(): Promise<void> {
    return this.#body.close();
  }

  async #readLater(raw: boolean): Promise<Uint8Array | null> {
    await this.#body.untilReadable();
    return this.read(raw);
  }
}

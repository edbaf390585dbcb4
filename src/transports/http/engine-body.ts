/** A streamed body of the engine as a response reads it: with promises, and with errors of this package. */
import type { BodySource } from "../../body/read/source.js";
import type { ReceivedBody } from "../../native/received-body.js";
import { now } from "../../platform/clock.js";
import { timingsOf } from "../../response/extensions.js";
import type { WireResponse } from "../../response/wire.js";
import { errorOf } from "./failure.js";

/** @internal */
export class EngineBody implements BodySource {
  readonly keepsLimits = true;
  readonly #body: ReceivedBody;
  readonly #response: WireResponse;
  readonly #receivedAt = now();

  constructor(body: ReceivedBody, response: WireResponse) {
    this.#body = body;
    this.#response = response;
  }

  read(raw: boolean, own: boolean): Uint8Array | null | Promise<Uint8Array | null> {
    let chunk;
    try {
      chunk = this.#body.read(raw, own);
    } catch (reason) {
      return Promise.reject(errorOf(reason, timingsOf(this.#response, now() - this.#receivedAt)));
    }
    return chunk === undefined ? this.#readLater(raw, own) : chunk;
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

  async #readLater(raw: boolean, own: boolean): Promise<Uint8Array | null> {
    await this.#body.untilReadable();
    return this.read(raw, own);
  }
}

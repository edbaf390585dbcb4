/** The listener of one request's interim responses. */
import { Headers } from "../../headers/headers.js";
import type { InformationalObserver, InformedExchange } from "../../native/informational.js";
import type { InformationalResponse } from "../../request/message-options.js";
import { Listener } from "../../platform/listener.js";

/** @internal */
export class Informational implements InformationalObserver {
  readonly #listener: Listener<[InformationalResponse]>;

  constructor(listener: (response: InformationalResponse) => unknown) {
    this.#listener = new Listener(listener);
  }

  informed(statusCode: number, head: string, exchange: InformedExchange): void {
    const headers = Headers.fromLines(head.slice(head.indexOf("\n") + 1));
    this.#listener.call(exchange, { statusCode, headers });
  }
}

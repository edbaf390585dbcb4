/**
 * A request's body on its way through the client of node:http. A piece is asked for when the one before it has gone as
 * far as the application's own buffer: what is under way is bounded by that of the connection.
 */
import type { ClientRequest } from "node:http";
import type { Connection } from "./connection.js";
import type { AppExchange } from "./exchange.js";
import type { UploadBody } from "./upload.js";

/** @internal */
export function writeUpload(
  exchange: AppExchange,
  request: ClientRequest,
  client: Connection,
  upload: UploadBody,
): void {
  if (upload === null || upload instanceof Uint8Array) {
    if (upload === null) request.end();
    else request.end(upload);
    exchange.sent();
    return;
  }
  exchange.whenOver(() => void upload.return(undefined).catch(() => undefined));
  new Pump(exchange, request, client).run(upload).catch((error: unknown) => exchange.fail(error));
}

class Pump {
  readonly #exchange: AppExchange;
  readonly #request: ClientRequest;
  readonly #client: Connection;
  #drained: (() => void) | null = null;

  constructor(exchange: AppExchange, request: ClientRequest, client: Connection) {
    this.#exchange = exchange;
    this.#request = request;
    this.#client = client;
    const go = (): void => this.#drained?.();
    request.on("drain", go);
    client.on("drain", go);
    exchange.whenOver(go);
  }

  async run(pieces: AsyncGenerator<Uint8Array>): Promise<void> {
    const exchange = this.#exchange;
    for await (const piece of pieces) {
      if (exchange.isOver) return;
      if (this.#write(piece)) continue;
      if (exchange.phase === "headers") exchange.awaits("write");
      await this.#untilDrained();
      if (exchange.phase === "headers") exchange.awaits(null);
    }
    if (exchange.isOver) return;
    this.#request.end();
    exchange.sent();
  }

  /** Whether there is room for more. The request of Bun never says no, but the connection below it does. */
  #write(piece: Uint8Array): boolean {
    return this.#request.write(piece) && !this.#client.writableNeedDrain;
  }

  #untilDrained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }
}

/**
 * A request's body on its way through the client of node:http. It pulls a piece when the previous one has reached the
 * application's own buffer, so the connection's buffer bounds the data in transit.
 */
import type { ClientRequest } from "node:http";
import { PIECE, inPieces } from "../../body/encode/pieces.js";
import type { Headers } from "../../headers/headers.js";
import type { AppExchange } from "./exchange.js";
import { trailersAfter, whenWanted } from "./message.js";
import type { UploadBody } from "./upload.js";

/** @internal */
export function writeUpload(exchange: AppExchange, request: ClientRequest, upload: UploadBody): void {
  if (upload === null) write(exchange, request, upload);
  else whenWanted(exchange, request, () => write(exchange, request, upload));
}

function write(exchange: AppExchange, request: ClientRequest, upload: UploadBody): void {
  const trailers = trailersAfter(exchange);
  // larger bodies are passed on in parts, as over a network: the application may not read them
  const isShort = upload === null || (upload instanceof Uint8Array && upload.byteLength <= PIECE);
  if (isShort && trailers === null) {
    request.end(upload ?? undefined);
    exchange.sent();
    return;
  }
  const pieces = upload === null || upload instanceof Uint8Array ? piecesOf(upload) : upload;
  exchange.whenOver(() => void pieces.return(undefined).catch(() => undefined));
  new Pump(exchange, request).run(pieces, trailers).catch((error: unknown) => exchange.fail(error));
}

async function* piecesOf(bytes: Uint8Array | null): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes !== null) yield* inPieces(bytes);
}

class Pump {
  readonly #exchange: AppExchange;
  readonly #request: ClientRequest;
  #drained: (() => void) | null = null;

  constructor(exchange: AppExchange, request: ClientRequest) {
    this.#exchange = exchange;
    this.#request = request;
    const go = (): void => this.#drained?.();
    request.on("drain", go);
    exchange.whenOver(go);
  }

  async run(pieces: AsyncIterable<Uint8Array>, trailers: (() => Promise<Headers>) | null): Promise<void> {
    const exchange = this.#exchange;
    for await (const piece of pieces) {
      if (exchange.isOver) return;
      if (this.#request.write(piece)) continue;
      if (exchange.phase === "headers") exchange.awaits("write");
      await this.#untilDrained();
      if (exchange.phase === "headers") exchange.awaits(null);
    }
    if (trailers !== null) this.#request.addTrailers([...(await trailers()).raw]);
    if (exchange.isOver) return;
    this.#request.end();
    exchange.sent();
  }

  #untilDrained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }
}

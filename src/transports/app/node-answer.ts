/** The response as the client of node:http receives it, readable as a body. */
import type { IncomingMessage } from "node:http";
import type { WireResponse } from "../../response/wire.js";
import type { BodySource } from "../../body/read/source.js";
import { UpgradedBody } from "../../response/upgraded-body.js";
import { AppBody } from "./body.js";
import type { Connection } from "./connection.js";
import type { AppExchange } from "./exchange.js";
import { CUT_SHORT } from "./failure.js";
import { AppNetworkStream } from "./network-stream.js";

/** `close` is called after its end. @internal */
export function answerOf(exchange: AppExchange, response: IncomingMessage, close: () => void): WireResponse {
  // The reader gets its errors; there may be no reader.
  response.on("error", () => undefined);
  exchange.whenFailed(() => response.destroy());
  const source = new AppBody(exchange, {
    pieces: piecesOf(exchange, response, close),
    coding: response.headers["content-encoding"] ?? null,
    trailers: () => pairLines(response.rawTrailers),
  });
  return wireOf(exchange, response, source);
}

/** The response of an application that has switched protocols on its connection. @internal */
export function switchedAnswer(
  exchange: AppExchange,
  response: IncomingMessage,
  connection: Connection,
  early: Uint8Array,
): WireResponse {
  const source = new UpgradedBody(new AppNetworkStream(connection, exchange, early));
  return wireOf(exchange, response, source);
}

function wireOf(exchange: AppExchange, response: IncomingMessage, source: BodySource): WireResponse {
  const { rawHeaders, httpVersion, statusCode = 0, statusMessage = "" } = response;
  return {
    statusCode,
    setsCookies: response.headers["set-cookie"] !== undefined,
    head: `HTTP/${httpVersion} ${statusCode} ${statusMessage}\r\n${pairLines(rawHeaders)}`,
    request: exchange.request,
    content: null,
    source,
    numBytesDownloaded: 0,
    startedAt: exchange.startedAt,
  };
}

async function* piecesOf(
  exchange: AppExchange,
  response: IncomingMessage,
  close: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const piece of response) yield piece as Uint8Array;
  } catch {
    // However it broke off, another reason says more.
    exchange.failWith(CUT_SHORT);
    throw exchange.failure?.reason;
  }
  exchange.complete();
  close();
}

function pairLines(raw: readonly string[]): string {
  let lines = "";
  for (let index = 0; index + 1 < raw.length; index += 2) lines += `${raw[index]}: ${raw[index + 1]}\r\n`;
  return lines;
}

/** The response of a fetch handler: validated, and readable. */
import { unshared } from "../../platform/unshared.js";
import { wrongResult } from "../../platform/argument-error.js";
import { kindOf } from "../../platform/record.js";
import { codes } from "../../response/status-codes.js";
import type { WireResponse } from "../../response/wire.js";
import { AppBody } from "./body.js";
import { blamesClient } from "./callable.js";
import type { AppExchange } from "./exchange.js";
import { CUT_SHORT } from "./failure.js";

/** @internal */
export function wireOf(exchange: AppExchange, response: globalThis.Response): WireResponse {
  exchange.answered();
  const { status, headers } = response;
  const isHead = exchange.request.method === "HEAD";
  const body = isHead ? null : response.body;
  if (isHead) void response.body?.cancel().catch(() => undefined);
  const reader = body?.getReader() ?? null;
  const phrase = response.statusText || codes.getReasonPhrase(status);
  let lines = "";
  for (const [name, value] of headers) lines += `${name}: ${value}\r\n`;
  if (reader !== null) exchange.whenFailed((reason) => void reader.cancel(reason).catch(() => undefined));
  else exchange.complete();
  return {
    statusCode: status,
    setsCookies: headers.has("set-cookie"),
    head: `HTTP/1.1 ${status} ${phrase}\r\n${lines}`,
    request: exchange.request,
    content: reader === null ? new Uint8Array(0) : null,
    source:
      reader === null
        ? null
        : new AppBody(exchange, {
            pieces: piecesOf(exchange, reader),
            coding: headers.get("content-encoding"),
            trailers: () => "",
          }),
    numBytesDownloaded: 0,
    startedAt: exchange.startedAt,
  };
}

async function* piecesOf(
  exchange: AppExchange,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array | string, void, undefined> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield checkPiece(value);
    }
  } catch (error) {
    if (exchange.raisesAppExceptions && !blamesClient(error)) exchange.fail(error);
    else exchange.failWith(CUT_SHORT);
    throw exchange.failure?.reason ?? error;
  }
  exchange.complete();
}

/** A response that no server would send is a mistake in the application. @internal */
export function checkAnswer(answer: unknown): globalThis.Response {
  if (!isResponse(answer)) {
    throw wrongResult(
      `The application was called as a fetch handler, but returned ${kindOf(answer)} ` +
        "instead of a Response: use AppTransport.node(listener) for a request listener of Node.js.",
    );
  }
  if (answer.status === 0) throw wrongResult("The application returned Response.error().");
  if (answer.bodyUsed || answer.body?.locked === true) {
    throw wrongResult("The application returned a Response whose body is read already.");
  }
  return answer;
}

function checkPiece(piece: unknown): Uint8Array | string {
  if (typeof piece === "string") return piece;
  if (piece instanceof Uint8Array) return unshared(piece);
  throw wrongResult(
    `The body of an application's Response must consist of Uint8Array, not ${kindOf(piece)}.`,
  );
}

/** By its shape, because frameworks have classes of their own. */
function isResponse(value: unknown): value is globalThis.Response {
  if (typeof value !== "object" || value === null) return false;
  const { status, headers } = value as { status?: unknown; headers?: unknown };
  return (
    typeof status === "number" &&
    typeof headers === "object" &&
    headers !== null &&
    Symbol.iterator in headers
  );
}

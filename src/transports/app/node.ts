/**
 * Calls into applications that are written for node:http.
 *
 * Both sides of the exchange are the platform's own: a real `http.Server` and the client of node:http, with a connection
 * in memory between them. So framing, trailers, interim answers, HEAD, backpressure, early answers and aborted requests
 * are what they are over a socket. light-my-request, which Fastify's `inject` is made of, makes a request and a response
 * object by hand instead: it knows neither aborts nor interim answers, does not hold back an application that writes
 * faster than it is read, and changes the prototypes of Express.
 */
import {
  type ClientRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
  createServer,
  request as sendRequest,
} from "node:http";
import type { WireResponse } from "../../response/wire.js";
import type { AppSettings, Callable } from "./callable.js";
import { AppBody } from "./body.js";
import { type Connection, connect } from "./connection.js";
import type { AppExchange } from "./exchange.js";
import { CUT_SHORT, type Failure, HEAD_TOO_LARGE, NO_ANSWER, UPGRADED, invalidResponse } from "./failure.js";
import type { NodeListener } from "./kinds.js";
import { NodeServer } from "./node-server.js";
import { writeUpload } from "./node-upload.js";
import { uploadOf } from "./upload.js";

/** The head of an answer may be as large as the engine allows. */
const MAX_HEAD_BYTES = 100 * 1024;
/** Methods for which node:http does not take a body for granted. */
const WITHOUT_BODY = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

interface Settle {
  resolve(response: WireResponse): void;
  reject(reason: unknown): void;
}

/** @internal An application behind a server of node:http. */
export class NodeApp implements Callable {
  readonly #server: NodeServer;
  readonly #client: AppSettings["client"];
  /** Connections on which there was an answer, and the application is not through with it yet. */
  readonly #lingering = new Set<Connection>();

  constructor(server: Server, { rootPath, client }: AppSettings, given: NodeListener | null = null) {
    this.#server = new NodeServer(server, rootPath, given);
    this.#client = client;
  }

  call(exchange: AppExchange): Promise<WireResponse> {
    const { target } = exchange.request;
    const isEncrypted = target.scheme === "https";
    const [remoteAddress, remotePort] = this.#client;
    const { client, server } = connect({
      localAddress: remoteAddress.includes(":") ? "::1" : "127.0.0.1",
      localPort: target.port ?? (isEncrypted ? 443 : 80),
      remoteAddress,
      remotePort,
      encrypted: isEncrypted,
    });
    return new Promise((resolve, reject) => {
      // Let go of when it is used: a promise keeps its value, and nothing here may keep the body from being collected.
      let call: Settle | null = { resolve, reject };
      exchange.whenFailed((reason) => {
        call?.reject(reason);
        client.destroy();
      });
      // refuses a body that was sent before, or is not as long as its head says, while nothing is under way
      const upload = uploadOf(exchange);
      const request = this.#send(exchange, client);
      this.#server.accept(server, exchange);
      request.once("response", (response: IncomingMessage) => {
        exchange.answered();
        call?.resolve(answerOf(exchange, response, () => this.#closeAnswered(client, server)));
        call = null;
      });
      writeUpload(exchange, request, upload);
    });
  }

  /** Ends what applications are not through with. */
  async stop(): Promise<void> {
    for (const connection of this.#lingering) connection.destroy();
  }

  /** Not before the application is through: it would take the client for gone. */
  #closeAnswered(client: Connection, server: Connection): void {
    this.#lingering.add(client);
    client.once("close", () => this.#lingering.delete(client));
    this.#server.whenAnswered(server, () => setImmediate(() => client.destroy()));
  }

  #send(exchange: AppExchange, client: Connection): ClientRequest {
    const { method, target } = exchange.request;
    const request = sendRequest({
      createConnection: () => client,
      setHost: false,
      method,
      path: target.path,
      headers: headerLines(exchange) as unknown as readonly string[],
      maxHeaderSize: MAX_HEAD_BYTES,
    });
    // it would else close the connection at the end of the answer
    request.shouldKeepAlive = !/\bclose\b/i.test(exchange.request.headers.get("connection") ?? "");
    // by default, node:http leaves out those that are too many
    request.maxHeadersCount = 0;
    let answer: IncomingMessage | null = null;
    request.once("response", (response: IncomingMessage) => (answer = response));
    request.on("error", (error: NodeJS.ErrnoException) => {
      // what comes behind the end of the answer is none of it
      if (answer?.complete !== true) exchange.failWith(failureOfClient(error));
    });
    request.on("information", () => exchange.interim());
    const upgraded = (): void => exchange.failWith(UPGRADED);
    return request.once("upgrade", upgraded).once("connect", upgraded);
  }
}

/** @internal */
export function listenerApp(listener: NodeListener, settings: AppSettings): NodeApp {
  return new NodeApp(createServer(listener as RequestListener), settings, listener);
}

function failureOfClient({ code, message }: NodeJS.ErrnoException): Failure {
  if (code === "ECONNRESET" || code === "EPIPE") return NO_ANSWER;
  return code === "HPE_HEADER_OVERFLOW" ? HEAD_TOO_LARGE : invalidResponse(message);
}

/** In the order and case in which they would go on the wire. */
function headerLines({ request: { headers, method, body } }: AppExchange): [string, string][] {
  const lines = [...headers.raw];
  const isFramed = headers.has("content-length") || headers.has("transfer-encoding");
  // node:http would announce a chunked body, and frameworks would wait for it
  if (!isFramed && body.kind === "empty" && !WITHOUT_BODY.has(method)) lines.push(["Content-Length", "0"]);
  return lines;
}

function answerOf(exchange: AppExchange, response: IncomingMessage, close: () => void): WireResponse {
  const { rawHeaders, httpVersion, statusCode = 0, statusMessage = "" } = response;
  // what it fails with is told to the reader; nobody may be reading
  response.on("error", () => undefined);
  exchange.whenFailed(() => response.destroy());
  const lines = pairLines(rawHeaders);
  const source = new AppBody(exchange, {
    pieces: piecesOf(exchange, response, close),
    coding: response.headers["content-encoding"] ?? null,
    trailers: () => pairLines(response.rawTrailers),
  });
  return {
    statusCode,
    setsCookies: response.headers["set-cookie"] !== undefined,
    head: `HTTP/${httpVersion} ${statusCode} ${statusMessage}\r\n${lines}`,
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
    // however it broke off, there is a reason that says more
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

/**
 * Calls to applications written for node:http.
 *
 * Both sides of the exchange are the platform's own: a real `http.Server` and the client of node:http, with a connection
 * in memory between them. So framing, trailers, interim responses, HEAD, backpressure, early responses and aborted
 * requests behave as over a socket. light-my-request, the basis of Fastify's `inject`, makes request and response objects
 * by hand instead: it supports neither aborts nor interim responses, has no backpressure, and changes the prototypes of
 * Express.
 */
import { type IncomingMessage, type RequestListener, type Server, createServer } from "node:http";
import { nextTurn } from "../../platform/clock.js";
import type { WireResponse } from "../../response/wire.js";
import { type AppSettings, type Callable, familyOf } from "./callable.js";
import { type Connection, connect } from "./connection.js";
import type { AppExchange } from "./exchange.js";
import type { NodeListener } from "./kinds.js";
import { answerOf, switchedAnswer } from "./node-answer.js";
import { requestOn, whenUpgraded } from "./node-request.js";
import { InProcessServer } from "./node-server.js";
import { writeUpload } from "./node-upload.js";
import { uploadOf } from "./upload.js";

interface Settle {
  resolve(response: WireResponse): void;
  reject(reason: unknown): void;
}

/** @internal An application behind a server of node:http. */
export class NodeApp implements Callable {
  readonly #server: InProcessServer;
  readonly #client: AppSettings["client"];
  /** Connections with a response that the application has not finished. */
  readonly #lingering = new Set<Connection>();

  constructor(server: Server, { rootPath, client }: AppSettings, given: NodeListener | null = null) {
    this.#server = new InProcessServer(server, rootPath, given);
    this.#client = client;
  }

  call(exchange: AppExchange): Promise<WireResponse> {
    const { parsedURL } = exchange.request;
    const isEncrypted = parsedURL.scheme === "https";
    const [remoteAddress, remotePort] = this.#client;
    const { client, server } = connect({
      localAddress: familyOf(remoteAddress) === "IPv6" ? "::1" : "127.0.0.1",
      localPort: parsedURL.port ?? (isEncrypted ? 443 : 80),
      remoteAddress,
      remotePort,
      encrypted: isEncrypted,
    });
    return new Promise((resolve, reject) => {
      // Released when used: a promise keeps its value, and nothing here may keep the body from being collected.
      let call: Settle | null = { resolve, reject };
      exchange.whenFailed((reason) => {
        call?.reject(reason);
        client.destroy();
      });
      // Refuses a body that was sent before or contradicts its length, before anything is in transit.
      const upload = uploadOf(exchange);
      const request = requestOn(client, exchange);
      this.#server.accept(server, exchange);
      request.once("response", (response: IncomingMessage) => {
        exchange.answered();
        call?.resolve(answerOf(exchange, response, () => this.#closeAnswered(client, server)));
        call = null;
      });
      whenUpgraded(request, exchange, (response, early) => {
        exchange.upgraded();
        call?.resolve(switchedAnswer(exchange, response, client, early));
        call = null;
      });
      writeUpload(exchange, request, upload);
    });
  }

  /** Ends the connections that applications have not finished. */
  async stop(): Promise<void> {
    for (const connection of this.#lingering) connection.destroy();
  }

  /** Not before the application has finished: it would see its client disconnect. */
  #closeAnswered(client: Connection, server: Connection): void {
    this.#lingering.add(client);
    client.once("close", () => this.#lingering.delete(client));
    this.#server.whenAnswered(server, () => void nextTurn().then(() => client.destroy()));
  }
}

/** @internal */
export function listenerApp(listener: NodeListener, settings: AppSettings): NodeApp {
  return new NodeApp(createServer(listener as RequestListener), settings, listener);
}

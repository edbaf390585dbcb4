/**
 * A server of node:http that gets connections without a network, and its application's exceptions.
 *
 * The connection is passed to a view of the server: an object that inherits all settings, listeners and limits from it,
 * but has its own `emit`, which node:http calls with each request. So requests of this connection pass through here,
 * those over a socket do not, and the server itself is unchanged.
 */
import { wrongType } from "../../platform/argument-error.js";
import { isResponseOfFetch } from "../../platform/record.js";
import { isThenable } from "../../platform/thenable.js";
import { EventEmitter } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { blamesClient } from "./callable.js";
import type { Connection } from "./connection.js";
import type { AppExchange } from "./exchange.js";
import { finalHandler, isFramework } from "./final-handler.js";
import type { NodeListener } from "./kinds.js";
import { mountedPath } from "./root-path.js";

/** A request of node:http, with the frameworks' extensions. */
type MountedMessage = IncomingMessage & { originalUrl?: string; baseUrl?: string };

/** The arguments with which node:http passes on a request. */
const HANDS_OVER = new Set<string | symbol>(["request", "checkContinue", "checkExpectation"]);

/** The exchange of a connection. */
const exchanges = new WeakMap<object, AppExchange>();

/** @internal The exchange of a request; undefined if it came over a network. */
export function exchangeOf(request: IncomingMessage): AppExchange | undefined {
  return exchanges.get(request.socket);
}

/** @internal */
export class InProcessServer {
  readonly #server: Server;
  readonly #rootPath: string;
  readonly #view: Server;
  /** Bare middleware, which needs a `next`. */
  readonly #middleware: NodeListener | null;
  /** The current response of a connection. */
  readonly #responses = new WeakMap<object, ServerResponse>();

  /** `given`: the caller's listener, if the caller gave no server. */
  constructor(server: Server, rootPath: string, given: NodeListener | null) {
    this.#server = server;
    this.#rootPath = rootPath;
    this.#middleware = given !== null && given.length === 3 && !isFramework(given) ? given : null;
    this.#view = Object.create(server, {
      emit: { value: (event: string | symbol, ...args: unknown[]) => this.#emit(event, args) },
    }) as Server;
  }

  /** Makes the server serve the other end. */
  accept(connection: Connection, exchange: AppExchange): void {
    exchanges.set(connection, exchange);
    connection.broken = (error) => {
      if (isApplications(error)) this.#failed(error, exchange, this.#responses.get(connection));
    };
    // A server of node:https expects TLS from the network: it would wait for a handshake.
    const event = "setSecureContext" in this.#server ? "secureConnection" : "connection";
    Reflect.apply(EventEmitter.prototype.emit, this.#view, [event, connection]);
  }

  /** Calls `then` when the application has finished its response on this connection. */
  whenAnswered(connection: Connection, then: () => void): void {
    const response = this.#responses.get(connection);
    if (response === undefined || response.writableFinished || response.destroyed) return then();
    response.once("finish", then).once("close", then);
  }

  #emit(event: string | symbol, args: unknown[]): boolean {
    if (event === "upgrade" || event === "connect") this.#mount(args[0] as MountedMessage);
    if (!HANDS_OVER.has(event)) return Reflect.apply(this.#server.emit, this.#server, [event, ...args]);
    const [request, response] = args as [MountedMessage, ServerResponse];
    const exchange = exchangeOf(request);
    if (exchange === undefined) return false;
    this.#responses.set(request.socket, response);
    response.on("pipe", (source: Readable) => this.#watch(source, response, exchange));
    this.#mount(request);
    // `rawListeners`, so that a listener added with `once` is removed.
    const listeners = this.#server.rawListeners(event) as NodeListener[];
    for (const listener of listeners) this.#call(listener, request, response, exchange);
    return listeners.length > 0;
  }

  /** As in Express; Connect and Fastify do the same. */
  #mount(request: MountedMessage): void {
    const rootPath = this.#rootPath;
    if (rootPath === "") return;
    const { inner, full } = mountedPath(rootPath, request.url ?? "/");
    request.originalUrl = full;
    request.baseUrl = rootPath;
    request.url = inner;
  }

  #call(
    listener: NodeListener,
    request: IncomingMessage,
    response: ServerResponse,
    exchange: AppExchange,
  ): void {
    const failed = (error: unknown): void => this.#failed(error, exchange, response);
    try {
      const args: unknown[] = [request, response];
      if (isFramework(listener) ? exchange.raisesAppExceptions : listener === this.#middleware) {
        args.push(finalHandler(listener, request, response, failed));
      }
      const returned: unknown = Reflect.apply(listener, this.#server, args);
      if (isThenable(returned)) returned.then(checkReturned, failed);
      else checkReturned(returned);
    } catch (error) {
      failed(error);
    }

    function checkReturned(value: unknown): void {
      if (isResponseOfFetch(value) && !response.headersSent) failed(wrongType(RETURNED_RESPONSE));
    }
  }

  /** A stream that fails after the head was sent passes on its error; frameworks only truncate the response. */
  #watch(source: Readable, response: ServerResponse, exchange: AppExchange): void {
    source.prependListener("error", (error: unknown) => {
      const isAlone = source.listenerCount("error") === 1;
      if (isAlone || (exchange.raisesAppExceptions && response.headersSent))
        this.#failed(error, exchange, response);
    });
  }

  #failed(error: unknown, exchange: AppExchange, response: ServerResponse | undefined): void {
    if (exchange.raisesAppExceptions) exchange.fail(error);
    else if (response !== undefined && !response.headersSent) serverError(response);
    else response?.destroy();
  }
}

const RETURNED_RESPONSE =
  "The application was called as a request listener, because it declares two parameters, but it returned a Response: " +
  "use AppTransport.fetch(handler) for a fetch handler.";

/** The response of a listener without a framework to an exception; it shows nothing of it. */
function serverError(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  const phrase = "Internal Server Error";
  const headers = { "Content-Type": "text/plain; charset=utf-8", "Content-Length": phrase.length };
  response.writeHead(500, phrase, headers).end(phrase);
}

/** False for errors with which node:http destroys a connection without the application's fault. */
function isApplications(error: unknown): boolean {
  if (blamesClient(error)) return false;
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code !== "string" || !/^(HPE_|ERR_HTTP_REQUEST_TIMEOUT|ECONNRESET)/.test(code);
}

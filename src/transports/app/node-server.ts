/**
 * A server of node:http that gets connections without a network, and its application's exceptions.
 *
 * The connection is handed to a view of the server: an object that inherits everything from it, settings, listeners and
 * limits, but has its own `emit`, through which node:http hands over each request. So requests of this connection pass
 * through here, and those over a socket do not; the server itself is not touched.
 */
import { EventEmitter } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { blamesClient } from "./callable.js";
import type { Connection } from "./connection.js";
import type { AppExchange } from "./exchange.js";
import { finalHandler, isFramework } from "./final-handler.js";
import type { NodeListener } from "./kinds.js";
import { mountedPath } from "./root-path.js";

/** A request of node:http as frameworks have extended it. */
type MountedMessage = IncomingMessage & { originalUrl?: string; baseUrl?: string };

/** With which node:http hands over a request. */
const HANDS_OVER = new Set<string | symbol>(["request", "checkContinue", "checkExpectation"]);

/** The exchange that a connection was made for. */
const exchanges = new WeakMap<object, AppExchange>();

/** @internal Whose request it is; undefined if it came over a network. */
export function exchangeOf(request: IncomingMessage): AppExchange | undefined {
  return exchanges.get(request.socket);
}

/** @internal */
export class NodeServer {
  readonly #server: Server;
  readonly #rootPath: string;
  readonly #view: Server;
  /** Bare middleware, which could not do without `next`. */
  readonly #middleware: NodeListener | null;
  /** The answer under way on a connection. */
  readonly #responses = new WeakMap<object, ServerResponse>();

  /** `given`: the listener that the caller gave, if it was no server. */
  constructor(server: Server, rootPath: string, given: NodeListener | null) {
    this.#server = server;
    this.#rootPath = rootPath;
    this.#middleware = given !== null && given.length === 3 && !isFramework(given) ? given : null;
    this.#view = Object.create(server, {
      emit: { value: (event: string | symbol, ...args: unknown[]) => this.#emit(event, args) },
    }) as Server;
  }

  /** Has the server serve the other end. */
  accept(connection: Connection, exchange: AppExchange): void {
    exchanges.set(connection, exchange);
    connection.broken = (error) => {
      if (isApplications(error)) this.#failed(error, exchange, this.#responses.get(connection));
    };
    // TLS is between the network and a server of node:https: it would wait for a handshake.
    const event = "setSecureContext" in this.#server ? "secureConnection" : "connection";
    Reflect.apply(EventEmitter.prototype.emit, this.#view, [event, connection]);
  }

  /** Calls `then` when the application is through with its answer on this connection. */
  whenAnswered(connection: Connection, then: () => void): void {
    const response = this.#responses.get(connection);
    if (response === undefined || response.writableFinished || response.destroyed) return then();
    response.once("finish", then).once("close", then);
  }

  #emit(event: string | symbol, args: unknown[]): boolean {
    if (!HANDS_OVER.has(event)) return Reflect.apply(this.#server.emit, this.#server, [event, ...args]);
    const [request, response] = args as [MountedMessage, ServerResponse];
    const exchange = exchangeOf(request);
    if (exchange === undefined) return false;
    this.#responses.set(request.socket, response);
    response.on("pipe", (source: Readable) => this.#watch(source, response, exchange));
    this.#mount(request);
    // `rawListeners`, so that one that was added with `once` is removed
    const listeners = this.#server.rawListeners(event) as NodeListener[];
    for (const listener of listeners) this.#call(listener, request, response, exchange);
    return listeners.length > 0;
  }

  /** In the way of Express, which Connect and Fastify follow. */
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
      if (value instanceof globalThis.Response && !response.headersSent)
        failed(new TypeError(RETURNED_RESPONSE));
    }
  }

  /** A stream that fails after the head was sent takes its error along; frameworks only cut the answer short. */
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

/** What a listener without a framework answers for an exception: nothing of it. */
function serverError(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  const phrase = "Internal Server Error";
  const headers = { "Content-Type": "text/plain; charset=utf-8", "Content-Length": phrase.length };
  response.writeHead(500, phrase, headers).end(phrase);
}

/** node:http destroys a connection too, for what is no fault of the application. */
function isApplications(error: unknown): boolean {
  if (blamesClient(error)) return false;
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code !== "string" || !/^(HPE_|ERR_HTTP_REQUEST_TIMEOUT|ECONNRESET)/.test(code);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/**
 * Calls to a web application in this process, without a network. Everything above works as for any transport; the HTTP
 * below is the platform's own: node:http for listeners and servers, `Request` and `Response` for fetch handlers. Nothing
 * is buffered: readers pull both bodies, so a response may be endless.
 */
import { isNoRecord } from "../../platform/no-record.js";
import { surplusArgument, wrongType } from "../../platform/argument-error.js";
import { kindOf } from "../../platform/record.js";
import { coded } from "../../errors/coded.js";
import { type OptionList, checkOptions, optionList } from "../../config/options.js";
import { aBoolean, quoted } from "../../config/value-checks.js";
import { aboutRequest } from "../../errors/about-request.js";
import { withCallersStack } from "../../errors/callers-stack.js";
import type { Request } from "../../request/request.js";
import { Response } from "../../response/response.js";
import { unsupportedProtocol } from "../../url/unsupported-protocol.js";
import type { AppSettings, Callable } from "./callable.js";
import { AppExchange } from "./exchange.js";
import { type App, type FetchHandler, type KnownApp, type NodeListener, recognise } from "./kinds.js";
import { checkRootPath } from "./root-path.js";
import { type AsyncTransport, type TransportOptions, keepsLimits } from "../transport.js";

export type {
  App,
  FastifyLike,
  FetchApp,
  FetchContext,
  FetchHandler,
  FetchInfo,
  KoaLike,
  NodeListener,
} from "./kinds.js";

/** How an {@link AppTransport} calls its application. */
export interface AppTransportOptions {
  /**
   * Whether an exception of the application rejects the call, or the reading of a body that has begun. With `false` the
   * call gets a response with status 500 instead, the framework's own where there is one. An exception whose status
   * (400 to 499) blames the client is always a response. @default true
   */
  raiseAppExceptions?: boolean | undefined;
  /**
   * The path at which the application is mounted. Requests below it reach the application without the prefix, other
   * requests unchanged; `req.baseUrl` and `req.originalUrl` reflect it. @default ""
   */
  rootPath?: string | undefined;
  /** Address and port of the client, as the application sees them. @default ["127.0.0.1", 123] */
  client?: readonly [address: string, port: number] | undefined;
}

const appOptions: OptionList = optionList<AppTransportOptions>(
  "an AppTransport",
  { raiseAppExceptions: aBoolean, rootPath: null, client: null },
  {
    advice: {
      base: "did you mean rootPath",
      basePath: "did you mean rootPath",
      prefix: "did you mean rootPath",
      remoteAddress: "did you mean client: [address, port]",
    },
  },
);
const NO_OPTIONS: TransportOptions = Object.freeze({});

/**
 * Sends requests to a web application instead of a network: to an Express, Connect, Koa or Fastify application, any
 * request listener or server of Node.js, or a fetch handler (Hono, Elysia, exports for Workers, Deno and Bun).
 *
 * A bare function with two or more declared parameters is a request listener, any other one a fetch handler;
 * {@link AppTransport.node} and {@link AppTransport.fetch} state the kind explicitly.
 *
 * @example
 * const transport = new AppTransport(app, { client: ["1.2.3.4", 123] });
 * const client = new AsyncClient({ transport, baseUrl: "http://testserver" });
 */
export class AppTransport implements AsyncTransport {
  static {
    isNoRecord(this, "give it to a client as transport");
  }

  /** @internal */
  readonly [keepsLimits] = true;
  readonly #known: KnownApp;
  readonly #settings: AppSettings;
  readonly #underWay = new Set<AppExchange>();
  #app: Promise<Callable> | null = null;
  #closing: Promise<void> | null = null;

  /** @throws TypeError, RangeError for an unsupported application or an invalid option. */
  constructor(app: App, options?: AppTransportOptions);
  /** @internal */
  constructor(app: KnownApp, options: AppTransportOptions | undefined, known: true);
  constructor(app: App | KnownApp, options: AppTransportOptions = {}, known?: true) {
    if (arguments.length > 2 && known !== true)
      throw surplusArgument("AppTransport", "an application and options");
    this.#settings = settingsOf(options);
    this.#known = known === true ? (app as KnownApp) : recognise(app as App);
  }

  /** Calls a request listener of Node.js, with any number of declared parameters. */
  static node(listener: NodeListener, options?: AppTransportOptions): AppTransport {
    return new AppTransport({ kind: "listener", app: checkFunction(listener) }, options, true);
  }

  /** Calls a fetch handler, with any number of declared parameters. */
  static fetch(handler: FetchHandler, options?: AppTransportOptions): AppTransport {
    return new AppTransport({ kind: "handler", app: checkFunction(handler) }, options, true);
  }

  async handleAsyncRequest(request: Request, options: TransportOptions = NO_OPTIONS): Promise<Response> {
    const { signal = null, timeout = request.timeout } = options;
    const { scheme } = request.parsedURL;
    if (scheme !== "http" && scheme !== "https") throw aboutRequest(unsupportedProtocol(scheme), request);
    signal?.throwIfAborted();
    if (this.#closing !== null) throw coded("ERR_CLIENT_CLOSED", new Error("The transport has been closed."));
    const { raiseAppExceptions: raisesAppExceptions } = this.#settings;
    return await this.#call(new AppExchange(request, { raisesAppExceptions, timeout, signal }));
  }

  /** Ends running requests, and closes what this transport started for the application. */
  aclose(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #call(exchange: AppExchange): Promise<Response> {
    this.#underWay.add(exchange);
    exchange.whenOver(() => this.#underWay.delete(exchange));
    try {
      const app = await exchange.until(this.#opened());
      exchange.begin();
      return Response.fromWire(await app.call(exchange));
    } catch (error) {
      exchange.fail(error);
      throw withCallersStack(exchange.failure?.reason ?? error);
    }
  }

  /** On the first request; after a failure, on the next one. */
  #opened(): Promise<Callable> {
    this.#app ??= this.#open().catch((error: unknown) => {
      this.#app = null;
      throw error;
    });
    return this.#app;
  }

  /** Loaded on demand: the code that calls applications imports node:http. */
  async #open(): Promise<Callable> {
    const { callable } = await import("./open.js");
    const app = await callable(this.#known, this.#settings);
    await app.start?.();
    return app;
  }

  async #close(): Promise<void> {
    for (const exchange of this.#underWay) exchange.clientClosed();
    const app = await this.#app?.catch(() => null);
    await app?.stop?.();
  }
}

function settingsOf(options: AppTransportOptions): AppSettings {
  checkOptions(options, appOptions);
  const { raiseAppExceptions = true, rootPath = "", client = ["127.0.0.1", 123] } = options;
  if (!isAddress(client)) throw wrongType(`client must be an address and a port, not ${quoted(client)}.`);
  const [address, port] = client;
  return { raiseAppExceptions, rootPath: checkRootPath(rootPath), client: [address, port] };
}

function checkFunction<F>(app: F): F {
  if (typeof app === "function") return app;
  throw wrongType(`app must be a function here, not ${kindOf(app)}.`);
}

function isAddress(client: unknown): client is readonly [address: string, port: number] {
  if (!Array.isArray(client)) return false;
  const [address, port] = client as [unknown, number];
  return typeof address === "string" && Number.isInteger(port) && port >= 0 && port <= 65_535;
}

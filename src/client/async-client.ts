/**
 * The client: its verbs, and the two paths of a request: straight to the transport, or through the middleware.
 *
 * Most calls are a plain `client.get(url)`, so its path allocates nothing the caller did not ask for: no URL object, no
 * headers object, and no promise except the transport's own.
 */
import { hideFramesBetween } from "../platform/own-frames.js";
import { surplusArgument, wrongType } from "../platform/argument-error.js";
import type { Auth } from "../auth/auth.js";
import { coerceAuth } from "../auth/coerce.js";
import { checkOptions } from "../config/options.js";
import { aboutRequest } from "../errors/about-request.js";
import {
  callForCaller,
  followedByCaller,
  forCaller,
  fromCallersLine,
  withCallersStack,
  withCallersStackOfCall,
} from "../errors/callers-stack.js";
import { coded } from "../errors/coded.js";
import { isObserved } from "../middleware/diagnostics.js";
import { hasHooks } from "../middleware/event-hooks.js";
import { finish, finishRedirect } from "../middleware/finish.js";
import type { Call, Send } from "../middleware/middleware.js";
import { hasProgress } from "../middleware/progress.js";
import { inheritedAuth } from "../middleware/signature.js";
import { retries } from "../middleware/retries.js";
import { singleRequest } from "../middleware/single-request.js";
import { middlewareOf } from "../middleware/stack.js";
import { raceAbort } from "../platform/abort.js";
import { adoptSignal } from "../platform/adopt-signal.js";
import { nextTurn, now } from "../platform/clock.js";
import { Request, type URLTypes } from "../request/request.js";
import { Response } from "../response/response.js";
import type { WireResponse } from "../response/wire.js";
import { type PoolStats, emptyPoolStats } from "../transports/pool-stats.js";
import type { BodyForm, CodingRules } from "../transports/transport.js";
import { BaseClient } from "./base-client.js";
import { connectionsOnly } from "./connections-only.js";
import type { WebSocketSession } from "../session/session.js";
import type { EventStream, ReconnectingStream, StreamListener } from "../sse/stream.js";
import {
  clientOptions,
  sendOptions,
  sseOptions,
  checkUse,
  tooManyArguments,
  websocketOptions,
} from "./option-lists.js";
import type {
  AsyncClientOptions,
  RequestOptions,
  SendOptions,
  SseOptions,
  WebSocketOptions,
} from "./options.js";
import { ClientState } from "./state.js";
import { ClientTransports } from "./transports.js";

const READ = Object.freeze({ stream: false });
const STREAM = Object.freeze({ stream: true });
const NO_OPTIONS: SendOptions = Object.freeze({});

/**
 * Sends requests over connections that it keeps open. Make one client for many requests; close it when done, or declare
 * it with `await using`.
 *
 * @example
 * await using client = new AsyncClient({ baseUrl: "https://api.example.org/v1" });
 * const user = (await client.get("users/7")).raiseForStatus().json<User>();
 */
export class AsyncClient extends BaseClient implements AsyncDisposable {
  readonly #state: ClientState;
  readonly #transports: ClientTransports;
  readonly #sendByMiddleware: Send;
  #sendSingle: Send | null = null;
  #closing: Promise<void> | null = null;
  readonly #eventStreams = new Set<ReconnectingStream>();

  /**
   * @throws TypeError, RangeError for unknown options and for values that an option cannot have.
   * @throws InvalidURL, UnsupportedProtocol for the base URL.
   */
  constructor(options: AsyncClientOptions = {}) {
    const { state, transports } = partsOf(options, arguments.length);
    super(state, options.trustEnv ?? true);
    this.#state = state;
    this.#transports = transports;
    this.#sendByMiddleware = middlewareOf(state);
  }

  get isClosed(): boolean {
    return this.#closing !== null;
  }

  /**
   * Sends a request.
   * @throws RequestError if no usable response arrives; Error on a closed client; `signal.reason` when aborted.
   */
  send(request: Request, options: SendOptions = NO_OPTIONS): Promise<Response> {
    try {
      if (arguments.length > 2) throw surplusArgument("send()", "a request and options");
      if (!(request instanceof Request)) throw wrongType("send() takes a Request of httpxide.");
      if (options !== NO_OPTIONS) checkOptions(options, sendOptions);
      request.setDefaultTimeout(this.#state.timeout);
      const auth = options.auth === undefined ? inheritedAuth(request) : undefined;
      const given = auth === undefined ? options : { ...options, auth };
      return this.#send(request, options.stream ?? false, given);
    } catch (error) {
      return rejection(fromCallersLine(aboutRequest(error, request), AsyncClient.prototype.send));
    }
  }

  /** Sends a request and reads the whole response. */
  request(method: string, url: URLTypes, options?: RequestOptions): Promise<Response> {
    if (arguments.length > 3) return rejection(tooManyArguments("request", "a method, a URL and options"));
    try {
      return this.#send(this.buildRequest(method, url, options), false, options);
    } catch (error) {
      return rejection(fromCallersLine(error, AsyncClient.prototype.request));
    }
  }

  /** Sends a request and leaves the response's body unread. Iterate it, then close the response or use `await using`. */
  stream(method: string, url: URLTypes, options?: RequestOptions): Promise<Response>;
  /** Sends a request and passes the response to `use`, which reads it. The response is closed when `use` ends or throws. */
  stream<T>(
    method: string,
    url: URLTypes,
    options: RequestOptions | undefined,
    use: (response: Response) => T | Promise<T>,
  ): Promise<T>;
  stream<T>(
    method: string,
    url: URLTypes,
    options?: RequestOptions,
    use?: (response: Response) => T | Promise<T>,
  ): Promise<Response | T> {
    try {
      if (arguments.length > 3) checkUse("stream()", "a method, a URL, options", arguments.length - 3, use);
      const response = this.#send(this.buildRequest(method, url, options), true, options);
      return use === undefined ? response : useAndClose(response, use);
    } catch (error) {
      return rejection(fromCallersLine(error, AsyncClient.prototype.stream));
    }
  }

  /**
   * Opens a WebSocket. `ws:`, `wss:`, `http:` and `https:` are alike. The handshake is a GET of this client: auth, cookies,
   * redirects, hooks and mounts apply to it.
   * @throws WebSocketUpgradeError if the server does not agree; RequestError, and what `send` throws, if it does not answer.
   */
  websocket(url: URLTypes, options?: WebSocketOptions): Promise<WebSocketSession>;
  /** Opens a WebSocket and passes its session to `use`. The session is closed when `use` ends or throws. */
  websocket<T>(
    url: URLTypes,
    options: WebSocketOptions | undefined,
    use: (session: WebSocketSession) => T | Promise<T>,
  ): Promise<T>;
  websocket<T>(
    url: URLTypes,
    options: WebSocketOptions = {},
    use?: (session: WebSocketSession) => T | Promise<T>,
  ): Promise<WebSocketSession | T> {
    const session = this.#openSession(url, options, use, arguments.length);
    return use === undefined ? session : useAndClose(session, use);
  }

  /**
   * Opens an event stream. It connects again after its end and after failures, with the ID of the last event, until the server
   * answers with 204. Leaving a loop over it closes it.
   * @throws SSEError if the response is no event stream; what `send` throws, if the first connection fails.
   *
   * @example
   * for await (const { event, data } of await client.sse("https://api.example.org/events")) {
   *   console.log(event, data);
   * }
   */
  sse(url: URLTypes, options: SseOptions = {}): Promise<EventStream> {
    return forCaller(this.#openEventStream(url, options, arguments.length));
  }

  /**
   * The stream of {@link sse} before its first connection, which its first step opens, and opens again as any later one.
   *
   * @internal
   */
  eventStream(
    url: URLTypes,
    options: SseOptions,
    listener: Partial<StreamListener> = {},
  ): ReconnectingStream {
    checkOptions(options, sseOptions);
    const { method = "GET", reconnect, lastEventId, maxEventBytes, signal, ...ofCall } = options;
    const client = {
      timeout: this.timeout,
      build: (given: RequestOptions) => this.buildRequest(method, url, given),
      send: (request: Request, given: RequestOptions) => this.#send(request, true, given),
    };
    const ofStream = { reconnect, lastEventId, maxEventBytes };
    const { ReconnectingStream, RequestConnector } =
      require("../sse/event-streams.js") as typeof import("../sse/event-streams.js");
    const connector = new RequestConnector<RequestOptions>(client, ofCall);
    const stream = new ReconnectingStream(connector, ofStream, adoptSignal(signal), {
      ...listener,
      ended: () => this.#eventStreams.delete(stream),
    });
    this.#eventStreams.add(stream);
    return stream;
  }

  get(url: URLTypes, options?: RequestOptions): Promise<Response> {
    if (arguments.length > 2) return rejection(tooManyArguments("get"));
    return this.request("GET", url, options);
  }

  options(url: URLTypes, options?: RequestOptions): Promise<Response> {
    if (arguments.length > 2) return rejection(tooManyArguments("options"));
    return this.request("OPTIONS", url, options);
  }

  head(url: URLTypes, options?: RequestOptions): Promise<Response> {
    if (arguments.length > 2) return rejection(tooManyArguments("head"));
    return this.request("HEAD", url, options);
  }

  post(url: URLTypes, options?: RequestOptions): Promise<Response> {
    if (arguments.length > 2) return rejection(tooManyArguments("post"));
    return this.request("POST", url, options);
  }

  put(url: URLTypes, options?: RequestOptions): Promise<Response> {
    if (arguments.length > 2) return rejection(tooManyArguments("put"));
    return this.request("PUT", url, options);
  }

  patch(url: URLTypes, options?: RequestOptions): Promise<Response> {
    if (arguments.length > 2) return rejection(tooManyArguments("patch"));
    return this.request("PATCH", url, options);
  }

  delete(url: URLTypes, options?: RequestOptions): Promise<Response> {
    if (arguments.length > 2) return rejection(tooManyArguments("delete"));
    return this.request("DELETE", url, options);
  }

  /**
   * Sends a request as it is, with the client's connections, timeout, retries and size limit only: no auth, cookies, redirects, hooks
   * or default headers. The interfaces of other clients (`src/fetch` and others) stand on it. A body from the network is
   * left unread, unless it is short and came with its head: then it is in memory, in the form in which its caller reads it.
   *
   * @internal
   */
  exchange(
    request: Request,
    signal: AbortSignal | null,
    form: BodyForm,
    codingRules: CodingRules = "httpx",
  ): Promise<Response> {
    try {
      this.#checkOpen();
      signal?.throwIfAborted();
      request.setDefaultTimeout(this.#state.timeout);
      const { direct } = this.#transports;
      const retry = this.#state.retries.ofClient;
      // a body that is too large fails when it is read
      const wholeIfHere = this.#state.settings.maxResponseBytes === null ? form : undefined;
      if (direct === null) this.#transports.refuseLostProxy(request);
      if (direct === null || retry !== null || isObserved(this.#state.reportsAsUndici)) {
        this.#sendSingle ??= sendingSingle(this.#state);
        const call = {
          stream: true,
          wholeIfHere,
          codingRules,
          signal,
          auth: null,
          inFlow: false,
          followRedirects: false,
          retry,
          attempt: 1,
          startedAt: now(),
          history: [],
        };
        return this.#sendSingle(request, call);
      }
      this.#transports.transportFor(request);
      const how = { stream: true, wholeIfHere, codingRules, signal };
      return followedByCaller(direct.exchange(request, how, this.#arrived), signal);
    } catch (error) {
      return rejection(error);
    }
  }

  /** The state of the connection pool; all zero for a transport without one. */
  stats(): PoolStats {
    return this.#transports.main.stats?.() ?? emptyPoolStats();
  }

  /**
   * Closes the client, its transport and the mounted transports. Idempotent.
   * @throws the first error of a transport, after all transports have closed.
   */
  aclose(): Promise<void> {
    if (this.#closing === null) {
      this.#state.retries.close();
      this.#closing = this.#transports.close();
      for (const stream of this.#eventStreams) stream.fail(clientClosed());
    }
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.aclose();
  }

  async #openSession(
    url: URLTypes,
    options: WebSocketOptions,
    use: unknown,
    count: number,
  ): Promise<WebSocketSession> {
    try {
      if (count > 2) checkUse("websocket()", "a URL, options", count - 2, use);
      checkOptions(options, websocketOptions);
      const { Opening } =
        require("../session/open-session.js") as typeof import("../session/open-session.js");
      const opening = new Opening(url, options);
      let unseen: Response | null = null;
      const received = (wire: WireResponse): Response => (unseen = this.#received(wire));
      const response = await this.#sendHandshake(opening.url, opening.takeCall(), received);
      const session = opening.answered(response, response === unseen, this.#state);
      return session instanceof Promise ? await session : session;
    } catch (error) {
      throw withCallersStack(error);
    }
  }

  #sendHandshake(
    url: string,
    options: RequestOptions,
    received: (wire: WireResponse) => Response,
  ): Promise<Response> {
    try {
      return this.#send(this.buildRequest("GET", url, options), true, options, received);
    } catch (error) {
      return rejection(fromCallersLine(error, this.#sendHandshake));
    }
  }

  async #openEventStream(url: URLTypes, options: SseOptions, count: number): Promise<EventStream> {
    if (count > 2) throw surplusArgument("sse()", "a URL and options");
    return await this.eventStream(url, options).open();
  }

  /**
   * A request that needs no middleware goes straight to the network: the call returns the transport's own promise. `received` makes
   * the response there.
   */
  #send(
    request: Request,
    stream: boolean,
    options: SendOptions = NO_OPTIONS,
    received = this.#received,
  ): Promise<Response> {
    this.#checkOpen();
    const signal = adoptSignal(options.signal);
    signal?.throwIfAborted();
    const state = this.#state;
    const auth = options.auth === undefined ? this.#authFor(request) : coerceAuth(options.auth);
    const followRedirects = options.followRedirects ?? state.followRedirects;
    const retry = state.retries.of(options.retry);
    const { direct } = this.#transports;
    if (direct === null) this.#transports.refuseLostProxy(request);
    if (
      direct === null ||
      retry !== null ||
      hasHooks(state.eventHooks) ||
      isObserved(state.reportsAsUndici) ||
      followRedirects ||
      auth !== null ||
      request.parsedURL.userinfo !== null ||
      hasProgress(request)
    ) {
      const startedAt = now();
      return this.#sendThroughMiddleware(request, {
        stream,
        signal,
        auth,
        inFlow: false,
        followRedirects,
        retry,
        attempt: 1,
        startedAt,
        history: [],
      });
    }
    this.#transports.transportFor(request);
    const how = signal !== null ? { stream, signal } : stream ? STREAM : READ;
    const answer = direct.exchange(request, how, received);
    // the exception of a generator or a listener of the program knows its own line only
    const callsProgram = request.body.kind === "stream" || request.givenExtensions !== null;
    return callsProgram ? callForCaller(answer, signal) : followedByCaller(answer, signal);
  }

  /** Null for a `nextRequest` to another origin: a followed redirect would not carry it there either. */
  #authFor(request: Request): Auth | null {
    const { auth } = this.#state;
    return auth !== null && request.initialOrigin === null ? null : auth;
  }

  /** Hooks and auth flows may wait for something that ignores the signal, so the call races it. */
  #sendThroughMiddleware(request: Request, call: Call): Promise<Response> {
    const work = this.#sendAndRead(request, call);
    if (call.signal === null) return work;
    // error hooks hear of an abort before the caller does
    const grace = this.#state.eventHooks.error.length > 0 ? nextTurn : undefined;
    return callForCaller(
      raceAbort(work, call.signal, (late) => late.aclose(), grace),
      call.signal,
    );
  }

  async #sendAndRead(request: Request, call: Call): Promise<Response> {
    try {
      const response = await this.#sendByMiddleware(request, call);
      if (!call.stream && response.streamed !== null) await response.aread();
      return response;
    } catch (error) {
      throw withCallersStackOfCall(aboutRequest(error, request), call.signal, this.#sendAndRead);
    }
  }

  #checkOpen(): void {
    if (this.#closing === null) return;
    throw clientClosed();
  }

  /** The response of an {@link exchange}. */
  readonly #arrived = (wire: WireResponse): Response => {
    const response = Response.fromWire(wire);
    response.attach(wire.request, wire.startedAt, this.#state.settings);
    return response;
  };

  /** The response of a request that went straight to the network. */
  readonly #received = (wire: WireResponse): Response =>
    finishRedirect(finish(Response.fromWire(wire), wire.request, wire.startedAt, this.#state), this.#state);
}

function partsOf(
  options: AsyncClientOptions,
  count: number,
): { state: ClientState; transports: ClientTransports } {
  try {
    if (count > 1) throw surplusArgument("AsyncClient", "one object of options: { baseUrl, headers, … }");
    checkOptions(options, clientOptions);
    const transports = new ClientTransports(options);
    return { state: new ClientState(options, transports), transports };
  } catch (error) {
    throw fromCallersLine(error, AsyncClient as unknown as () => void);
  }
}

function sendingSingle(state: ClientState): Send {
  const client = connectionsOnly(state);
  return retries(singleRequest(client), client);
}

function clientClosed(): Error {
  return coded("ERR_CLIENT_CLOSED", new Error("Cannot send a request, as the client has been closed."));
}

/** A rejected promise, as an async function returns for an exception. */
function rejection(reason: unknown): Promise<never> {
  return Promise.reject(reason);
}

async function useAndClose<R extends AsyncDisposable, T>(
  pending: Promise<R>,
  use: (resource: R) => T | Promise<T>,
): Promise<T> {
  const resource = await pending;
  try {
    return await use(resource);
  } catch (error) {
    if (error instanceof Error) hideFramesBetween(error);
    throw error;
  } finally {
    await resource[Symbol.asyncDispose]();
  }
}

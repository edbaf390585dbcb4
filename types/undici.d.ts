// Generated from src/undici/ by scripts/subpath-declarations.mjs (npm run build): never edited.
import { AsyncClient, AsyncClientOptions } from "httpxide";
import { Duplex, Readable, Writable } from "node:stream";
import { EventEmitter } from "node:events";
import { Blob } from "node:buffer";

/** Options of `dispatch`, those of undici. Others are ignored, as undici does: interceptors and `fetch` add their own. */
interface DispatchOptions {
  origin?: string | URL | undefined;
  /** Path and query, sent as they are. */
  path: string;
  method: string;
  /** Text, bytes, a Blob, a form, a stream or an iterable. */
  body?: unknown;
  /** A flat list of names and values, a record, or pairs. */
  headers?: unknown;
  /** Appended to the path. */
  query?: Readonly<Record<string, unknown>> | null | undefined;
  /** The protocol that the connection is to change to. undici's types allow true, but undici refuses it, and so does this. */
  upgrade?: boolean | string | null | undefined;
  /** Milliseconds until the head of the response; 0: no limit. */
  headersTimeout?: number | null | undefined;
  /** Milliseconds between two pieces of its body; 0: no limit. */
  bodyTimeout?: number | null | undefined;
  /** Whether the connection closes after the response. */
  reset?: boolean | null | undefined;
  /** Whether the body waits for a 100 (Continue), a second at most. */
  expectContinue?: boolean | null | undefined;
  /** Hears of interim responses, which the handler gets then too. */
  onInfo?:
    ((info: { statusCode: number; headers: Record<string, string | string[]> }) => void) | null | undefined;
}
/**
 * Sends a request and tells its handler what happens. Declared as methods, because TypeScript compares their parameters in
 * both directions: the interceptors of every version of undici fit, though each has options and handlers of its own.
 */
type Dispatch = Declared["dispatch"];
/** A dispatcher around another one. */
type Interceptor = Declared["intercept"];
interface Declared {
  dispatch(options: DispatchOptions, handler: object): boolean;
  intercept(dispatch: Dispatch): Dispatch;
}
/** A stream that is read once, piece by piece or as a whole. */
declare class DispatcherBody extends Readable {
  #private;
  /** The same as a web stream. undici's types have no type for it. */
  get body(): never;
  get bodyUsed(): boolean;
  text(): Promise<string>;
  json(): Promise<unknown>;
  arrayBuffer(): Promise<ArrayBuffer>;
  bytes(): Promise<Uint8Array>;
  blob(): Promise<Blob>;
  /** Rejects, as in undici: forms are read by `fetch` only. */
  formData(): Promise<never>;
  /**
   * Reads the rest and drops it, which frees the connection; a rest that is longer than the limit ends it instead.
   * @param options `limit` in bytes, 128 KiB by default; `signal` ends the reading.
   */
  dump({ limit, signal }?: { limit?: number; signal?: AbortSignal }): Promise<void>;
}
/** Options of `dispatcher.request()`. */
interface RequestOptions extends DispatchOptions {
  /**
   * Ends the request and the body: an AbortSignal, or an emitter of "abort". The type is undici's, which is as wide.
   */
  signal?: unknown;
  /** Comes back with the response. */
  opaque?: unknown;
  /** `"raw"`: the headers come as a list of names and values by turns, as received. */
  responseHeaders?: "raw" | null | undefined;
  /** Of the body, in bytes. @default that of Node.js's streams */
  highWaterMark?: number | undefined;
}
/** What `dispatcher.request()` resolves with. */
interface DispatcherResponse {
  readonly statusCode: number;
  readonly statusText: string;
  readonly headers: Fields;
  /** Filled when the body has ended. */
  readonly trailers: Record<string, string>;
  readonly body: DispatcherBody;
  readonly opaque: any;
  /** What interceptors tell of the request: that of redirects, its `history`. */
  readonly context: object;
}
/** Header fields by their names in lower case. */
type Fields = Record<string, string | string[]>;
/** The head of a response, for the one who makes the stream of its body. */
interface StreamHead {
  readonly statusCode: number;
  readonly headers: Fields;
  readonly opaque: any;
  /** What interceptors tell of the request: that of redirects, its `history`. */
  readonly context: object;
}
/** Makes the stream that the body goes into. */
type StreamFactory = (head: StreamHead) => Writable;
/** What `dispatcher.stream()` resolves with. */
interface StreamEnd {
  readonly opaque: any;
  readonly trailers: Record<string, string>;
}
/** Options of `dispatcher.pipeline()`. */
interface PipelineOptions extends RequestOptions {
  /** Whether the handler's stream is one of objects. @default false */
  objectMode?: boolean | undefined;
}
/** Makes the output from the response: its body, or a stream that it goes through. */
type PipelineHandler = (
  response: StreamHead & {
    readonly body: DispatcherBody;
  },
) => Readable;
/** Options of `dispatcher.connect()`. */
interface ConnectOptions extends Pick<DispatchOptions, "headers"> {
  /** The proxy. */
  origin: string | URL;
  /** Host and port of the server behind it. */
  path: string;
  /** Ends the call: an AbortSignal, or an emitter of "abort". */
  signal?: unknown;
  /** Comes back with the socket. */
  opaque?: unknown;
}
/** Options of `dispatcher.upgrade()`. */
interface UpgradeOptions extends Pick<DispatchOptions, "headers" | "origin" | "path"> {
  /** @default "GET" */
  method?: string | undefined;
  /** The protocol that the connection is to change to. @default "Websocket" */
  protocol?: string | undefined;
  /** Ends the call: an AbortSignal, or an emitter of "abort". */
  signal?: unknown;
  /** Comes back with the socket. */
  opaque?: unknown;
}
/** What `dispatcher.connect()` and `dispatcher.upgrade()` resolve with. */
interface DispatcherSocket {
  readonly statusCode: number;
  readonly headers: Fields;
  readonly socket: Duplex;
  readonly opaque: any;
}
type Listener = (...values: any[]) => void;
/** Takes the error, or null and the result. */
type Callback<Value> = (error: Error | null, value: Value) => void;
/** Base class of dispatchers. */
declare abstract class DispatcherBase extends EventEmitter {
  #private;
  abstract dispatch(options: DispatchOptions, handler: object): boolean;
  /** Waits for the requests under way. */
  abstract close(callback?: () => void): Promise<void>;
  /** Ends the requests under way with the error. */
  abstract destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void>;
  /**
   * A dispatcher that sends through the interceptors; the last one is the outermost. Those of several versions of undici can be
   * among them.
   */
  compose(...interceptors: readonly (Interceptor | readonly Interceptor[])[]): DispatcherBase;
  /** Sends a request, and resolves at the head of its response. */
  request(options: RequestOptions): Promise<DispatcherResponse>;
  request(options: RequestOptions, callback: Callback<DispatcherResponse>): void;
  /** Sends a request whose response goes into the stream of the factory; resolves when that has taken it all. */
  stream(options: RequestOptions, factory: StreamFactory): Promise<StreamEnd>;
  stream(options: RequestOptions, factory: StreamFactory, callback: Callback<StreamEnd>): void;
  /** A stream that takes the body of a request, and gives what the handler makes of its response. */
  pipeline(options: PipelineOptions, handler: PipelineHandler): Duplex;
  /** Asks for a tunnel, and resolves with its socket. */
  connect(options: ConnectOptions): Promise<DispatcherSocket>;
  connect(options: ConnectOptions, callback: Callback<DispatcherSocket>): void;
  /** Asks for another protocol, and resolves with the socket that speaks it. */
  upgrade(options: UpgradeOptions): Promise<DispatcherSocket>;
  upgrade(options: UpgradeOptions, callback: Callback<DispatcherSocket>): void;
  listeners(event: string | symbol): Listener[];
  rawListeners(event: string | symbol): Listener[];
}
/**
 * A dispatcher for undici's `setGlobalDispatcher`, for its `dispatcher` options and interceptors, and for the platform's own
 * `fetch`. It takes handlers of undici 6, 7 and 8. Responses are neither decoded nor redirected, and no headers are added: the
 * caller does that.
 *
 * @example
 * // the `fetch` of Node.js, without undici: from Node.js 26 on it looks at the second
 * const dispatcher = new HttpxideDispatcher();
 * for (const version of [1, 2]) globalThis[Symbol.for(`undici.globalDispatcher.${version}`)] = dispatcher;
 */
declare class HttpxideDispatcher extends DispatcherBase {
  #private;
  /** The platform's `fetch` asks for it. */
  readonly isMockActive = false;
  /**
   * @param client or options for a new one, which `close()` and `destroy()` close; without it, connections that all
   *   interfaces of this package share.
   * @throws TypeError, RangeError for invalid options.
   */
  constructor(client?: AsyncClient | AsyncClientOptions);
  get closed(): boolean;
  get destroyed(): boolean;
  /**
   * Sends a request, whose handler learns of everything that happens, errors included.
   * @returns true: there is always room for another request.
   * @throws TypeError if the handler is none.
   */
  dispatch(options: DispatchOptions, handler: object): boolean;
  close(callback?: () => void): Promise<void>;
  /** The error is for what is under way: what is sent later fails as with undici, whose retries know that error. */
  destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void>;
}
export { type DispatchOptions, type DispatcherResponse, HttpxideDispatcher };

/** What every dispatcher has beside `dispatch`, as in undici. */
import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { wrongType } from "../platform/argument-error.js";
import { afterPromises } from "../platform/clock.js";
import { kindOf } from "../platform/record.js";
import { forAnyGeneration } from "./any-generation.js";
import { invalidArgument } from "./errors.js";
import type { Dispatch, Interceptor } from "./dispatch.js";
import type { DispatchOptions } from "./message.js";
import { callForCaller } from "../errors/callers-stack.js";
import { type PipelineHandler, type PipelineOptions, pipelineBy } from "./pipeline.js";
import { type DispatcherResponse, type RequestOptions, requestBy } from "./request.js";
import {
  type ConnectOptions,
  type DispatcherSocket,
  type UpgradeOptions,
  connectBy,
  upgradeBy,
} from "./socket.js";
import { type StreamEnd, type StreamFactory, streamBy } from "./stream.js";

// oxlint-disable-next-line typescript/no-explicit-any -- each event has arguments of its own
type Listener = (...values: any[]) => void;

/** Takes the error, or null and the result. */
type Callback<Value> = (error: Error | null, value: Value) => void;

/** Base class of dispatchers. */
export abstract class DispatcherBase extends EventEmitter {
  abstract dispatch(options: DispatchOptions, handler: object): boolean;
  /** Waits for the requests under way. */
  abstract close(callback?: () => void): Promise<void>;
  /** Ends the requests under way with the error. */
  abstract destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void>;

  /**
   * A dispatcher that sends through the interceptors; the last one is the outermost. Those of several versions of undici can be
   * among them.
   */
  compose(...interceptors: readonly (Interceptor | readonly Interceptor[])[]): DispatcherBase {
    let dispatch: Dispatch = this.#dispatch;
    for (const interceptor of interceptors.flat()) dispatch = throughInterceptor(interceptor, dispatch);
    return new ComposedDispatcher(this, dispatch);
  }

  /** Sends a request, and resolves at the head of its response. */
  request(options: RequestOptions): Promise<DispatcherResponse>;
  request(options: RequestOptions, callback: Callback<DispatcherResponse>): void;
  request(
    options: RequestOptions,
    callback?: Callback<DispatcherResponse>,
  ): Promise<DispatcherResponse> | void {
    return settled(() => requestBy(this.#dispatch, options), options, callback);
  }

  /** Sends a request whose response goes into the stream of the factory; resolves when that has taken it all. */
  stream(options: RequestOptions, factory: StreamFactory): Promise<StreamEnd>;
  stream(options: RequestOptions, factory: StreamFactory, callback: Callback<StreamEnd>): void;
  stream(
    options: RequestOptions,
    factory: StreamFactory,
    callback?: Callback<StreamEnd>,
  ): Promise<StreamEnd> | void {
    return settled(() => streamBy(this.#dispatch, options, factory), options, callback);
  }

  /** A stream that takes the body of a request, and gives what the handler makes of its response. */
  pipeline(options: PipelineOptions, handler: PipelineHandler): Duplex {
    return pipelineBy(this.#dispatch, options, handler);
  }

  /** Asks for a tunnel, and resolves with its socket. */
  connect(options: ConnectOptions): Promise<DispatcherSocket>;
  connect(options: ConnectOptions, callback: Callback<DispatcherSocket>): void;
  connect(options: ConnectOptions, callback?: Callback<DispatcherSocket>): Promise<DispatcherSocket> | void {
    return settled(() => connectBy(this.#dispatch, options), options, callback);
  }

  /** Asks for another protocol, and resolves with the socket that speaks it. */
  upgrade(options: UpgradeOptions): Promise<DispatcherSocket>;
  upgrade(options: UpgradeOptions, callback: Callback<DispatcherSocket>): void;
  upgrade(options: UpgradeOptions, callback?: Callback<DispatcherSocket>): Promise<DispatcherSocket> | void {
    return settled(() => upgradeBy(this.#dispatch, options), options, callback);
  }

  // undici's types want listeners that can be called, and those of Node.js have `Function`
  override listeners(event: string | symbol): Listener[] {
    return super.listeners(event) as Listener[];
  }

  override rawListeners(event: string | symbol): Listener[] {
    return super.rawListeners(event) as Listener[];
  }

  readonly #dispatch: Dispatch = (options, handler) => this.dispatch(options, handler);
}

/** @param interceptor null for none, as in undici. @throws TypeError if it is none. */
function throughInterceptor(interceptor: Interceptor | null | undefined, dispatch: Dispatch): Dispatch {
  if (interceptor === null || interceptor === undefined) return dispatch;
  if (typeof interceptor !== "function") {
    throw wrongType(`An interceptor must be a function, not ${kindOf(interceptor)}.`);
  }
  const intercepted = interceptor(dispatch);
  return (options, handler) => intercepted(options, forAnyGeneration(handler));
}

/** Begins, and tells the callback, if there is one, what the promise settles with. */
function settled<Value>(
  begin: () => Promise<Value>,
  options: { readonly signal?: unknown } | null | undefined,
  callback?: Callback<Value>,
): Promise<Value> | void {
  const isRecord = typeof options === "object" && options !== null;
  const promise = isRecord ? begin() : Promise.reject<Value>(invalidArgument("invalid opts"));
  if (callback === undefined) return callForCaller(promise, (options?.signal ?? null) as AbortSignal | null);
  // what a callback throws is an uncaught exception, as of an event listener
  const tell = (error: Error | null, value: Value): void => afterPromises(() => callback(error, value));
  promise.then(
    (value) => tell(null, value),
    (error: Error) => tell(error, null as Value),
  );
}

class ComposedDispatcher extends DispatcherBase {
  readonly #inner: DispatcherBase;
  readonly #dispatch: Dispatch;

  constructor(inner: DispatcherBase, dispatch: Dispatch) {
    super();
    this.#inner = inner;
    this.#dispatch = dispatch;
  }

  dispatch(options: DispatchOptions, handler: object): boolean {
    return this.#dispatch(options, handler);
  }

  close(callback?: () => void): Promise<void> {
    return this.#inner.close(callback);
  }

  destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> {
    return this.#inner.destroy(error, callback);
  }
}

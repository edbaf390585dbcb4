/** What every dispatcher has beside `dispatch`, as in undici. */
import { EventEmitter } from "node:events";
import type { Dispatch, Interceptor } from "./dispatch.js";
import type { DispatchOptions } from "./message.js";
import { type DispatcherResponse, type RequestOptions, requestBy } from "./request.js";

/** Base class of dispatchers. */
export abstract class DispatcherBase extends EventEmitter {
  abstract dispatch(options: DispatchOptions, handler: object): boolean;
  /** Waits for the requests under way. */
  abstract close(callback?: () => void): Promise<void>;
  /** Ends the requests under way with the error. */
  abstract destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void>;

  /** A dispatcher that sends through the interceptors; the last one is the outermost. */
  compose(...interceptors: readonly (Interceptor | readonly Interceptor[])[]): DispatcherBase {
    let dispatch: Dispatch = (options, handler) => this.dispatch(options, handler);
    for (const interceptor of interceptors.flat()) dispatch = interceptor(dispatch);
    return new ComposedDispatcher(this, dispatch);
  }

  /** Sends a request, and resolves at the head of its response. */
  request(options: RequestOptions): Promise<DispatcherResponse> {
    return requestBy((given, handler) => this.dispatch(given, handler), options);
  }
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

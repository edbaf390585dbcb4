/** The dispatcher: takes the options and handlers of undici, and sends over a client of this package. */
import { surplusArgument } from "../platform/argument-error.js";
import { AsyncClient } from "../client/async-client.js";
import type { AsyncClientOptions } from "../client/options.js";
import { clientFor } from "../client/shared-client.js";
import { DispatcherBase } from "./base.js";
import { clientClosed, invalidArgument } from "./errors.js";
import { Exchange } from "./exchange.js";
import { receptionOf } from "./handlers.js";
import type { DispatchOptions } from "./message.js";

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
export class HttpxideDispatcher extends DispatcherBase {
  /** The platform's `fetch` asks for it. */
  readonly isMockActive = false;
  readonly #clientOf: () => AsyncClient;
  readonly #isOwner: boolean;
  readonly #running = new Set<Exchange>();
  #end: "closed" | "destroyed" | null = null;
  readonly #waiting: (() => void)[] = [];

  /**
   * @param client or options for a new one, which `close()` and `destroy()` close; without it, connections that all
   *   interfaces of this package share.
   * @throws TypeError, RangeError for invalid options.
   */
  constructor(client?: AsyncClient | AsyncClientOptions) {
    super();
    if (arguments.length > 1) throw surplusArgument("HttpxideDispatcher", "a client or its options");
    this.#clientOf = clientFor(client);
    this.#isOwner = client !== undefined && !(client instanceof AsyncClient);
  }

  get closed(): boolean {
    return this.#end !== null;
  }

  get destroyed(): boolean {
    return this.#end === "destroyed";
  }

  /**
   * Sends a request, whose handler learns of everything that happens, errors included.
   * @returns true: there is always room for another request.
   * @throws TypeError if the handler is none.
   */
  dispatch(options: DispatchOptions, handler: object): boolean {
    const reception = receptionOf(handler);
    if (this.#end !== null) {
      reception.failed(clientClosed(this.#end));
      return true;
    }
    if (typeof options !== "object" || options === null) {
      reception.failed(invalidArgument("opts must be an object."));
      return true;
    }
    const exchange = new Exchange(this.#clientOf(), options, reception, () => {
      this.#running.delete(exchange);
      if (this.#running.size === 0) for (const idle of this.#waiting.splice(0)) idle();
    });
    this.#running.add(exchange);
    void exchange.run();
    return true;
  }

  async close(callback?: () => void): Promise<void> {
    this.#end ??= "closed";
    if (this.#running.size > 0) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    if (this.#isOwner) await this.#clientOf().aclose();
    callback?.();
  }

  /** The error is for what is under way: what is sent later fails as with undici, whose retries know that error. */
  async destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> {
    this.#end = "destroyed";
    const reason = (typeof error === "function" ? null : error) ?? clientClosed("destroyed");
    for (const exchange of this.#running) exchange.abort(reason);
    if (this.#isOwner) await this.#clientOf().aclose();
    (typeof error === "function" ? error : callback)?.();
  }
}

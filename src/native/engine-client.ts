/**
 * A client of the engine: one pool of connections. It is made there at its first request, and closed there when it is
 * closed here or collected.
 */
import type { Request } from "../request/request.js";
import type { WireResponse } from "../response/wire.js";
import type { Timeout } from "../config/timeout.js";
import type { PoolStats } from "../transports/pool-stats.js";
import { errorFromEngine } from "../errors/engine.js";
import type { NativeClientOptions, NativeCounts } from "./binary.js";
import { type Bridge, bridge } from "./bridge.js";
import { Exchange, Failed } from "./exchange.js";

const dropped = new FinalizationRegistry<number>((client) => void closeClient(bridge(), client));

/** @internal */
export class EngineClient {
  readonly #options: NativeClientOptions;
  readonly #bridge: Bridge;
  readonly number: number;
  #isOpen = false;

  constructor(options: NativeClientOptions) {
    this.#options = options;
    this.#bridge = bridge();
    this.number = this.#bridge.nextClient();
  }

  /** Sends a request. What it rejects with is for {@link rethrow}. */
  send(
    request: Request,
    timeout: Timeout,
    stream: boolean,
    signal: AbortSignal | null,
  ): Promise<WireResponse> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (!this.#isOpen) this.#open();
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(this.#bridge, this, request, signal, resolve, reject);
      try {
        exchange.start(timeout, stream);
      } catch (error) {
        exchange.discard();
        throw error;
      }
    });
  }

  stats(): PoolStats | null {
    if (!this.#isOpen) return null;
    this.#bridge.submissions.flush();
    const { total, origins } = this.#bridge.native.stats(this.number);
    return { ...counts(total), origins: Object.fromEntries(origins.map((one) => [one.origin, counts(one)])) };
  }

  /** Resolves when every connection is closed. */
  close(): Promise<void> {
    if (!this.#isOpen) return Promise.resolve();
    this.#isOpen = false;
    dropped.unregister(this);
    return closeClient(this.#bridge, this.number);
  }

  #open(): void {
    this.#bridge.native.openClient(this.number, this.#options);
    this.#isOpen = true;
    dropped.register(this, this.number, this);
  }
}

/** Makes an error of a failure, as a promise's handler: only from there does its stack lead to the caller. @internal */
export function rethrow(reason: unknown): never {
  throw reason instanceof Failed ? errorFromEngine(reason.failure, reason.request) : reason;
}

function closeClient(to: Bridge, client: number): Promise<void> {
  return new Promise((resolve) => {
    const closed = (): void => {
      to.release(number);
      to.unhold();
      resolve();
    };
    const never = (): void => undefined;
    const number = to.register({
      closed,
      whole: never,
      streamed: never,
      readable: never,
      credit: never,
      traced: never,
      failed: never,
    });
    to.hold();
    to.submissions.closeClient(number, client);
  });
}

function counts(of: NativeCounts): Pick<PoolStats, "connections" | "requests"> {
  const { active, idle, connecting, queued, inFlight } = of;
  return { connections: { active, idle, connecting }, requests: { queued, inFlight } };
}

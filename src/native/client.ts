/**
 * A client of the engine: one pool of connections. The engine opens it at its first request, and closes it when it is
 * closed here or collected.
 */
import type { ClientCertificate, NativeClientOptions, NativeStats } from "./binding.js";
import { type Bridge, bridge } from "./bridge.js";
import type { ByteStream } from "./byte-stream.js";
import { Exchange } from "./exchange.js";
import type { NameResolver, ResolvingClient } from "./name-resolver.js";
import type { RequestRecord } from "./request-record.js";
import type { ResponseRecord } from "./response-record.js";
import { type Refusal, newPromise, settleOfLast } from "./settling.js";

const dropped = new FinalizationRegistry<number>((client) => void closeClient(bridge(), client));

/** @internal */
export class NativeClient implements ResolvingClient {
  readonly #options: NativeClientOptions;
  readonly #certificate: ClientCertificate | null;
  readonly #bridge: Bridge;
  readonly number: number;
  /** What a response's caller gets as the body if the connection has become a byte stream. */
  readonly opened: (stream: ByteStream) => object;
  readonly refused: Refusal;
  readonly resolver: NameResolver | null;
  #isOpen = false;

  /** `refused` throws the error of a failed request. `resolver` looks names up if `options.dns` says that there is one. */
  constructor(
    options: NativeClientOptions,
    certificate: ClientCertificate | null,
    opened: (stream: ByteStream) => object,
    refused: Refusal,
    resolver: NameResolver | null = null,
  ) {
    this.#options = options;
    this.#certificate = certificate;
    this.opened = opened;
    this.refused = refused;
    this.resolver = resolver;
    this.#bridge = bridge();
    this.number = this.#bridge.nextClient();
  }

  /**
   * Sends a request. Resolves with what `answered` makes of the response. Rejects with what `refused` throws: it gets a
   * {@link Failed} for a failure of the engine, the signal's reason, or an exception of `answered`, the chunks or the trace
   * observer.
   */
  send<R, T>(
    record: RequestRecord<R>,
    signal: AbortSignal | null,
    answered: (response: ResponseRecord<R>) => T,
  ): Promise<T> {
    if (!this.#isOpen) this.#open();
    const promise = newPromise<T>();
    const exchange = new Exchange(this.#bridge, this, record, signal, answered, settleOfLast<T>());
    try {
      exchange.start(record);
    } catch (error) {
      exchange.discard(error);
    }
    return promise;
  }

  /** The state of the pool; null before the first request and after `close`. */
  stats(): NativeStats | null {
    if (!this.#isOpen) return null;
    this.#bridge.submissions.flush();
    return this.#bridge.native.stats(this.number);
  }

  /** Resolves when every connection is closed. */
  close(): Promise<void> {
    if (!this.#isOpen) return Promise.resolve();
    this.#isOpen = false;
    dropped.unregister(this);
    return closeClient(this.#bridge, this.number);
  }

  #open(): void {
    this.#bridge.native.openClient(this.number, this.#options, this.#certificate);
    this.#bridge.lookups.open(this);
    this.#isOpen = true;
    dropped.register(this, this.number, this);
  }
}

function closeClient(to: Bridge, client: number): Promise<void> {
  to.lookups.close(client);
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
      restartBody: never,
      traced: never,
      informational: never,
      failed: never,
    });
    to.hold();
    to.submissions.closeClient(number, client);
  });
}

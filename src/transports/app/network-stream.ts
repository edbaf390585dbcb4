/** A connection to an application as a network stream, after the application has switched protocols on it. */
import { wrongType } from "../../platform/argument-error.js";
import { StreamClosed } from "../../errors/stream-error.js";
import { ByteNetworkStream, type NetworkStream } from "../../response/network-stream.js";
import type { Connection } from "./connection.js";
import type { AppExchange } from "./exchange.js";

/** @internal */
export class AppNetworkStream extends ByteNetworkStream {
  readonly #connection: Connection;
  readonly #exchange: AppExchange;

  /** `early`: what came together with the head. */
  constructor(connection: Connection, exchange: AppExchange, early: Uint8Array) {
    super();
    this.#connection = connection;
    this.#exchange = exchange;
    if (early.byteLength > 0) connection.unshift(early);
    connection.once("close", () => exchange.complete());
  }

  /** @throws TypeError always: a connection in the process has no TLS. */
  startTls(): Promise<NetworkStream> {
    return Promise.reject(wrongType("A connection to an application in this process has no TLS."));
  }

  protected async readChunk(): Promise<Uint8Array | null> {
    const connection = this.#connection;
    for (;;) {
      const chunk = connection.read() as Uint8Array | null;
      if (chunk !== null) return chunk;
      this.#check();
      if (connection.readableEnded || connection.destroyed) return null;
      await until(["readable", "end", "close", "error"], connection);
    }
  }

  protected async writeBytes(bytes: Uint8Array): Promise<void> {
    this.#check();
    if (this.#connection.writableEnded || this.#connection.destroyed) throw new StreamClosed();
    // the writer may change its bytes
    if (!this.#connection.write(new Uint8Array(bytes))) await until(["drain", "close"], this.#connection);
  }

  protected end(): Promise<void> {
    this.#connection.end();
    return Promise.resolve();
  }

  protected close(): Promise<void> {
    this.#connection.destroySoon();
    return Promise.resolve();
  }

  /** @throws the reason for which the call ended early. */
  #check(): void {
    const { failure } = this.#exchange;
    if (failure !== null) throw failure.reason;
  }
}

/** Resolves at the first of the events. */
function until(events: readonly string[], connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) connection.off(event, done);
      resolve();
    };
    for (const event of events) connection.on(event, done);
  });
}

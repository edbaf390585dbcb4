/**
 * The common part of all test servers: each listens on a loopback port that the system chose (or on a path), numbers
 * its connections from 1, tracks the open ones, and closes them at the end.
 */
import type { ListenOptions, Server, Socket } from "node:net";
import type { TLSSocket } from "node:tls";

export const LOOPBACK: ListenOptions = { host: "127.0.0.1", port: 0 };

/** Whether all of 127.0.0.0/8 is this machine, so that two servers can have different addresses: not on macOS. */
export const hasManyLoopbacks = process.platform !== "darwin";

export class Listener implements AsyncDisposable {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #numbers = new WeakMap<Socket, number>();
  #connections = 0;
  #mostOpen = 0;

  constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#connections += 1;
      this.#open.add(socket);
      this.#mostOpen = Math.max(this.#mostOpen, this.#open.size);
      this.#numbers.set(socket, this.#connections);
      // Many tests abort requests: the reset must not end this process.
      socket.on("error", () => {});
      socket.on("close", () => this.#open.delete(socket));
    });
    // Over TLS the handlers receive another object than the accepted socket.
    server.on("secureConnection", (socket: TLSSocket) => {
      this.#numbers.set(socket, this.#connections);
      socket.on("error", () => {});
    });
  }

  listen(address: ListenOptions = LOOPBACK): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(address, resolve);
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("this server has no port");
    return address.port;
  }

  /** The number of connections accepted so far. */
  get connections(): number {
    return this.#connections;
  }

  /** The number of connections open now. */
  get openSockets(): number {
    return this.#open.size;
  }

  /** The highest number of connections open at the same time. */
  get mostOpenSockets(): number {
    return this.#mostOpen;
  }

  /** The number of this connection, counted from 1. */
  numberOf(socket: Socket): number {
    return this.#numbers.get(socket) ?? 0;
  }

  /** Closes the connections that are open now; the server keeps listening. */
  closeConnections(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Refuses connections from now on. The open ones stay. */
  stopListening(): void {
    this.#server.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.closeConnections();
    await closed;
  }
}

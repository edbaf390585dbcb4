/**
 * What all servers of the tests have in common: they listen on a port of the loopback interface that the system
 * chose (or on a path), number their connections from 1, know which are open, and close whatever is left.
 */
import type { ListenOptions, Server, Socket } from "node:net";
import type { TLSSocket } from "node:tls";

export const LOOPBACK: ListenOptions = { host: "127.0.0.1", port: 0 };

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
      // A client that aborts is what many tests are about: the reset must not end this process.
      socket.on("error", () => {});
      socket.on("close", () => this.#open.delete(socket));
    });
    // In TLS the handlers see another object than the one that was accepted.
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

  /** How many connections were accepted so far. */
  get connections(): number {
    return this.#connections;
  }

  /** How many of them are open now. */
  get openSockets(): number {
    return this.#open.size;
  }

  /** How many were open at the same time, at most. */
  get mostOpenSockets(): number {
    return this.#mostOpen;
  }

  /** Which connection this is, counted from 1. */
  numberOf(socket: Socket): number {
    return this.#numbers.get(socket) ?? 0;
  }

  /** Closes the connections that are open now; the server goes on listening. */
  closeConnections(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.closeConnections();
    await closed;
  }
}

// The package ws, without its optional native packages. Messages are handed out in the order in which they came.
import { once } from "node:events";
import { createRequire } from "node:module";
import { WebSocket } from "ws";

/** A class, for a quiet session to hold no closures of the bench. */
class Session {
  #socket;
  #waiting = [];
  #length = 0;

  constructor(socket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      if (this.#waiting.length > 0) this.#waiting.shift()(data.length);
      else this.#length += data.length;
    });
  }

  get isOpen() {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  roundTrip(message) {
    this.#socket.send(message);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async receiveAll() {
    if (this.#socket.readyState !== WebSocket.CLOSED) await once(this.#socket, "close");
    return this.#length;
  }
}

export async function open() {
  return {
    load: createRequire(import.meta.url).resolve("ws"),
    async websocket(url) {
      const socket = new WebSocket(url);
      const session = new Session(socket);
      await once(socket, "open");
      return session;
    },
    async close() {},
  };
}

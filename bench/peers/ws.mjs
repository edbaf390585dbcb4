// The package ws, without its optional native packages. Messages are handed out in the order in which they came.
import { once } from "node:events";
import { createRequire } from "node:module";
import { WebSocket } from "ws";

export async function open() {
  return {
    load: createRequire(import.meta.url).resolve("ws"),
    async websocket(url) {
      const socket = new WebSocket(url);
      const waiting = [];
      let length = 0;
      const closed = once(socket, "close");
      socket.on("message", (data) => {
        if (waiting.length > 0) waiting.shift()(data.length);
        else length += data.length;
      });
      await once(socket, "open");
      return {
        get isOpen() {
          return socket.readyState === WebSocket.OPEN;
        },
        roundTrip(message) {
          socket.send(message);
          return new Promise((resolve) => waiting.push(resolve));
        },
        async receiveAll() {
          await closed;
          return length;
        },
      };
    },
    async close() {},
  };
}

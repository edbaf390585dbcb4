/** A chat over WebSockets: each message goes to everybody in the room, its sender included. */
import type { Server } from "node:http";
import { WebSocketServer } from "ws";

/** Lets the server take WebSockets at `/chat`. */
export function chatOn(server: Server): Server {
  const sockets = new WebSocketServer({ server, path: "/chat", perMessageDeflate: true });
  sockets.on("connection", (socket) => {
    socket.on("message", (data, isBinary) => {
      for (const one of sockets.clients) one.send(data, { binary: isBinary });
    });
  });
  return server;
}

/**
 * Answers every request without a body with the same bytes, on plain sockets: node:http would need more time than a fast
 * client, and a measurement would show the server.
 */
import { createServer, type Server } from "node:net";

const BODY = JSON.stringify({ id: 7, name: "Grace Hopper" });
const ANSWER = [
  "HTTP/1.1 200 OK",
  "Content-Type: application/json",
  `Content-Length: ${Buffer.byteLength(BODY)}`,
  "",
  BODY,
].join("\r\n");

export function fixedAnswer(): Server {
  return createServer({ noDelay: true }, (socket) => {
    let unread = "";
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      const heads = (unread + text).split("\r\n\r\n");
      unread = heads.pop() ?? "";
      if (heads.length > 0) socket.write(ANSWER.repeat(heads.length));
    });
    socket.on("error", () => socket.destroy());
  });
}

/**
 * A server in its own thread that answers each request with endless bytes, as fast as the client takes them.
 */
import { type ServerThread, startThread } from "./server-thread.js";

const SERVER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const server = require("node:net").createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(workerData.head);
      const flood = () => {
        while (!socket.destroyed && socket.write(workerData.flood));
        socket.once("drain", flood);
      };
      flood();
    });
  });
  server.listen({ host: "127.0.0.1", port: 0 }, () => parentPort.postMessage(server.address().port));
`;

/** Sends the head once, then the flood repeatedly. */
export function startFloodThread(head: string, flood: Uint8Array): Promise<ServerThread> {
  return startThread(SERVER, { head, flood });
}

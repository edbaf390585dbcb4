/**
 * A server in a thread of its own that answers each request with bytes without end, as fast as they are taken.
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

/** It sends the head once, and then the flood again and again. */
export function startFloodThread(head: string, flood: Uint8Array): Promise<ServerThread> {
  return startThread(SERVER, { head, flood });
}

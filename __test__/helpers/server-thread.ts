/**
 * A server in a thread of its own, which answers whatever this thread's event loop is doing.
 */
import { Worker } from "node:worker_threads";

export interface ServerThread extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

const SERVER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { createServer } = require("node:http");
  const server = createServer((request, response) => {
    setTimeout(() => {
      response.write("first ");
      setTimeout(() => response.end("second"), workerData.delay);
    }, workerData.delay);
  });
  server.listen({ host: "127.0.0.1", port: 0 }, () => parentPort.postMessage(server.address().port));
`;

/** It sends the head and "first " after `delay` milliseconds, and "second" after as many again. */
export function startServerThread(delay: number): Promise<ServerThread> {
  return startThread(SERVER, { delay });
}

/** Runs a script that starts a server and posts its port. */
export async function startThread(script: string, workerData: unknown): Promise<ServerThread> {
  const thread = new Worker(script, { eval: true, workerData });
  const port = await new Promise<number>((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await thread.terminate();
    },
  };
}

/** Keeps this thread from doing anything else. */
export function blockEventLoop(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

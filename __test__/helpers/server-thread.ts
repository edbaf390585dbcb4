/**
 * A server in its own thread, which answers even while this thread's event loop is blocked.
 */
import { Worker } from "node:worker_threads";

export interface ServerThread extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The number of requests received. Updated only while this thread's event loop runs. */
  readonly requests: number;
}

const SERVER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { createServer } = require("node:http");
  const server = createServer((request, response) => {
    parentPort.postMessage("request");
    setTimeout(() => {
      response.write("first ");
      setTimeout(() => response.end("second"), workerData.delay);
    }, workerData.delay);
  });
  server.listen({ host: "127.0.0.1", port: 0 }, () => parentPort.postMessage(server.address().port));
`;

/** Sends the head and "first " after `delay` milliseconds, and "second" after another `delay`. */
export function startServerThread(delay: number): Promise<ServerThread> {
  return startThread(SERVER, { delay });
}

/** Runs a script that starts a server, posts its port, and may post "request" for each request. */
export async function startThread(script: string, workerData: unknown): Promise<ServerThread> {
  const thread = new Worker(script, { eval: true, workerData });
  const port = await new Promise<number>((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
  let requests = 0;
  thread.on("message", (message) => {
    if (message === "request") requests += 1;
  });
  return {
    get requests() {
      return requests;
    },
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await thread.terminate();
    },
  };
}

/** Blocks this thread. */
export function blockEventLoop(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

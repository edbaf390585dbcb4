/**
 * A loopback address at which connecting neither succeeds nor fails: a listener exists but accepts no connection, and
 * its queue is full. Linux then drops each further SYN without an answer.
 */
import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";

export interface Blackhole extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** Runs in a thread: listens, posts its port, and blocks its event loop, so it accepts no connection. */
const LISTENER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const server = require("node:net").createServer();
  server.listen({ host: "127.0.0.1", port: 0, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(workerData, 0, 0);
    process.exit();
  });
`;

export async function startBlackhole(): Promise<Blackhole> {
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(LISTENER, { eval: true, workerData: asleep });
  const gone = new Promise((resolve) => thread.once("exit", resolve));
  const port = await new Promise<number>((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
  const fillers: Socket[] = [];
  while (await isAccepted(port, fillers));
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      Atomics.store(asleep, 0, 1);
      Atomics.notify(asleep, 0);
      for (const socket of fillers) socket.destroy();
      await gone;
    },
  };
}

/** Whether the queue still has room for one more connection. */
function isAccepted(port: number, fillers: Socket[]): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  fillers.push(socket);
  return new Promise((resolve) => {
    // after a look at the sockets: the machine may have stopped for that time
    const full = setTimeout(() => setImmediate(() => resolve(false)), 500);
    socket.once("connect", () => {
      clearTimeout(full);
      resolve(true);
    });
    // The fillers are reset when the listener exits.
    socket.on("error", () => {});
  });
}

/** Sessions whose event loop is blocked: the engine answers pings and enforces the deadline of pongs by itself. */
import test from "ava";
import { AsyncClient, type WebSocketDisconnect, type WebSocketNetworkError } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { startThread } from "../helpers/server-thread.js";
import { turn } from "../helpers/waiting.js";

/** Sets the shared number when a pong came, or a connection ended. It answers pings if told to. */
const SERVER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { WebSocketServer } = require("ws");
  const { shared, autoPong } = workerData;
  const notify = () => {
    Atomics.store(shared, 0, 1);
    Atomics.notify(shared, 0);
  };
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", autoPong }, () => parentPort.postMessage(server.address().port));
  server.on("connection", (socket) => {
    socket.on("error", () => {}).on("pong", notify).on("close", notify);
    socket.on("message", () => socket.ping("now"));
  });
`;

async function startServer(autoPong: boolean) {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const thread = await startThread(SERVER, { shared, autoPong });
  return {
    url: thread.url,
    /** Blocks this thread's event loop until the server set the number: "ok", or else "timed-out". */
    blockUntilSet: () => Atomics.wait(shared, 0, 0, 15_000),
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}

test("a ping is answered while the event loop is blocked", async (t) => {
  await using server = await startServer(true);
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  await session.send("ping me");
  // what a turn of the event loop submits, goes to the engine at its end
  await turn();
  t.not(server.blockUntilSet(), "timed-out");
  t.false(session.isClosed);
});

test("the deadline of a pong holds while the event loop is blocked", async (t) => {
  await using server = await startServer(false);
  await using client = new AsyncClient();
  const session = await client.websocket(server.url, { pingInterval: 50, pingTimeout: 100 });
  await turn();
  t.not(server.blockUntilSet(), "timed-out");
  const error = (await rejection(session.receive())) as WebSocketDisconnect;
  t.is(error.code, 1006);
  t.is((error.cause as WebSocketNetworkError).code, "ERR_WEBSOCKET_PING_TIMEOUT");
});

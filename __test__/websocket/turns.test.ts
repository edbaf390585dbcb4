/** A flood of messages that are taken more slowly than they come, but as they come, lets the event loop turn. */
import test from "ava";
import { AsyncClient } from "httpxide";
import { startThread } from "../helpers/server-thread.js";

const MESSAGES = 4_000;

/** Sends the messages at once. */
const SERVER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { WebSocketServer } = require("ws");
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" }, () => parentPort.postMessage(server.address().port));
  const message = Buffer.alloc(64 * 1024);
  server.on("connection", (socket) => {
    for (let sent = 0; sent < workerData.messages; sent += 1) socket.send(message);
    socket.close();
  });
`;

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test("the event loop turns every few milliseconds during a flood of messages", async (t) => {
  await using server = await startThread(SERVER, { messages: MESSAGES });
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  let [inTurn, most, received] = [0, 0, 0];
  const count = (): void => {
    most = Math.max(most, inTurn);
    inTurn = 0;
    if (received < MESSAGES) setImmediate(count);
  };
  count();
  for await (const _ of session) {
    received += 1;
    inTurn += 1;
    work(0.1);
  }
  t.is(received, MESSAGES);
  // 2 ms, and a mebibyte that has come meanwhile
  t.true(most <= 40, `${most} messages in one turn`);
});

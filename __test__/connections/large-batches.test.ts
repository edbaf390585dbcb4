/** Responses that wait for a blocked event loop are one batch, which may be larger than the memory for one. */
import { setImmediate as turn } from "node:timers/promises";
import test from "ava";
import { AsyncClient } from "httpxide";
import { blockEventLoop, startThread } from "../helpers/server-thread.js";

const SERVER = `
  const { parentPort } = require("node:worker_threads");
  const server = require("node:http").createServer((request, response) => {
    const number = Number(request.url.slice(1));
    response.end((number % 2 ? "é" : "x").repeat(1 + number * 250));
  });
  server.listen({ host: "127.0.0.1", port: 0 }, () => parentPort.postMessage(server.address().port));
`;

test.serial(
  "responses of many times the memory for a batch arrive at once, each with its body",
  async (t) => {
    await using server = await startThread(SERVER, null);
    await using client = new AsyncClient({ baseUrl: server.url, timeout: null });
    for (let round = 0; round < 3; round++) {
      const calls = Array.from({ length: 120 }, (_, number) => client.get(`/${number}`));
      // the requests go to the engine before the loop turns
      await turn();
      blockEventLoop(500);
      for (const [number, { text }] of (await Promise.all(calls)).entries()) {
        t.is(text, (number % 2 === 1 ? "é" : "x").repeat(1 + number * 250));
      }
    }
  },
);

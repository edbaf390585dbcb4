/** Requests that are all begun before the event loop turns. */
import test from "ava";
import { AsyncClient } from "httpxide";
import { bodyOf, startHttpServer } from "../helpers/http-server.js";

const BODY = "x".repeat(15_000);
const COUNT = 6000;

test("they are handed to the engine as they collect, not all at once", async (t) => {
  await using server = await startHttpServer(async (request, response) => {
    response.end(String((await bodyOf(request)).length));
  });
  const client = new AsyncClient({ timeout: null });
  const before = process.memoryUsage().arrayBuffers;
  const calls = Array.from({ length: COUNT }, () => client.post(server.url, { content: BODY }));
  const grown = process.memoryUsage().arrayBuffers - before;
  // all of them have 90 MB, for which a batch that doubles its memory takes 128 MiB
  t.true(grown < 100 * 1024 * 1024, `${grown} bytes`);
  const settled = Promise.allSettled(calls);
  const answers = await Promise.all(calls.slice(0, 100));
  t.true(answers.every(({ text }) => text === String(BODY.length)));
  await client.aclose();
  await settled;
});

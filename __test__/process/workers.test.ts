/**
 * The client in worker threads: each thread has its own, threads start and end, and terminating one in the middle of
 * its requests harms no other.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import test from "ava";
import { AsyncClient } from "httpxide";
import { programPath } from "../helpers/child.js";
import { startHttpServer } from "../helpers/http-server.js";
import { eventually, pause, settling } from "../helpers/waiting.js";

/** Makes `requests` requests in a thread and posts how many were answered; with -1, continues until terminated. */
function startWorker(url: string, requests: number): Worker {
  return new Worker(programPath("request-worker"), { workerData: { url, requests } });
}

test.serial("four threads make requests in parallel, and exit by themselves", async (t) => {
  await using server = await startHttpServer();
  const threads = Array.from({ length: 4 }, () => startWorker(server.url, 200));
  const ends = threads.map(async (thread) => {
    const exit = once(thread, "exit");
    const [answered] = (await once(thread, "message")) as [number];
    const [code] = (await exit) as [number];
    return { answered, code };
  });
  const outcomes = await settling(Promise.all(ends), 60_000);
  t.true(outcomes.every(({ answered, code }) => answered === 200 && code === 0));
  await eventually("their sockets are closed", () => server.openSockets === 0);
});

test.serial(
  "terminating a thread during its requests, twenty times, does not harm this thread",
  async (t) => {
    t.timeout(120_000);
    await using server = await startHttpServer(async (_request, response) => {
      response.write("x".repeat(50_000));
      await pause(3);
      response.end("y".repeat(50_000));
    });
    await using client = new AsyncClient();
    for (let time = 0; time < 20; time++) {
      const before = server.requests.length;
      const thread = startWorker(server.url, -1);
      await eventually("it makes requests", () => server.requests.length > before + 5);
      await pause(time % 7);
      const own = client.get(server.url);
      await settling(thread.terminate());
      t.is((await settling(own)).content.byteLength, 100_000);
    }
    await client.aclose();
    await eventually("all sockets are closed", () => server.openSockets === 0);
  },
);

test.serial("a thread can start after all others have ended", async (t) => {
  await using server = await startHttpServer();
  for (let time = 0; time < 5; time++) {
    const thread = startWorker(server.url, 3);
    const exit = once(thread, "exit");
    t.deepEqual(await settling(once(thread, "message")), [3]);
    t.deepEqual(await settling(exit), [0]);
  }
});

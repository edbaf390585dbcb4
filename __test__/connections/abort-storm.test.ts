/**
 * Aborts at random moments: in the queue, while connecting, in the upload, before the head, in the body and at its end.
 * The moments come from a fixed seed.
 */
import test from "ava";
import { AsyncClient, type RequestOptions } from "httpxide";
import { gatherBytes, randomNumbers } from "../helpers/bytes.js";
import { type Handler, startHttpServer } from "../helpers/http-server.js";
import { eventually, pause, settling, turn } from "../helpers/waiting.js";

test("2,000 aborts at random moments leave a client that keeps serving within its limits", async (t) => {
  t.timeout(120_000);
  const random = randomNumbers(20_240_229);
  const handler: Handler = async (request, response) => {
    request.resume();
    const moment = random();
    if (moment < 0.3) await pause(moment * 20);
    response.write("x".repeat(Math.floor(random() * 50_000)));
    if (moment > 0.7) await pause(moment * 5);
    response.end("y".repeat(Math.floor(random() * 200_000)));
  };
  await using server = await startHttpServer(handler);
  await using client = new AsyncClient({ limits: { maxConnections: 10 }, timeout: 60_000 });

  const abortedCall = async (): Promise<void> => {
    const abort = new AbortController();
    const { signal } = abort;
    const options: RequestOptions =
      random() < 0.3 ? { signal, content: ["up", "load".repeat(5000)] } : { signal };
    const call =
      random() < 0.5
        ? client.post(server.url, options)
        : client.stream("POST", server.url, options, (response) => gatherBytes(response.aiterBytes()));
    const outcome = call.then(
      () => null,
      (reason: unknown) => reason,
    );
    const moment = random();
    if (moment < 0.1) await Promise.resolve();
    else if (moment < 0.3) await turn();
    else await pause(moment * 15);
    abort.abort();
    const reason = await settling(outcome, 60_000);
    if (reason !== null && reason !== signal.reason) t.fail(String(reason));
  };

  for (let batch = 0; batch < 50; batch++) {
    await Promise.all(Array.from({ length: 40 }, abortedCall));
  }
  await eventually("no request is left", () => {
    const { queued, inFlight } = client.stats().requests;
    return queued + inFlight === 0;
  });
  const answers = await settling(
    Promise.all(Array.from({ length: 200 }, () => client.get(server.url))),
    60_000,
  );
  t.true(answers.every((response) => response.statusCode === 200));
  await eventually("the sockets are within the limit", () => server.openSockets <= 10);
});

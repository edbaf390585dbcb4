/** Bursts to servers that serve few requests at a time, or few on a connection: none of them fails. */
import test from "ava";
import { AsyncClient, type Response } from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { startHttpServer } from "../helpers/http-server.js";
import { startNginx } from "../helpers/http2-daemons.js";
import { startPlainHttp2Server } from "../helpers/http2-server.js";
import { pause } from "../helpers/waiting.js";

/** So many requests at once, every second one a POST. */
function burst(client: AsyncClient, url: string, size: number): Promise<Response[]> {
  return Promise.all(
    Array.from({ length: size }, (_, at) =>
      at % 2 === 0 ? client.get(url) : client.post(url, { content: "body" }),
    ),
  );
}

for (const maxConcurrentStreams of [1, 3, 10]) {
  test(`node:http2 that allows ${maxConcurrentStreams} streams answers a burst of 300, also after another`, async (t) => {
    await using server = await startPlainHttp2Server(
      (stream) => {
        stream.resume();
        stream.on("end", () => {
          stream.respond({ ":status": 200 });
          stream.end("ok");
        });
      },
      undefined,
      { settings: { maxConcurrentStreams } },
    );
    await using client = new AsyncClient({
      http1: false,
      http2: true,
      timeout: 60_000,
      limits: { maxConnections: 30 },
    });
    for (let round = 0; round < 2; round++) {
      const responses = await burst(client, server.url, 300);
      t.true(responses.every(({ text }) => text === "ok"));
    }
  });
}

test("nginx that allows 4 streams answers a burst of 300", async (t) => {
  const { ca } = await certificates();
  await using server = await startNginx({ directives: ["http2_max_concurrent_streams 4;"] });
  await using client = new AsyncClient({ http2: true, verify: { ca }, timeout: 60_000 });
  const responses = await burst(client, server.url, 300);
  t.true(responses.every(({ text }) => text === "ok"));
});

test("nginx that closes its connections after 10 requests, before it answers them, answers 100 of them", async (t) => {
  const { ca } = await certificates();
  await using behind = await startHttpServer(async (_request, response) => {
    await pause(50);
    response.end("ok");
  });
  const location = `location = /behind { proxy_pass ${behind.url}; }`;
  await using server = await startNginx({ directives: ["keepalive_requests 10;", location] });
  for (const timeout of [60_000, null]) {
    await using client = new AsyncClient({ http2: true, verify: { ca }, timeout });
    const responses = await burst(client, `${server.url}/behind`, 100);
    t.true(responses.every(({ text }) => text === "ok"));
  }
});

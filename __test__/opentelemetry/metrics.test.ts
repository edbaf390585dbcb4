// httpxide/opentelemetry with the real SDK: the metrics of requests, over real sockets.
import type { DataPoint, Histogram } from "@opentelemetry/sdk-metrics";
import test from "ava";
import { AsyncClient } from "httpxide";
import { startHttpServer } from "../helpers/http-server.js";
import { telemetry } from "./telemetry.js";

test.serial("the duration of requests is a histogram in seconds with the conventions' buckets", async (t) => {
  const { points } = telemetry(t);
  await using server = await startHttpServer(
    (_request, response) => void setTimeout(() => response.end(), 60),
  );
  await using client = new AsyncClient();
  for (const page of [1, 2]) await client.get(`${server.url}/?page=${page}`);
  await t.throwsAsync(client.get("http://127.0.0.1:1234/"));
  const [answered, failed, ...others] = await points("http.client.request.duration");
  const common = { "http.request.method": "GET", "server.address": "127.0.0.1", "url.scheme": "http" };
  t.deepEqual(answered?.attributes, {
    ...common,
    "server.port": Number(new URL(server.url).port),
    "http.response.status_code": 200,
    "network.protocol.version": "1.1",
  });
  t.deepEqual(failed?.attributes, { ...common, "server.port": 1234, "error.type": "ConnectError" });
  t.deepEqual(others, []);
  const { buckets, count, sum = 0 } = (answered as DataPoint<Histogram>).value;
  t.deepEqual(
    buckets.boundaries,
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  );
  t.is(count, 2);
  t.true(sum >= 0.1 && sum < 60, `${sum} s`);
});

test.serial("active requests are counted until the end of their bodies", async (t) => {
  const { points } = telemetry(t);
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  const responses = [];
  for (const path of ["/a", "/b"]) {
    responses.push(await client.send(client.buildRequest("GET", server.url + path), { stream: true }));
  }
  t.is((await points("http.client.active_requests"))[0]?.value, 2);
  for (const response of responses) await response.aclose();
  t.is((await points("http.client.active_requests"))[0]?.value, 0);
});

// httpxide/opentelemetry with the real SDK: the metrics of requests, over real sockets.
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { gzipSync } from "node:zlib";
import type { DataPoint, Histogram } from "@opentelemetry/sdk-metrics";
import test from "ava";
import { AsyncClient } from "httpxide";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { eventually } from "../helpers/waiting.js";
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

test.serial("open connections are counted by state over all clients, down to none", async (t) => {
  const { points } = telemetry(t);
  await using server = await startHttpServer((request, response) => {
    response.write("hello");
    // the rest of this one never comes
    if (request.url !== "/endless") response.end();
  });
  const expected = { "server.address": "127.0.0.1", "server.port": server.port, "url.scheme": "http" };
  const open = async (): Promise<unknown> => {
    const mine = (await points("http.client.open_connections")).filter(
      ({ attributes }) => attributes["server.port"] === server.port,
    );
    for (const { attributes } of mine) t.like(attributes, expected);
    return Object.fromEntries(
      mine.map(({ attributes, value }) => [attributes["http.connection.state"], value]),
    );
  };
  await using one = new AsyncClient();
  await using other = new AsyncClient();
  await one.get(server.url);
  const response = await other.stream("GET", `${server.url}/endless`);
  await other.get(server.url);
  t.deepEqual(await open(), { active: 1, idle: 2 });
  await response.aclose();
  await one.aclose();
  await other.aclose();
  t.deepEqual(await open(), { active: 0, idle: 0 });
});

test.serial("the time for which a connection was open is measured when it closes", async (t) => {
  const { points, instrumentation } = telemetry(t);
  await using server = await startHttpServer(answering("hello"));
  await using client = new AsyncClient({ limits: { keepaliveExpiry: 60 } });
  await client.get(server.url);
  let isClosed = false;
  const hear = (): void => void (isClosed = true);
  subscribe("httpxide:connection:close", hear);
  t.teardown(() => void unsubscribe("httpxide:connection:close", hear));
  await eventually("it has expired", () => isClosed);
  const [point, ...others] = await points("http.client.connection.duration");
  t.deepEqual(point?.attributes, {
    "server.address": "127.0.0.1",
    "server.port": server.port,
    "url.scheme": "http",
  });
  const { count, sum = 0 } = (point as DataPoint<Histogram>).value;
  t.is(count, 1);
  t.true(sum >= 0.05 && sum < 60, `${sum} s`);
  t.deepEqual(others, []);
  instrumentation.disable();
  await client.get(server.url);
  await client.aclose();
  t.is(((await points("http.client.connection.duration"))[0] as DataPoint<Histogram>).value.count, 1);
});

test.serial("an open connection holds nothing of the call that it was opened for", async (t) => {
  telemetry(t);
  await using server = await startHttpServer(answering("hello"));
  await using client = new AsyncClient();
  const storage = new AsyncLocalStorage<object>();
  const stores: WeakRef<object>[] = [];
  const call = async (): Promise<void> => {
    const store = {};
    stores.push(new WeakRef(store));
    await storage.run(store, () => client.get(server.url));
  };
  await call();
  const { connection } = (await client.get(server.url)).extensions;
  await eventually("the store is collected", () => {
    globalThis.gc!();
    return stores[0]?.deref() === undefined;
  });
  t.is((await client.get(server.url)).extensions.connection?.id, connection?.id, "over the same connection");
});

test.serial("bodies have their sizes on the wire, where they are known", async (t) => {
  const { points } = telemetry(t);
  const zipped = gzipSync("hello ".repeat(1000));
  await using server = await startHttpServer((_request, response) => {
    response.setHeader("content-encoding", "gzip").end(zipped);
  });
  await using client = new AsyncClient();
  await client.post(server.url, { content: "12345" });
  await client.post(server.url, {
    content: (async function* () {
      yield "of unknown length";
    })(),
  });
  const sizes = async (of: string): Promise<unknown> => {
    const [point] = await points(`http.client.${of}.body.size`);
    const { count, sum } = (point as DataPoint<Histogram>).value;
    return [count, sum];
  };
  t.deepEqual(await sizes("request"), [1, 5]);
  t.deepEqual(await sizes("response"), [2, 2 * zipped.byteLength]);
});

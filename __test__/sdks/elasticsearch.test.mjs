// The client of Elasticsearch over httpxide/undici: its connections take a dispatcher.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, errors } from "@elastic/elasticsearch";
import { UndiciConnection } from "@elastic/transport";
import { HttpxideDispatcher } from "../../dist/undici.mjs";
import { closed, json, refusedPort, scriptedServer } from "./scripted-server.mjs";

/** The client believes only a server that says what it is. */
const product = { "x-elastic-product": "Elasticsearch" };
const answer = (response, value, status = 200) => json(response, value, status, product);

function clientOf(t, nodes, options) {
  const dispatcher = new HttpxideDispatcher({});
  const client = new Client({
    nodes,
    Connection: UndiciConnection,
    agent: () => dispatcher,
    maxRetries: 0,
    ...options,
  });
  t.after(() => client.close());
  return client;
}

test("documents are indexed, searched and counted", async (t) => {
  const server = await scriptedServer(t, ({ url }, response) => {
    if (url.endsWith("/_search")) answer(response, { hits: { hits: [{ _id: "1", _source: { a: 1 } }] } });
    else answer(response, { _id: "1", result: "created" }, 201);
  });
  const client = clientOf(t, [server.url]);
  assert.equal((await client.index({ index: "i", id: "1", document: { a: 1 } })).result, "created");
  const { hits } = await client.search({ index: "i", query: { match: { a: 1 } } });
  assert.deepEqual(hits.hits[0]._source, { a: 1 });
  assert.deepEqual(
    server.received.map(({ method, url, body }) => [method, url, body]),
    [
      ["PUT", "/i/_doc/1", '{"a":1}'],
      ["POST", "/i/_search", '{"query":{"match":{"a":1}}}'],
    ],
  );
});

test("the bulk helper sends lines from a generator", async (t) => {
  const server = await scriptedServer(t, ({ body }, response) => {
    const items = body.trim().split("\n").length / 2;
    answer(response, {
      errors: false,
      items: Array.from({ length: items }, () => ({ index: { status: 201 } })),
    });
  });
  const client = clientOf(t, [server.url]);
  async function* documents() {
    for (let id = 0; id < 500; id++) yield { id };
  }
  const { successful } = await client.helpers.bulk({
    datasource: documents(),
    flushBytes: 4096,
    onDocument: () => ({ index: { _index: "i" } }),
  });
  assert.equal(successful, 500);
  assert(server.received.length > 1);
});

test("an answer can be a stream", async (t) => {
  const server = await scriptedServer(t, (_request, response) =>
    answer(response, { rows: "x".repeat(300_000) }),
  );
  const stream = await clientOf(t, [server.url]).search({ index: "i" }, { asStream: true });
  let text = "";
  for await (const chunk of stream) text += chunk;
  assert.equal(JSON.parse(text).rows.length, 300_000);
});

test("a node that is down is left for another one", async (t) => {
  const server = await scriptedServer(t, (_request, response) => answer(response, { count: 3 }));
  const down = `http://127.0.0.1:${await refusedPort()}`;
  const client = clientOf(t, [down, server.url], { maxRetries: 2, nodeSelector: "round-robin" });
  for (let call = 0; call < 4; call++) assert.equal((await client.count({ index: "i" })).count, 3);
});

test("errors have the SDK's classes", async (t) => {
  const server = await scriptedServer(t, ({ url }, response) => {
    if (url.startsWith("/none"))
      answer(response, { error: { type: "index_not_found_exception" }, status: 404 }, 404);
  });
  const client = clientOf(t, [server.url]);
  await assert.rejects(client.search({ index: "none" }), (error) => {
    assert(error instanceof errors.ResponseError);
    assert.deepEqual([error.statusCode, error.body.error.type], [404, "index_not_found_exception"]);
    return true;
  });
  await assert.rejects(client.search({ index: "slow" }, { requestTimeout: 50 }), errors.TimeoutError);
  const refused = clientOf(t, [`http://127.0.0.1:${await refusedPort()}`]);
  await assert.rejects(refused.search({ index: "i" }), errors.ConnectionError);
});

test("an abort closes the connection", async (t) => {
  let gone;
  const stop = new AbortController();
  const server = await scriptedServer(t, (_request, response) => {
    gone = closed(response);
    stop.abort();
  });
  const search = clientOf(t, [server.url]).search({ index: "i" }, { signal: stop.signal });
  await assert.rejects(search, errors.RequestAbortedError);
  await gone;
});

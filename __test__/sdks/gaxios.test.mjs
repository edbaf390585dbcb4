// gaxios, the client below Google's SDKs, over httpxide/fetch.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { Gaxios, GaxiosError } from "gaxios";
import { fetch } from "../../dist/fetch.mjs";
import { closed, json, refusedPort, scriptedServer } from "./scripted-server.mjs";

const gaxios = new Gaxios({ fetchImplementation: fetch });

test("JSON goes and comes, with a query", async (t) => {
  const server = await scriptedServer(t, ({ body, url }, response) => json(response, { body, url }));
  const { status, data, headers } = await gaxios.request({
    url: server.url,
    method: "POST",
    data: { a: 1 },
    params: { q: "ä b" },
  });
  assert.deepEqual([status, data.body, data.url], [200, '{"a":1}', "/?q=%C3%A4+b"]);
  assert.match(headers.get("content-type"), /json/);
});

test("it tries again after a 503 and a connection that breaks", async (t) => {
  const server = await scriptedServer(t, ({ number }, response) => {
    if (number === 1) return json(response, {}, 503);
    if (number === 2) return response.destroy();
    json(response, { ok: true });
  });
  const { data } = await gaxios.request({ url: server.url, retryConfig: { retry: 3, retryDelay: 1 } });
  assert.equal(data.ok, true);
  assert.equal(server.received.length, 3);
});

test("errors have status and answer, or the cause of a refused connection", async (t) => {
  const server = await scriptedServer(t, (_request, response) =>
    json(response, { error: { message: "no" } }, 404),
  );
  await assert.rejects(gaxios.request({ url: server.url }), (error) => {
    assert(error instanceof GaxiosError);
    assert.deepEqual([error.status, error.response.data.error.message], [404, "no"]);
    return true;
  });
  const port = await refusedPort();
  await assert.rejects(gaxios.request({ url: `http://127.0.0.1:${port}`, retry: false }), (error) => {
    assert(error instanceof GaxiosError);
    assert.equal(error.cause.cause.code, "ECONNREFUSED");
    return true;
  });
});

test("a body streams both ways", async (t) => {
  const server = await scriptedServer(t, ({ bytes }, response) => response.end(bytes));
  const parts = Array.from({ length: 50 }, (_, index) => Buffer.alloc(10_000, index));
  const { data } = await gaxios.request({
    url: server.url,
    method: "POST",
    data: Readable.from(parts),
    responseType: "stream",
  });
  const chunks = [];
  for await (const chunk of data) chunks.push(chunk);
  assert(Buffer.concat(chunks).equals(Buffer.concat(parts)));
});

test("parts of a multipart upload are sent in their order", async (t) => {
  const server = await scriptedServer(t, (_request, response) => json(response, {}));
  await gaxios.request({
    url: server.url,
    method: "POST",
    multipart: [
      { headers: new Headers({ "content-type": "application/json" }), content: '{"name":"x"}' },
      { headers: new Headers({ "content-type": "text/plain" }), content: Readable.from(["hel", "lo"]) },
    ],
  });
  const [{ headers, body }] = server.received;
  assert.match(headers["content-type"], /^multipart\/related; boundary=/);
  assert.match(body, /application\/json\r\n\r\n\{"name":"x"\}\r\n--[^]*text\/plain\r\n\r\nhello\r\n--/);
});

test("an abort closes the connection", async (t) => {
  let gone;
  const stop = new AbortController();
  const server = await scriptedServer(t, (_request, response) => {
    gone = closed(response);
    stop.abort();
  });
  await assert.rejects(gaxios.request({ url: server.url, signal: stop.signal }), (error) => {
    assert(error instanceof GaxiosError);
    assert.equal(error.cause.name, "AbortError");
    return true;
  });
  await gone;
});

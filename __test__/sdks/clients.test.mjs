// Other clients over httpxide/fetch: ky, ofetch, and the requests of node-fetch.
import assert from "node:assert/strict";
import { test } from "node:test";
import ky, { HTTPError, TimeoutError } from "ky";
import { Request as NodeFetchRequest } from "node-fetch";
import { createFetch as createOFetch, FetchError } from "ofetch";
import { fetch } from "../../dist/fetch.mjs";
import { closed, json, refusedPort, scriptedServer } from "./scripted-server.mjs";

const echoing = ({ method, url, body }, response) => json(response, { method, url, body });
const own = ky.create({ fetch });

test("ky sends JSON, and repeats after a 503 and after a connection that broke", async (t) => {
  const server = await scriptedServer(t, (request, response) => {
    if (request.number === 2) return response.writeHead(503).end();
    if (request.number === 3) return response.destroy();
    echoing(request, response);
  });
  assert.equal((await own.post(`${server.url}/ky`, { json: { a: 1 } }).json()).body, '{"a":1}');
  assert.equal(server.received[0].headers["content-length"], "7");
  const answer = await own.get(`${server.url}/flaky`, { retry: { limit: 3, delay: () => 5 } }).json();
  assert.equal(answer.url, "/flaky");
});

test("ky has errors for a status, for time and for an abort", async (t) => {
  let gone;
  const server = await scriptedServer(t, ({ url }, response) => {
    gone = closed(response);
    if (url === "/none") json(response, {}, 404);
  });
  await assert.rejects(own.get(`${server.url}/none`), HTTPError);
  await assert.rejects(own.get(`${server.url}/slow`, { timeout: 50, retry: 0 }), TimeoutError);
  await gone;
  const signal = AbortSignal.timeout(50);
  await assert.rejects(own.get(`${server.url}/slow`, { signal, retry: 0 }), { name: "TimeoutError" });
});

test("ky reports the progress of a download", async (t) => {
  const server = await scriptedServer(t, (_request, response) => response.end(Buffer.alloc(500_000)));
  const seen = [];
  await own.get(server.url, { onDownloadProgress: ({ percent }) => seen.push(percent) }).arrayBuffer();
  assert.equal(seen.at(-1), 1);
});

test("ofetch sends JSON and a query, repeats, and has errors", async (t) => {
  const server = await scriptedServer(t, (request, response) => {
    if (request.number === 2) return json(response, {}, 503);
    if (request.url === "/none") return json(response, { why: "none" }, 404);
    echoing(request, response);
  });
  const ofetch = createOFetch({ fetch });
  const answer = await ofetch(`${server.url}/o`, { method: "POST", body: { a: 1 }, query: { b: 2 } });
  assert.deepEqual(answer, { method: "POST", url: "/o?b=2", body: '{"a":1}' });
  assert.equal((await ofetch(`${server.url}/again`, { retry: 1, retryDelay: 1 })).url, "/again");
  await assert.rejects(ofetch(`${server.url}/none`), (error) => {
    assert(error instanceof FetchError);
    assert.deepEqual([error.status, error.data.why], [404, "none"]);
    return true;
  });
  await assert.rejects(ofetch(`http://127.0.0.1:${await refusedPort()}`, { retry: 0 }), FetchError);
});

test("a Request of node-fetch is sent", async (t) => {
  const server = await scriptedServer(t, echoing);
  const request = new NodeFetchRequest(`${server.url}/n`, {
    method: "POST",
    body: "hello",
    headers: { a: "1" },
  });
  assert.deepEqual(await (await fetch(request)).json(), { method: "POST", url: "/n", body: "hello" });
  assert.equal(server.received[0].headers.a, "1");
});

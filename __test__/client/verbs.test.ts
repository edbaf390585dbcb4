/**
 * The plain calls, over a real socket: each verb, what of the URL and the options is sent, and what of the answer
 * comes back.
 */
import test from "ava";
import { AsyncClient, type RequestOptions, type Response } from "httpxide";
import { type Echo, startHttpServer } from "../helpers/http-server.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";

const VERBS = ["get", "options", "post", "put", "patch", "delete"] as const;

for (const verb of VERBS) {
  test(`${verb}() sends its method and gives the answer with its body read`, async (t) => {
    await using server = await startHttpServer();
    await using client = new AsyncClient();
    const response = await client[verb](`${server.url}/things?page=2`);
    const seen = response.json<Echo>();
    t.is(seen.method, verb.toUpperCase());
    t.is(seen.path, "/things?page=2");
    t.true(response.isClosed);
    t.is(server.requests.length, 1);
  });
}

test("head() gives the headers of the answer and no body", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.setHeader("Content-Length", "1234").end();
  });
  await using client = new AsyncClient();
  const response = await client.head(server.url);
  t.is(response.statusCode, 200);
  t.is(response.headers.get("content-length"), "1234");
  t.is(response.content.byteLength, 0);
  t.is(server.requests[0]?.method, "HEAD");
});

for (const method of ["PURGE", "QUERY", "M-SEARCH", "TRACE"]) {
  test(`request() sends the method ${method}`, async (t) => {
    await using server = await startRawServer(replying(ok()));
    await using client = new AsyncClient();
    const response = await client.request(method, `${server.url}/x`);
    t.is(response.text, "ok");
    t.is(server.requests[0]?.line, `${method} /x HTTP/1.1`);
  });
}

test("a method in lower case is sent in capitals", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  t.is((await client.request("post", server.url)).json<Echo>().method, "POST");
});

test("a response tells its status, reason, version, headers, URL, request and duration", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(418, "Short and stout", { "X-Kind": "tea", "Content-Type": "text/plain" }).end("hot");
  });
  await using client = new AsyncClient();
  const response = await client.get(`${server.url}/pot`, { headers: { "X-Asked": "yes" } });
  t.is(response.statusCode, 418);
  t.is(response.reasonPhrase, "Short and stout");
  t.is(response.httpVersion, "HTTP/1.1");
  t.is(response.headers.get("x-kind"), "tea");
  t.is(response.text, "hot");
  t.is(response.url.href, `${server.url}/pot`);
  t.is(response.request.method, "GET");
  t.is(response.request.headers.get("x-asked"), "yes");
  t.true(response.elapsed >= 0 && response.elapsed < 60_000);
  t.false(response.isSuccess);
});

test("an answer without a body has an empty one", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(204).end();
  });
  await using client = new AsyncClient();
  const response = await client.get(server.url);
  t.is(response.statusCode, 204);
  t.is(response.text, "");
});

test("baseUrl is put before relative URLs, and leaves absolute ones alone", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient({ baseUrl: `${server.url}/api` });
  t.is((await client.get("/users")).json<Echo>().path, "/api/users");
  t.is((await client.get("users")).json<Echo>().path, "/api/users");
  t.is((await client.get(`${server.url}/else`)).json<Echo>().path, "/else");
});

test("params are merged into the query that the URL has", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient({ params: { key: "k" } });
  const response = await client.get(`${server.url}/?keep=1&page=1`, { params: { page: 2 } });
  const query = new URL(response.json<Echo>().path, server.url).searchParams;
  t.deepEqual(Object.fromEntries(query), { keep: "1", page: "2", key: "k" });
});

test("a fragment is not sent", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  t.is((await client.get(`${server.url}/a?b=c#d`)).json<Echo>().path, "/a?b=c");
});

test("a URL object is as good as a string", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  t.is((await client.get(new URL("/x?y=%20z", server.url))).json<Echo>().path, "/x?y=%20z");
});

test("send() sends a request that was built before, as often as it is asked to", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  const request = client.buildRequest("POST", `${server.url}/again`, { json: { n: 1 } });
  for (let time = 0; time < 3; time++) {
    const response = await client.send(request);
    t.is(response.json<Echo>().body, '{"n":1}');
    t.is(response.request, request);
  }
  t.is(server.requests.length, 3);
});

test("one connection is used again and again", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  for (let time = 0; time < 20; time++) await client.get(server.url);
  t.is(server.connections, 1);
});

test("500 requests at a time each get their own answer", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient({ limits: { maxConnections: 50 }, timeout: 30_000 });
  const ask = (index: number): [string, RequestOptions] => [
    `${server.url}/${index}`,
    { content: `body ${index}` },
  ];
  const asked: Promise<Response>[] = Array.from({ length: 500 }, (_, index) => client.post(...ask(index)));
  for (const [index, response] of (await Promise.all(asked)).entries()) {
    const { path, body } = response.json<Echo>();
    if (path !== `/${index}` || body !== `body ${index}`) t.fail(`${index} got ${path} with ${body}`);
  }
  t.true(server.mostOpenSockets <= 50);
});

test("a body of 20 MB arrives whole", async (t) => {
  const body = Buffer.alloc(20_000_000, "0123456789abcdef");
  await using server = await startHttpServer((_request, response) => {
    response.end(body);
  });
  await using client = new AsyncClient({ timeout: 30_000 });
  const response = await client.get(server.url);
  t.true(body.equals(response.content));
  t.is(response.numBytesDownloaded, body.length);
});

/**
 * Plain calls over a real socket: each verb, the parts of the URL and the options that are sent, and the response.
 */
import test from "ava";
import { AsyncClient, type RequestOptions, type Response } from "httpxide";
import { type Echo, startHttpServer } from "../helpers/http-server.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";

const VERBS = ["get", "options", "post", "put", "patch", "delete"] as const;

for (const verb of VERBS) {
  test(`${verb}() sends its method and returns the response with its body read`, async (t) => {
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

test("head() returns the headers of the response and no body", async (t) => {
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

test("a lower-case method is sent in capitals", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  t.is((await client.request("post", server.url)).json<Echo>().method, "POST");
});

test("a response has its status, reason, version, headers, URL, request and duration", async (t) => {
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
  t.true(response.elapsed > 0);
  t.false(response.isSuccess);
});

test("a response without a body has an empty one", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(204).end();
  });
  await using client = new AsyncClient();
  const response = await client.get(server.url);
  t.is(response.statusCode, 204);
  t.is(response.text, "");
});

test("baseUrl precedes relative URLs, and does not change absolute ones", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient({ baseUrl: `${server.url}/api` });
  t.is((await client.get("/users")).json<Echo>().path, "/api/users");
  t.is((await client.get("users")).json<Echo>().path, "/api/users");
  t.is((await client.get(`${server.url}/else`)).json<Echo>().path, "/else");
});

test("params are merged into the query of the URL", async (t) => {
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

test("a URL object works like a string", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  t.is((await client.get(new URL("/x?y=%20z", server.url))).json<Echo>().path, "/x?y=%20z");
});

test("send() sends a request that was built before, any number of times", async (t) => {
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

test("one connection is reused", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  for (let time = 0; time < 20; time++) await client.get(server.url);
  t.is(server.connections, 1);
});

test("500 concurrent requests each get their own response", async (t) => {
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

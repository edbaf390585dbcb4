// Redirects that are followed: the next request, by method and status (HTTPX's table, tests/client/test_redirects.py and
// its client's _redirect_method), and the history that the caller gets.
import test from "ava";
import { AsyncClient, MockTransport, Response } from "httpxide";
import type { Echo } from "../helpers/http-server.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { countingDown, headerValues, redirectPath, startRedirectServer } from "../helpers/redirect-server.js";

const STATUSES = [301, 302, 303, 307, 308] as const;

/** The method of the next request, for each of STATUSES. Where the method is unchanged, the body is too. */
const NEXT_METHODS: Readonly<Record<string, string>> = {
  GET: "GET GET GET GET GET",
  HEAD: "HEAD HEAD HEAD HEAD HEAD",
  POST: "GET GET GET POST POST",
  PUT: "PUT GET GET PUT PUT",
  PATCH: "PATCH GET GET PATCH PATCH",
  DELETE: "DELETE GET GET DELETE DELETE",
  OPTIONS: "OPTIONS GET GET OPTIONS OPTIONS",
  REPORT: "REPORT GET GET REPORT REPORT",
};

for (const [method, row] of Object.entries(NEXT_METHODS)) {
  for (const [index, next] of row.split(" ").entries()) {
    const status = STATUSES[index]!;
    const keepsBody = next === method;
    test(`${method} after ${status} becomes ${next} ${keepsBody ? "with its body" : "without a body"}`, async (t) => {
      await using server = await startRedirectServer();
      await using client = new AsyncClient({ followRedirects: true });
      const url = server.url + redirectPath({ status, location: "/target" });
      const response = await client.request(method, url, { json: { a: 1 } });

      const [first, second] = server.requests;
      t.is(server.requests.length, 2);
      t.is(first?.method, method);
      t.is(second?.method, next);
      t.is(second?.path, "/target");
      t.is(response.request.method, next);
      t.deepEqual(headerValues(second, "content-length"), keepsBody ? ["7"] : []);
      t.deepEqual(headerValues(second, "transfer-encoding"), []);
      // HTTPX keeps it, with or without a body.
      t.deepEqual(headerValues(second, "content-type"), ["application/json"]);
      const received = method === "HEAD" ? "" : response.json<Echo>().body;
      t.is(received, keepsBody && method !== "HEAD" ? '{"a":1}' : "");
    });
  }
}

for (const [status, location] of [
  [200, "/target"],
  [201, "/target"],
  [300, "/target"],
  [304, "/target"],
  [305, "/target"],
  [306, "/target"],
  [302, null],
  [404, "/target"],
] as const) {
  test(`a ${status} ${location === null ? "without" : "with"} Location is not followed`, async (t) => {
    await using server = await startRedirectServer();
    await using client = new AsyncClient({ followRedirects: true });
    const response = await client.get(server.url + redirectPath({ status, location }));
    t.is(response.statusCode, status);
    t.false(response.hasRedirectLocation);
    t.is(response.nextRequest, null);
    t.deepEqual(response.history, []);
    t.is(server.requests.length, 1);
  });
}

test("redirects are followed only if the client or the call says so; the call overrides the client", async (t) => {
  await using server = await startRedirectServer();
  const url = server.url + redirectPath({ location: "/target" });
  await using plain = new AsyncClient();
  await using following = new AsyncClient({ followRedirects: true });
  t.is((await plain.get(url)).statusCode, 302);
  t.is((await plain.get(url, { followRedirects: true })).statusCode, 200);
  t.is((await following.get(url)).statusCode, 200);
  t.is((await following.get(url, { followRedirects: false })).statusCode, 302);
  t.is((await following.send(following.buildRequest("GET", url))).statusCode, 200);
  t.is(
    (await following.send(following.buildRequest("GET", url), { followRedirects: false })).statusCode,
    302,
  );
  plain.followRedirects = true;
  t.is((await plain.get(url)).statusCode, 200);
});

test("history holds the earlier responses, read, each with its own shorter history", async (t) => {
  await using server = await startHttpServer(countingDown);
  await using client = new AsyncClient({ followRedirects: true });
  const response = await client.get(`${server.url}/3`);
  t.is(response.url.href, `${server.url}/0`);
  t.is(response.text, "0 left");
  t.deepEqual(
    response.history.map((past) => [past.url.pathname, past.statusCode, past.text, past.history.length]),
    [
      ["/3", 302, "3 left", 0],
      ["/2", 302, "2 left", 1],
      ["/1", 302, "1 left", 2],
    ],
  );
  t.is(response.history[2]?.history[0], response.history[0]);
  for (const past of response.history) {
    t.true(past.isClosed);
    t.is(past.nextRequest, null);
    t.true(past.elapsed > 0);
  }
});

test("every request of a chain reuses the connection of the one before", async (t) => {
  await using server = await startHttpServer(countingDown);
  await using client = new AsyncClient({ followRedirects: true });
  const response = await client.stream("GET", `${server.url}/5`);
  await response.aread();
  t.deepEqual(
    server.requests.map(({ connection }) => connection),
    [1, 1, 1, 1, 1, 1],
  );
});

test("a large body of a redirect is read before the next request", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true });
  const body = "x".repeat(300_000);
  // Too long for a path: another server makes the redirect.
  await using from = await startHttpServer((_request, response) => {
    response.writeHead(307, { Location: `${server.url}/target` }).end(body);
  });
  const response = await client.get(from.url);
  t.is(response.history[0]?.text, body);
  t.is(response.history[0]?.numBytesDownloaded, body.length);
  await client.get(from.url);
  t.is(from.connections, 1);
});

test("stream() follows redirects and leaves only the last body unread", async (t) => {
  await using server = await startHttpServer(countingDown);
  await using client = new AsyncClient({ followRedirects: true });
  const response = await client.stream("GET", `${server.url}/1`);
  t.is(response.history[0]?.text, "1 left");
  t.false(response.isClosed);
  t.throws(() => response.content, { name: "ResponseNotRead" });
  t.is(new TextDecoder().decode(await response.aread()), "0 left");
});

test("stream() without following leaves the redirect's own body unread, and has nextRequest", async (t) => {
  await using server = await startHttpServer(countingDown);
  await using client = new AsyncClient();
  const response = await client.stream("GET", `${server.url}/1`);
  t.is(response.statusCode, 302);
  t.is(response.nextRequest?.url.href, `${server.url}/0`);
  t.false(response.isStreamConsumed);
  t.is(Buffer.from(await response.aread()).toString(), "1 left");
});

test("nextRequest can be sent, and is null where nothing is left to follow", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({ headers: { "X-A": "1" } });
  const url = server.url + redirectPath({ status: 303, location: "/target" });
  const redirect = await client.post(url, { json: 1, headers: { "X-B": "2" } });
  const next = redirect.nextRequest!;
  t.is(next.method, "GET");
  t.is(next.url.href, `${server.url}/target`);
  t.is(next.headers.get("x-a"), "1");
  t.is(next.headers.get("x-b"), "2");
  const response = await client.send(next);
  t.is(response.json<Echo>().path, "/target");
  t.is(response.nextRequest, null);
  t.deepEqual(response.history, []);
});

test("nextRequest has the body again where the method is unchanged", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient();
  const redirect = await client.put(server.url + redirectPath({ status: 308, location: "/target" }), {
    data: { a: "1" },
  });
  const response = await client.send(redirect.nextRequest!);
  t.deepEqual([response.json<Echo>().method, response.json<Echo>().body], ["PUT", "a=1"]);
});

test("extensions and the timeout go with every request of a chain, each as its own object", async (t) => {
  await using client = new AsyncClient({
    followRedirects: true,
    transport: new MockTransport((request) =>
      request.url.pathname === "/"
        ? new Response(302, { headers: { Location: "/next" } })
        : new Response(200),
    ),
  });
  const mark = Symbol("mark");
  const response = await client.get("http://example.org/", { extensions: { mark }, timeout: 1234 });
  const [first] = response.history;
  t.is(response.request.extensions["mark"], mark);
  t.deepEqual(response.request.extensions["timeout"], first?.request.extensions["timeout"]);
  t.is((response.request.extensions["timeout"] as { read: number }).read, 1234);
  t.not(response.request.extensions, first?.request.extensions);
});

test("a redirected request has its own headers: the first request keeps those it was sent with", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startHttpServer(answering("two"));
  await using client = new AsyncClient({ followRedirects: true });
  const request = client.buildRequest("POST", one.url + redirectPath({ location: two.url }), {
    headers: { Authorization: "mine" },
    content: "body",
  });
  const response = await client.send(request);
  t.is(request.headers.get("authorization"), "mine");
  t.is(request.headers.get("content-length"), "4");
  t.is(request.headers.get("host"), `127.0.0.1:${one.port}`);
  t.is(response.request.headers.get("host"), `127.0.0.1:${two.port}`);
  t.is(response.history[0]?.request, request);
});

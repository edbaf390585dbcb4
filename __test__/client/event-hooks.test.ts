// Event hooks: when they are called, what they may change, and what happens when one throws. The order is HTTPX's
// (tests/client/test_event_hooks.py): once for every single request and response, redirects and auth included.
import test from "ava";
import {
  AsyncClient,
  DigestAuth,
  type EventHooksInit,
  HTTPStatusError,
  MockTransport,
  Response,
  VERSION,
  get,
} from "httpxide";
import { startDigestServer } from "../helpers/digest-server.js";
import { failsAs, rejection } from "../helpers/failures.js";
import { answering, type Echo, startHttpServer } from "../helpers/http-server.js";
import { chunk, chunkedHead, ok, startRawServer } from "../helpers/raw-server.js";
import { redirectPath, startRedirectServer } from "../helpers/redirect-server.js";
import { eventually, turn } from "../helpers/waiting.js";

/** Hooks that record their calls. */
function noting(events: string[], which = ""): EventHooksInit {
  return {
    request: [(request) => void events.push(`${which}request ${request.method} ${request.url.pathname}`)],
    response: [
      (response) => void events.push(`${which}response ${response.statusCode} ${response.url.pathname}`),
    ],
  };
}

test("hooks see the headers as sent and as received", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(ok("body", "Server: testserver"));
  });
  const events: unknown[] = [];
  await using client = new AsyncClient({
    eventHooks: {
      request: [({ headers }) => void events.push(headers.raw)],
      response: [({ headers }) => void events.push(headers.raw)],
    },
  });
  await client.get(server.url, { auth: ["username", "password"] });
  t.deepEqual(events, [
    [
      ["Host", `127.0.0.1:${server.port}`],
      ["Accept", "*/*"],
      ["Accept-Encoding", "gzip, deflate, br, zstd"],
      ["Connection", "keep-alive"],
      ["User-Agent", `httpxide/${VERSION}`],
      ["Authorization", "Basic dXNlcm5hbWU6cGFzc3dvcmQ="],
    ],
    [
      ["Content-Length", "4"],
      ["Server", "testserver"],
    ],
  ]);
});

test("every request of a redirect chain calls the hooks, before and after it", async (t) => {
  await using server = await startRedirectServer();
  const events: string[] = [];
  await using client = new AsyncClient({ followRedirects: true, eventHooks: noting(events) });
  await client.post(server.url + redirectPath({ status: 303, location: "/target" }));
  t.deepEqual(events, [
    "request POST /redirect",
    "response 303 /redirect",
    "request GET /target",
    "response 200 /target",
  ]);
});

test("a redirect that is not followed calls them once", async (t) => {
  await using server = await startRedirectServer();
  const events: string[] = [];
  await using client = new AsyncClient({ eventHooks: noting(events) });
  const response = await client.get(server.url + redirectPath({ location: "/target" }));
  t.deepEqual(events, ["request GET /redirect", "response 302 /redirect"]);
  t.is(response.nextRequest?.url.pathname, "/target");
});

test("every request of an auth flow calls the hooks, with its credentials", async (t) => {
  await using server = await startDigestServer({ username: "user", password: "password123" });
  const events: string[] = [];
  await using client = new AsyncClient({
    auth: new DigestAuth("user", "password123"),
    eventHooks: {
      request: [({ headers }) => void events.push(`${headers.get("authorization")?.slice(0, 6)}`)],
      response: [({ statusCode }) => void events.push(`${statusCode}`)],
    },
  });
  t.is((await client.get(server.url)).statusCode, 200);
  t.deepEqual(events, ["undefined", "401", "Digest", "200"]);
});

test("several hooks are called in order, each awaited before the next and before the request is sent", async (t) => {
  await using server = await startHttpServer();
  const events: string[] = [];
  await using client = new AsyncClient({
    eventHooks: {
      request: [
        async () => {
          await turn();
          events.push(`1, ${server.requests.length} sent`);
        },
        () => void events.push("2"),
      ],
      response: [
        async () => {
          await turn();
          events.push("3");
        },
        () => void events.push("4"),
      ],
    },
  });
  await client.get(server.url);
  t.deepEqual(events, ["1, 0 sent", "2", "3", "4"]);
});

test("a request is sent as its request hook changed it", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient({
    eventHooks: {
      request: [
        (request) => {
          request.headers.set("X-Added", "1");
          request.headers.delete("Accept");
          request.url = `${server.url}/elsewhere`;
        },
      ],
    },
  });
  const { headers, path } = (await client.get(`${server.url}/x`)).json<Echo>();
  t.deepEqual(
    headers.map(([name]) => name),
    ["Host", "Accept-Encoding", "Connection", "User-Agent", "X-Added"],
  );
  t.is(path, "/elsewhere");
});

test("a hook cannot set an invalid header", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient({
    eventHooks: { request: [({ headers }) => headers.set("X-A", "a\r\nX-B: b")] },
  });
  t.is(((await rejection(client.get(server.url))) as Error).name, "LocalProtocolError");
  t.is(server.requests.length, 0);
});

test("a response hook is called before the body is read, and may read it", async (t) => {
  await using server = await startHttpServer(answering("the body"));
  const seen: unknown[] = [];
  await using client = new AsyncClient();
  client.eventHooks.response.push((response) => {
    seen.push(response.isClosed, response.isStreamConsumed);
    t.throws(() => response.text, { name: "ResponseNotRead" });
  });
  t.is((await client.get(server.url)).text, "the body");
  client.eventHooks.response.push(async (response) => {
    await response.aread();
    seen.push(response.text);
  });
  t.is((await client.get(server.url)).text, "the body");
  const streamed = await client.stream("GET", server.url);
  t.is(streamed.text, "the body");
  t.deepEqual(seen, [false, false, false, false, "the body", false, false, "the body"]);
});

test("cookies are stored before a response hook is called, and history is set after it, as in HTTPX", async (t) => {
  await using server = await startRedirectServer();
  const seen: unknown[] = [];
  await using client = new AsyncClient({ followRedirects: true });
  client.eventHooks.response.push((response) => {
    seen.push(client.cookies.get("a"), response.history.length, response.nextRequest);
  });
  const response = await client.get(server.url + redirectPath({ location: "/x", setCookie: "a=1; Path=/" }));
  t.deepEqual(seen, ["1", 0, null, "1", 0, null]);
  t.is(response.history.length, 1);
});

test("raiseForStatus in a hook makes every error status an error", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(400).end("bad");
  });
  await using client = new AsyncClient({
    eventHooks: { response: [(response) => void response.raiseForStatus()] },
  });
  const error = (await rejection(client.get(server.url))) as HTTPStatusError;
  t.true(error instanceof HTTPStatusError);
  t.is(error.response.statusCode, 400);
  t.true(error.response.isClosed);
  t.is(client.stats().requests.inFlight, 0);
});

for (const [kind, hook] of [
  [
    "throws",
    () => {
      throw new RangeError("no");
    },
  ],
  ["rejects", () => Promise.reject(new RangeError("no"))],
] as const) {
  test(`a response hook that ${kind} ends the call, and the server sees the connection closed`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send(chunkedHead());
      await connection.send(chunk("begun"));
      await connection.closed();
    });
    await using client = new AsyncClient({
      eventHooks: { response: [hook, () => t.fail("the next is called")] },
      limits: { maxConnections: 1 },
    });
    for (const call of [client.get(server.url), client.stream("GET", server.url)]) {
      t.is(((await rejection(call)) as Error).message, "no");
    }
    await eventually("both connections are closed", () => server.openSockets === 0);
    t.is(server.connections, 2);
    t.is(client.stats().requests.inFlight, 0);
  });

  test(`a request hook that ${kind} ends the call, and no request is sent`, async (t) => {
    await using server = await startHttpServer();
    await using client = new AsyncClient({ eventHooks: { request: [hook] } });
    t.is(((await rejection(client.get(server.url))) as Error).message, "no");
    t.is(server.connections, 0);
    client.eventHooks = null;
    t.is((await client.get(server.url)).statusCode, 200);
  });
}

test("a request hook that throws at a later request ends only the call", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({
    followRedirects: true,
    eventHooks: {
      request: [
        ({ url }) => {
          if (url.pathname === "/target") throw new Error("not there");
        },
      ],
    },
  });
  const error = await rejection(client.get(server.url + redirectPath({ location: "/target" })));
  t.is((error as Error).message, "not there");
  t.is(server.requests.length, 1);
  t.is(client.stats().requests.inFlight, 0);
  t.is((await client.get(`${server.url}/x`)).statusCode, 200);
  t.is(server.connections, 1);
});

test("a response that a hook closes is closed for the caller", async (t) => {
  await using server = await startHttpServer(answering("x".repeat(1_000_000)));
  await using client = new AsyncClient({ eventHooks: { response: [(response) => response.aclose()] } });
  const response = await client.stream("GET", server.url);
  t.true(response.isClosed);
  t.is(((await rejection(response.aread())) as Error).name, "StreamClosed");
});

test("a network error calls no response hook", async (t) => {
  const events: string[] = [];
  await using client = new AsyncClient({ eventHooks: noting(events) });
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    connection.reset();
  });
  await failsAs(t, client.get(server.url), { as: Error });
  t.deepEqual(events, ["request GET /"]);
});

test("both lists can be changed at any time, with effect on later calls", async (t) => {
  await using server = await startHttpServer();
  const events: string[] = [];
  const { request, response } = noting(events);
  await using client = new AsyncClient();
  await client.get(server.url);
  client.eventHooks.request.push(...request!);
  await client.get(server.url);
  client.eventHooks.response.push(...response!);
  client.eventHooks.request.length = 0;
  await client.get(server.url);
  client.eventHooks.response = [];
  await client.get(server.url);
  t.deepEqual(events, ["request GET /", "response 200 /"]);
});

test("assigned hooks replace all earlier ones, and are copied", async (t) => {
  await using server = await startHttpServer();
  const events: string[] = [];
  await using client = new AsyncClient({ eventHooks: noting(events, "first ") });
  const given = { request: [() => void events.push("second")] };
  client.eventHooks = given;
  given.request.push(() => void events.push("too late"));
  t.deepEqual(client.eventHooks.response, []);
  await client.get(server.url);
  t.deepEqual(events, ["second"]);
});

for (const wrong of [{ request: [null] }, { response: ["hook"] }, { request: [{}] }, { response: 5 }]) {
  test(`eventHooks of ${JSON.stringify(wrong)} are a TypeError`, (t) => {
    t.throws(() => new AsyncClient({ eventHooks: wrong as never }), { instanceOf: TypeError });
  });
}

test("hooks are called over any transport, and by the one-shot functions", async (t) => {
  const events: string[] = [];
  const transport = new MockTransport(() => new Response(204));
  await get("http://example.org/x", { transport, eventHooks: noting(events) });
  t.deepEqual(events, ["request GET /x", "response 204 /x"]);
});

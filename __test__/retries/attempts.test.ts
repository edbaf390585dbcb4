/** Retries over real sockets: which requests are sent again, and what the caller sees of it. */
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  AsyncHTTPTransport,
  ConnectError,
  ReadTimeout,
  RemoteProtocolError,
  type RequestOptions,
  MockTransport,
  ProxyError,
  Response,
  RetryTransport,
} from "httpxide";
import { createFetch } from "httpxide/fetch";
import { failsAs, rejection } from "../helpers/failures.js";
import { type HttpServer, answering, bodyOf, startHttpServer } from "../helpers/http-server.js";
import { head, ok, startRawServer } from "../helpers/raw-server.js";
import { eventually, settling } from "../helpers/waiting.js";

const AT_ONCE = { backoff: { initial: 0 } } as const;

/** A server that answers with these statuses, one after the other; the last one again and again. */
function answeringWith(...statuses: readonly number[]): Promise<HttpServer> {
  let answered = 0;
  return startHttpServer((_request, response) => {
    const status = statuses[Math.min(answered, statuses.length - 1)]!;
    answered += 1;
    response.writeHead(status).end(`answer ${answered}`);
  });
}

for (const status of [408, 429, 502, 503, 504]) {
  test(`a ${status} is sent again, over the same connection, and the last answer is the caller's`, async (t) => {
    await using server = await answeringWith(status, status, 200);
    await using client = new AsyncClient({ retry: { ...AT_ONCE, attempts: 3 } });
    for (const stream of [false, true]) {
      const response = await client[stream ? "stream" : "request"]("GET", server.url);
      await response.aread();
      t.is(response.statusCode, 200);
      if (!stream) t.is(response.extensions["attempt"], 3);
    }
    t.is(server.requests.length, 4);
    t.is(server.connections, 1);
  });
}

for (const status of [400, 404, 500, 501]) {
  test(`a ${status} is an answer`, async (t) => {
    await using server = await answeringWith(status);
    await using client = new AsyncClient({ retry: 5 });
    const response = await client.get(server.url);
    t.is(response.statusCode, status);
    t.is(response.extensions["attempt"], 1);
    t.is(server.requests.length, 1);
  });
}

test("the last failed answer is returned when all attempts are used up", async (t) => {
  await using server = await answeringWith(503);
  await using client = new AsyncClient({ retry: { ...AT_ONCE, attempts: 4 } });
  const response = await client.get(server.url);
  t.is(response.statusCode, 503);
  t.is(response.text, "answer 4");
  t.is(response.extensions["attempt"], 4);
});

const methods: readonly (readonly [method: string, options: RequestOptions, retried: boolean])[] = [
  ["HEAD", {}, true],
  ["PUT", { content: "a" }, true],
  ["DELETE", {}, true],
  ["POST", { content: "a" }, false],
  ["PATCH", { content: "a" }, false],
  ["POST", { content: "a", headers: { "Idempotency-Key": "1" } }, true],
];
for (const [method, options, isRetried] of methods) {
  const key = options.headers === undefined ? "" : " with an Idempotency-Key";
  test(`${method}${key} is ${isRetried ? "" : "not "}sent again after an answer`, async (t) => {
    await using server = await answeringWith(503, 200);
    await using client = new AsyncClient({ retry: { ...AT_ONCE } });
    const response = await client.request(method, server.url, options);
    t.is(response.statusCode, isRetried ? 200 : 503);
  });
}

test("methods and statuses are the caller's to choose", async (t) => {
  await using server = await answeringWith(418, 200);
  await using client = new AsyncClient({ retry: { ...AT_ONCE, methods: ["post"], statuses: [418] } });
  t.is((await client.post(server.url)).statusCode, 200);
});

test("a request that the server has not seen is sent again, whatever its method", async (t) => {
  const numbers: number[] = [];
  await using client = new AsyncClient({
    retry: { ...AT_ONCE, onRetry: ({ number }) => void numbers.push(number) },
  });
  const error = await failsAs(t, client.post("http://127.0.0.1:1/", { content: "a" }), {
    as: ConnectError,
    code: "ECONNREFUSED",
  });
  t.deepEqual(numbers, [1, 2]);
  t.is(error.attempt, 3);
});

test("a timeout and a cut answer of a GET are sent again, those of a POST are not", async (t) => {
  for (const failure of ["silence", "cut", "body"] as const) {
    for (const method of ["GET", "POST"]) {
      await using server = await startRawServer(async (connection) => {
        for (let number = 1; ; number++) {
          if ((await connection.readRequest()) === null) return;
          if (connection.number > 1) {
            await connection.send(ok());
            continue;
          }
          if (failure === "silence") await connection.closed();
          if (failure === "body") await connection.send(head("200 OK", "Content-Length: 9"));
          return;
        }
      });
      await using client = new AsyncClient({
        retry: { ...AT_ONCE, attempts: 50, budget: null },
        timeout: failure === "silence" ? { read: 100 } : null,
      });
      if (method === "GET") {
        t.is((await client.request(method, server.url)).text, "ok", failure);
        t.true(server.connections >= 2);
        continue;
      }
      const as = failure === "silence" ? ReadTimeout : RemoteProtocolError;
      const error = await failsAs(t, client.request(method, server.url), { as });
      t.is(error.attempt, 1);
      await eventually("the server has seen it", () => server.connections === 1);
    }
  }
});

test("a failed answer whose body does not end is sent again, read or streamed, and the last one is read", async (t) => {
  const retry = { ...AT_ONCE, attempts: 2, statuses: [503] };
  const overTransport = (): RetryTransport => new RetryTransport(new AsyncHTTPTransport(), retry);
  const failures: unknown[] = [];
  const eventHooks = { error: [(error: unknown) => void failures.push(error)] };
  for (const options of [
    () => ({ retry }),
    () => ({ retry, eventHooks }),
    () => ({ transport: overTransport() }),
  ]) {
    for (const followRedirects of [false, true]) {
      await using server = await startHttpServer((_request, response, { connection }) => {
        response.writeHead(connection === 1 ? 503 : 200).write("some");
        if (connection === 1) return;
        response.end(" and all");
      });
      await using client = new AsyncClient({ ...options(), followRedirects, timeout: { read: null } });
      t.is((await settling(client.get(server.url))).text, "some and all");
      t.is((await settling(client.get(server.url))).text, "some and all");
      await eventually("the endless answer's connection is closed", () => server.openSockets <= 1);
    }
  }
  t.deepEqual(failures, []);
  await using failing = await answeringWith(503);
  for (const options of [{ retry }, { transport: overTransport() }]) {
    await using client = new AsyncClient(options);
    const { text, extensions } = await client.get(failing.url);
    t.deepEqual([text.length > 0, extensions.attempt], [true, 2]);
  }
});

test("a tunnel is asked for again if its proxy broke off or failed for now, and not if it refused", async (t) => {
  await using server = await startHttpServer(answering("through"));
  const answers: readonly (readonly [answer: string, attempts: number])[] = [
    ["HTTP/1.1 503 Full\r\nContent-Length: 0\r\n\r\n", 2],
    ["", 2],
    ["HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n", 1],
    ["HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", 1],
  ];
  for (const [answer, attempts] of answers) {
    await using proxy = await startRawServer(async (connection) => {
      await connection.readRequest();
      if (answer !== "") await connection.send(answer);
    });
    await using client = new AsyncClient({ proxy: proxy.url, retry: { ...AT_ONCE, attempts: 2 } });
    const error = await failsAs(t, client.post(`https://127.0.0.1:${server.port}/`), { as: ProxyError });
    t.deepEqual([error.attempt, proxy.connections], [attempts, attempts]);
  }
});

test("a name that is unknown is looked up again", async (t) => {
  await using server = await startHttpServer(answering("found"));
  const answers = [[], ["127.0.0.1"]];
  await using client = new AsyncClient({
    retry: { ...AT_ONCE },
    dns: { cache: false },
    resolver: () => Promise.resolve(answers.shift() ?? []),
  });
  const response = await client.post(`http://a.example:${server.port}/`);
  t.deepEqual([response.text, response.extensions.attempt], ["found", 2]);
});

/** Fails for the first look-up of a name, as while a service is deployed. */
function unknownAtFirst(): NonNullable<AsyncClientOptions["resolver"]> {
  let asked = 0;
  return () => {
    asked += 1;
    if (asked === 1) throw Object.assign(new Error("not known yet"), { code: "ENOTFOUND" });
    return ["127.0.0.1"];
  };
}

function* onePiece(): Generator<string> {
  yield "the body";
}

test("a generator is sent again if no connection comes, by `retry`, `retries` and with `expectContinue`", async (t) => {
  await using server = await startHttpServer(async (request, response) => {
    response.end(await bodyOf(request));
  });
  const url = server.url.replace("127.0.0.1", "service.test");
  const retry = { ...AT_ONCE, attempts: 2 };
  const put = async (options: AsyncClientOptions, call: RequestOptions = {}) => {
    await using client = new AsyncClient({ dns: { cache: false }, resolver: unknownAtFirst(), ...options });
    return await client.put(url, { content: onePiece(), ...call });
  };
  await failsAs(t, put({}), { as: ConnectError, code: "ENOTFOUND", requestSent: false });
  t.is((await put({ retry })).text, "the body");
  t.is((await put({ retries: 1 })).text, "the body");
  const held = await put({ retry }, { expectContinue: true });
  t.is(held.text, "the body");
  t.is(held.extensions["attempt"], 2);
});

test("a RetryTransport replaces the client's attempts, a call's own option replaces both, and none are multiplied", async (t) => {
  await using server = await answeringWith(503);
  const sends = async (client: AsyncClient, call: RequestOptions = {}): Promise<number> => {
    const before = server.requests.length;
    const response = await client.get(server.url, call);
    t.is(response.extensions.attempt, server.requests.length - before);
    return response.extensions.attempt;
  };
  const three = (): RetryTransport =>
    new RetryTransport(new AsyncHTTPTransport(), { ...AT_ONCE, attempts: 3 });
  const retry = { ...AT_ONCE, attempts: 2 };
  for (const options of [
    { transport: three(), retry },
    { transport: three() },
    { mounts: { "all://": three() }, retry },
    {
      transport: new RetryTransport(new RetryTransport(new AsyncHTTPTransport(), 2), {
        ...AT_ONCE,
        attempts: 3,
      }),
    },
  ]) {
    await using client = new AsyncClient({ ...options, trustEnv: false });
    t.is(await sends(client), 3);
    t.is(await sends(client, { retry: { ...AT_ONCE, attempts: 4 } }), 4);
    t.is(await sends(client, { retry: null }), 1);
    t.is(await sends(client, { retry: 1 }), 1);
  }
  await using mounted = new AsyncClient({
    mounts: { "all://other.example": three() },
    retry,
    trustEnv: false,
  });
  t.is(await sends(mounted), 2);
  // a transport of one's own that passes its options on
  const inner = three();
  const transport = {
    handleAsyncRequest: (...[request, options]: Parameters<RetryTransport["handleAsyncRequest"]>) =>
      inner.handleAsyncRequest(request, options),
    aclose: () => inner.aclose(),
  };
  await using wrapping = new AsyncClient({ transport, retry });
  t.is(await sends(wrapping), 2);
});

test("a body that can be read again is sent again, and a generator is not", async (t) => {
  const bodies: string[] = [];
  await using server = await startHttpServer(async (request, response) => {
    bodies.push((await bodyOf(request)).toString());
    response.writeHead(bodies.length === 1 ? 503 : 200).end();
  });
  await using client = new AsyncClient({ retry: { ...AT_ONCE } });
  t.is((await client.put(server.url, { content: new Blob(["blob"]) })).statusCode, 200);
  t.deepEqual(bodies.splice(0), ["blob", "blob"]);
  function* once(): Generator<string> {
    yield "once";
  }
  t.is((await client.put(server.url, { content: once() })).statusCode, 503);
  t.deepEqual(bodies, ["once"]);
});

test("a call's option is merged with the client's; null and 1 are one attempt", async (t) => {
  await using server = await answeringWith(418);
  await using client = new AsyncClient({ retry: { ...AT_ONCE, attempts: 4, statuses: [418] } });
  const attempts = async (retry: RequestOptions["retry"]): Promise<unknown> =>
    (await client.get(server.url, { retry })).extensions["attempt"];
  t.is(await attempts(undefined), 4);
  t.is(await attempts(2), 2);
  t.is(await attempts({ attempts: 3 }), 3);
  t.is(await attempts({ statuses: [] }), 1);
  t.is(await attempts(null), 1);
  t.is(await attempts(1), 1);
  const request = client.buildRequest("GET", server.url);
  t.is((await client.send(request, { retry: 2 })).extensions["attempt"], 2);
  await using plain = new AsyncClient();
  t.is((await plain.get(server.url, { retry: { ...AT_ONCE, statuses: [418] } })).extensions["attempt"], 3);
});

test("hooks see each attempt; redirects and auth the last one of each request", async (t) => {
  const seen: string[] = [];
  let failures = 0;
  await using server = await startHttpServer((_request, response, { path }) => {
    failures += 1;
    if (failures % 2 === 1) return void response.writeHead(503).end();
    if (path === "/from") return void response.writeHead(302, { Location: "/to" }).end();
    response.end("arrived");
  });
  await using client = new AsyncClient({
    baseUrl: server.url,
    retry: { ...AT_ONCE },
    followRedirects: true,
    auth: ["user", "password"],
    eventHooks: {
      response: [({ statusCode, request }) => void seen.push(`${statusCode} ${request.url.pathname}`)],
    },
  });
  const response = await client.get("/from");
  t.is(response.text, "arrived");
  t.deepEqual(seen, ["503 /from", "302 /from", "503 /to", "200 /to"]);
  t.is(response.history.length, 1);
});

test("hooks of responses and errors see the number of their attempt", async (t) => {
  const seen: unknown[] = [];
  await using server = await startRawServer(async (connection) => {
    for (;;) {
      if ((await connection.readRequest()) === null) return;
      if (connection.number === 1) return;
      // a body that breaks off
      if (connection.number === 2) return void (await connection.send(head("200 OK", "Content-Length: 9")));
      await connection.send(head("503 Service Unavailable", "Content-Length: 0"));
    }
  });
  await using client = new AsyncClient({
    retry: { ...AT_ONCE, attempts: 4 },
    // the connections of this server end, which the engine itself would mend
    limits: { maxKeepaliveConnections: 0 },
    eventHooks: {
      response: [({ statusCode, extensions }) => void seen.push([statusCode, extensions.attempt])],
      error: [({ name, attempt }) => void seen.push([name, attempt])],
    },
  });
  const response = await client.get(server.url);
  t.is(response.extensions.attempt, 4);
  t.deepEqual(seen, [
    ["RemoteProtocolError", 1],
    [200, 2],
    ["RemoteProtocolError", 2],
    [503, 3],
    [503, 4],
  ]);
});

test("the error of a followed redirect's body has the number of its attempt", async (t) => {
  await using server = await startRawServer(async (connection) => {
    if ((await connection.readRequest()) === null) return;
    if (connection.number === 1) return void (await connection.send(head("503 Busy", "Content-Length: 0")));
    await connection.send(head("302 Found", "Location: /end", "Transfer-Encoding: chunked") + "no chunk\r\n");
  });
  const seen: number[] = [];
  await using client = new AsyncClient({
    retry: { ...AT_ONCE, attempts: 2 },
    followRedirects: true,
    limits: { maxKeepaliveConnections: 0 },
    eventHooks: { error: [({ attempt }) => void seen.push(attempt)] },
  });
  const error = await failsAs(t, client.get(server.url), { as: RemoteProtocolError });
  t.is(error.attempt, 2);
  t.deepEqual(seen, [2]);
});

test("an exception that is no RequestError has the number of its attempt in error hooks", async (t) => {
  const seen: number[] = [];
  let calls = 0;
  const app = (): globalThis.Response => {
    calls += 1;
    if (calls === 2) throw new RangeError("of the application");
    return new globalThis.Response("", { status: 503 });
  };
  await using client = new AsyncClient({
    app,
    retry: { ...AT_ONCE },
    eventHooks: { error: [({ attempt }) => void seen.push(attempt)] },
  });
  t.true((await rejection(client.get("http://app/"))) instanceof RangeError);
  t.deepEqual(seen, [2]);
});

test("responses of applications and mocks have their attempt too, without stream and TLS", async (t) => {
  const extensions = Object.freeze({ own: 1 });
  const transport = new MockTransport(() => new Response(200, { extensions }));
  const app = (): globalThis.Response => new globalThis.Response("app");
  for (const over of [{ transport }, { app }]) {
    await using client = new AsyncClient(over);
    const { attempt, streamId, tls } = (await client.get("http://h/")).extensions;
    t.deepEqual([attempt, streamId, tls], [1, null, null]);
  }
  t.deepEqual(extensions, { own: 1 });
});

test("over applications, and for fetch on a client", async (t) => {
  let calls = 0;
  const app = { fetch: () => new globalThis.Response("", { status: ++calls % 2 === 1 ? 503 : 200 }) };
  const options: AsyncClientOptions = { app, retry: { ...AT_ONCE }, baseUrl: "http://app" };
  await using client = new AsyncClient(options);
  t.is((await client.get("/")).statusCode, 200);
  const response = await createFetch(client)("http://app/");
  t.is(response.status, 200);
  t.is(calls, 4);
});

test("an abort is not retried, and ends the wait for the next attempt", async (t) => {
  await using server = await answeringWith(503);
  const controller = new AbortController();
  await using client = new AsyncClient({
    retry: {
      backoff: { initial: 60_000, jitter: "none", max: 60_000 },
      onRetry: () => setTimeout(() => controller.abort(), 10),
    },
  });
  const { signal } = controller;
  t.is(await settling(rejection(client.get(server.url, { signal }))), signal.reason);
  t.is(server.requests.length, 1);
});

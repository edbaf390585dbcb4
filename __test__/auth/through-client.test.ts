/**
 * Authentication through a client: how a flow of requests and responses runs, and the history that the caller gets. The
 * behaviour is that of HTTPX's tests/client/test_auth.py; each auth class has its own tests.
 */
import test from "ava";
import { AsyncClient, Auth, DigestAuth, type Request, type Response, StreamConsumed } from "httpxide";
import { startDigestServer } from "../helpers/digest-server.js";
import { rejection } from "../helpers/failures.js";
import { bodyOf, type HttpServer, startHttpServer } from "../helpers/http-server.js";
import { chunk, chunkedHead, startRawServer } from "../helpers/raw-server.js";
import { headerValues, redirectPath, startRedirectServer } from "../helpers/redirect-server.js";
import { eventually, turn } from "../helpers/waiting.js";

const authorizations = (server: HttpServer): (string | undefined)[] =>
  server.requests.map((request) => headerValues(request, "authorization")[0]);

test("a digest challenge is answered, and is in the history of the response", async (t) => {
  await using server = await startDigestServer({ username: "user", password: "password123" });
  await using client = new AsyncClient();
  const auth = new DigestAuth("user", "password123");
  const first = await client.post(`${server.url}/a`, { auth, content: "body" });
  t.is(first.text, "hello user, POST 4");
  t.deepEqual(
    first.history.map((past) => [past.statusCode, past.text, past.history.length, past.isClosed]),
    [[401, "who are you?", 0, true]],
  );
  t.is(first.history[0]?.request, first.request);
  // From now on, requests answer in advance.
  const second = await client.get(`${server.url}/b`, { auth });
  t.is(second.statusCode, 200);
  t.deepEqual(second.history, []);
  t.is(server.connections, 1);
  t.deepEqual(server.replays, []);
});

test("a wrong password returns the 401 itself, with the challenge in its history", async (t) => {
  await using server = await startDigestServer({ username: "user", password: "password123" });
  await using client = new AsyncClient({ auth: new DigestAuth("user", "wrong") });
  const response = await client.get(server.url);
  t.is(response.statusCode, 401);
  t.deepEqual(
    response.history.map(({ statusCode }) => statusCode),
    [401],
  );
  t.is(server.requests.length, 2);
});

test("a streamed response of an authenticated request is unread, the earlier ones are read", async (t) => {
  await using server = await startDigestServer({ username: "user", password: "password123" });
  await using client = new AsyncClient({ auth: new DigestAuth("user", "password123") });
  const response = await client.stream("GET", server.url);
  t.is(response.history[0]?.text, "who are you?");
  t.throws(() => response.text, { name: "ResponseNotRead" });
  await response.aread();
  t.is(response.text, "hello user, GET 0");
});

test("a generator cannot be sent again with the answer to a challenge", async (t) => {
  await using server = await startDigestServer({ username: "user", password: "password123" });
  await using client = new AsyncClient({
    auth: new DigestAuth("user", "password123"),
    limits: { maxConnections: 1 },
  });
  const body = async function* (): AsyncGenerator<string> {
    yield "once";
  };
  t.true((await rejection(client.post(server.url, { content: body() }))) instanceof StreamConsumed);
  // The challenge is known now.
  t.is((await client.post(server.url, { content: body() })).text, "hello user, POST 4");
});

/** Answers with the body of the request, and counts in `WWW-Authenticate`. */
function startCountingServer(): Promise<HttpServer> {
  let count = 0;
  return startHttpServer(async (request, response) => {
    const body = await bodyOf(request);
    response.setHeader("WWW-Authenticate", `nonce${count++}`);
    response.end(body.length > 0 ? body : `auth ${request.headers.authorization}`);
  });
}

/** Sends the request twice, then a third time with all that the server answered. */
class Repeating extends Auth {
  override requiresRequestBody = true;

  *authFlow(request: Request): Generator<Request, void, Response> {
    const said = [request.content.length.toString()];
    for (let round = 0; round < 2; round++) {
      request.headers.set("Authorization", `Repeat ${round}`);
      const response = yield request;
      said.push(response.headers.get("www-authenticate") ?? "");
    }
    request.headers.set("Authorization", `Repeat ${said.join(".")}`);
    yield request;
  }
}

test("every response of a flow except the last is in history, each with its predecessors", async (t) => {
  await using server = await startCountingServer();
  await using client = new AsyncClient();
  const response = await client.get(server.url, { auth: new Repeating() });
  t.is(response.text, "auth Repeat 0.nonce0.nonce1");
  const [first, second] = response.history;
  t.is(response.history.length, 2);
  t.is(first?.text, "auth Repeat 0");
  t.is(second?.text, "auth Repeat 1");
  t.deepEqual(first?.history, []);
  t.deepEqual(second?.history, [first!]);
});

test("requiresRequestBody reads a generator into memory: the flow sees it, and every round sends it", async (t) => {
  await using server = await startCountingServer();
  await using client = new AsyncClient({ auth: new Repeating() });
  const content = (async function* () {
    yield "four";
  })();
  const response = await client.post(server.url, { content });
  t.is(response.text, "four");
  t.is(authorizations(server).at(-1), "Repeat 4.nonce0.nonce1");
  t.deepEqual(
    response.history.map(({ text }) => text),
    ["four", "four"],
  );
});

test("without requiresRequestBody a flow cannot read a generator, but can read an empty body", async (t) => {
  await using server = await startHttpServer();
  class Looking extends Auth {
    *authFlow(request: Request): Generator<Request, void, Response> {
      request.headers.set("X-Length", String(request.content.length));
      yield request;
    }
  }
  await using client = new AsyncClient({ auth: new Looking() });
  const error = (await rejection(client.post(server.url, { content: [] }))) as Error;
  t.is(error.name, "RequestNotRead");
  t.is(server.connections, 0);
  await client.get(server.url);
  t.deepEqual(headerValues(server.requests[0], "x-length"), ["0"]);
});

/** Returns the server's answer as credentials. */
class Repaying extends Auth {
  override requiresResponseBody: boolean;

  constructor(requiresResponseBody: boolean) {
    super();
    this.requiresResponseBody = requiresResponseBody;
  }

  *authFlow(request: Request): Generator<Request, void, Response> {
    request.headers.set("Authorization", "xyz");
    const response = yield request;
    request.headers.set("Authorization", response.text);
    yield request;
  }
}

test("requiresResponseBody reads each response before the flow gets it", async (t) => {
  await using server = await startCountingServer();
  await using client = new AsyncClient();
  t.is((await client.get(server.url, { auth: new Repaying(true) })).text, "auth auth xyz");
  // Also the last response of a stream.
  const response = await client.stream("GET", server.url, { auth: new Repaying(true) });
  t.is(response.text, "auth auth xyz");
});

test("without requiresResponseBody the flow gets the responses of a stream unread", async (t) => {
  await using server = await startCountingServer();
  await using client = new AsyncClient();
  const call = client.stream("GET", server.url, { auth: new Repaying(false) });
  t.is(((await rejection(call)) as Error).name, "ResponseNotRead");
});

test("an async flow may wait, and send its own requests", async (t) => {
  await using tokens = await startHttpServer((_request, response) => {
    response.end("fresh");
  });
  await using server = await startHttpServer((request, response) => {
    response.statusCode = request.headers.authorization === "Bearer fresh" ? 200 : 401;
    response.end();
  });
  class Asking extends Auth {
    override requiresResponseBody = true;

    async *authFlow(request: Request): AsyncGenerator<Request, void, Response> {
      await turn();
      const response = yield request;
      if (response.statusCode !== 401) return;
      const { text } = yield client.buildRequest("GET", tokens.url);
      request.headers.set("Authorization", `Bearer ${text}`);
      yield request;
    }
  }
  await using client = new AsyncClient({ auth: new Asking() });
  const response = await client.get(`${server.url}/x`);
  t.is(response.statusCode, 200);
  t.deepEqual(
    response.history.map(({ url, statusCode }) => [url.port, statusCode]),
    [
      [String(server.port), 401],
      [String(tokens.port), 200],
    ],
  );
});

test("a flow sees the last response of a chain of redirects", async (t) => {
  await using server = await startRedirectServer();
  const seen: [number, number][] = [];
  class Seeing extends Auth {
    *authFlow(request: Request): Generator<Request, void, Response> {
      const response = yield request;
      seen.push([response.statusCode, response.history.length]);
    }
  }
  await using client = new AsyncClient({ auth: new Seeing(), followRedirects: true });
  const url = server.url + redirectPath({ location: "/target" });
  await client.get(url);
  await client.get(url, { followRedirects: false });
  t.deepEqual(seen, [
    [200, 1],
    [302, 0],
  ]);
});

const NOTHING: AsyncGenerator<Request, void, Response> = (async function* () {})();

for (const [name, flow, message] of [
  ["yields nothing", () => NOTHING, "An auth flow must yield a request."],
  [
    "yields null",
    function* () {
      yield null as never;
    },
    "An auth flow must yield requests, not null.",
  ],
  [
    "yields text",
    function* () {
      yield "GET /" as never;
    },
    "An auth flow must yield requests, not a string.",
  ],
] as readonly (readonly [string, Auth["authFlow"], string])[]) {
  test(`a flow that ${name} is a TypeError, and no request is sent`, async (t) => {
    await using server = await startHttpServer();
    class Wrong extends Auth {
      override authFlow = flow;
    }
    await using client = new AsyncClient({ auth: new Wrong() });
    const error = (await rejection(client.get(server.url))) as Error;
    t.true(error instanceof TypeError);
    t.is(error.message, message);
    t.is(server.connections, 0);
  });
}

test("a method without the asterisk of a generator is told so", async (t) => {
  await using server = await startHttpServer((_request, response) => void response.end());
  await using client = new AsyncClient();
  const flows: readonly (readonly [flow: (request: Request) => unknown, returned: string])[] = [
    [async (request) => request, "a promise"],
    [() => Promise.reject(new Error("never seen")), "a promise"],
    [(request) => request, "a Request"],
    [(request) => [request], "an array"],
    [() => undefined, "undefined"],
  ];
  for (const [flow, returned] of flows) {
    class Plain extends Auth {
      override authFlow(request: Request): never {
        return flow(request) as never;
      }
    }
    await t.throwsAsync(client.get(server.url, { auth: new Plain() }), {
      instanceOf: TypeError,
      code: "ERR_INVALID_RETURN_VALUE",
      message: `authFlow must be a generator (*authFlow or async *authFlow), but returns ${returned}.`,
    });
  }
  t.is(server.requests.length, 0);
});

test("a flow that throws after a response ends the call, and closes the response", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead());
    await connection.send(chunk("begun"));
    await connection.closed();
  });
  const failure = new RangeError("no");
  let met: Response | null = null;
  class Throwing extends Auth {
    *authFlow(request: Request): Generator<Request, void, Response> {
      met = yield request;
      throw failure;
    }
  }
  await using client = new AsyncClient({ auth: new Throwing() });
  t.is(await rejection(client.stream("GET", server.url)), failure);
  t.true(met!.isClosed);
  await eventually("the server sees the connection closed", () => server.openSockets === 0);
  t.is(client.stats().requests.inFlight, 0);
});

test("a flow always ends, even if its request fails", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    connection.reset();
  });
  const events: string[] = [];
  class Holding extends Auth {
    async *authFlow(request: Request): AsyncGenerator<Request, void, Response> {
      try {
        yield request;
        events.push("answered");
      } finally {
        await turn();
        events.push("released");
      }
    }
  }
  await using client = new AsyncClient({ auth: new Holding() });
  await rejection(client.get(server.url));
  t.deepEqual(events, ["released"]);
});

// The calls that a MockTransport records and asserts, and its errors for requests without a route.
import { inspect } from "node:util";
import test from "ava";
import {
  AsyncClient,
  ConnectError,
  DigestAuth,
  HTTPError,
  MockError,
  MockTransport,
  Response,
} from "httpxide";

function mocked(options?: { strict?: boolean }): { mock: MockTransport; client: AsyncClient } {
  const mock = new MockTransport(options);
  return { mock, client: new AsyncClient({ transport: mock, baseUrl: "https://api.example.org" }) };
}

test("every request is recorded, with its route, its body and its outcome", async (t) => {
  const { mock, client } = mocked();
  const create = mock.post("/users").reply(201, { json: { id: 7 } });
  const broken = mock.get("/broken").throws(new ConnectError("refused"));
  t.false(mock.called);
  t.false(create.called);
  await client.post("/users", { content: [new TextEncoder().encode("a"), new TextEncoder().encode("b")] });
  const error = await t.throwsAsync(client.get("/broken"));
  await t.throwsAsync(client.get("/nowhere"), { instanceOf: MockError });

  t.true(mock.called);
  t.is(mock.callCount, 3);
  t.deepEqual(
    mock.calls.map(({ request, route }) => [request.url.pathname, route]),
    [
      ["/users", create],
      ["/broken", broken],
      ["/nowhere", null],
    ],
  );
  const [call] = create.calls;
  t.is(call, mock.calls[0]);
  t.is(new TextDecoder().decode(call?.request.content), "ab");
  t.deepEqual(call?.response?.json(), { id: 7 });
  t.is(call?.error, undefined);
  t.is(broken.calls[0]?.response, null);
  t.is(broken.calls[0]?.error, error);
});

test("a recorded request keeps the state in which it arrived", async (t) => {
  const mock = new MockTransport();
  mock
    .get("/")
    .replyOnce(401, { headers: { "WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"' } })
    .reply(200);
  await using client = new AsyncClient({ transport: mock, auth: new DigestAuth("ada", "pw") });
  const request = client.buildRequest("GET", "http://h/");
  await client.send(request);
  t.deepEqual(
    mock.calls.map((call) => call.request.headers.has("authorization")),
    [false, true],
  );
  request.headers.set("X-Late", "1");
  t.false(mock.calls[0]?.request.headers.has("x-late"));
});

test("a request that no route matches fails with the routes and why they do not match", async (t) => {
  const { mock, client } = mocked();
  mock.get("/users");
  mock.post("/users", { json: { name: "Ada" }, headers: { "x-id": "1" }, params: { page: 1 } });
  mock.route({ method: ["PUT", "PATCH"], url: /\/notes\/\d+$/ });
  mock.route({ url: "https://me:hush@h/login?token=hush" });
  const sent = client.post("/users?page=1&access_token=hush", {
    json: { name: "Bob" },
    headers: { "X-Id": "1" },
  });
  const error = await t.throwsAsync<MockError>(sent, { instanceOf: MockError });
  t.is(error.code, "ERR_MOCK_UNMATCHED");
  t.is(
    error.message,
    [
      "No route of the MockTransport matches POST https://api.example.org/users?page=1&access_token=[secure]:",
      "  GET /users: the method is POST",
      '  POST /users with params, header x-id, json: the JSON at name is "Bob", not "Ada"',
      "  PUT|PATCH /\\/notes\\/\\d+$/: the method is POST",
      "  * https://h/login?token=[secure]: the host is api.example.org",
    ].join("\n"),
  );
});

test("a mock without routes says so in its error", async (t) => {
  const { client } = mocked();
  await t.throwsAsync(client.get("/"), {
    message: "No route of the MockTransport matches GET https://api.example.org/: it has no routes",
  });
});

test("the error of an unmatched request is not an HTTPError, so retry code does not take it for a network failure", async (t) => {
  const { client } = mocked();
  const error = await t.throwsAsync(client.get("/"));
  t.false(error instanceof HTTPError);
  t.is(error?.name, "MockError");
});

test("a mock that is not strict answers 404 and says why", async (t) => {
  const { mock, client } = mocked({ strict: false });
  mock.get("/users");
  const response = await client.get("/nowhere");
  t.is(response.statusCode, 404);
  t.is(
    response.text,
    "No route of the MockTransport matches GET https://api.example.org/nowhere:\n  GET /users: the path is /nowhere",
  );
  t.is(mock.calls[0]?.response, response);
});

test("the handler answers requests that no route matches, and they are not recorded", async (t) => {
  const mock = new MockTransport(
    (request) => new Response(200, { text: `handler ${request.content.length}` }),
  );
  const route = mock.get("/users").reply(200, { text: "route" });
  await using client = new AsyncClient({ transport: mock, baseUrl: "http://h" });
  t.is((await client.get("/users")).text, "route");
  t.is((await client.post("/users", { content: "abc" })).text, "handler 3");
  t.deepEqual(
    mock.calls.map((call) => call.route),
    [route],
  );
});

test("assertCalled fails unless the route was called, or called that many times, and lists the requests", async (t) => {
  const { mock, client } = mocked();
  const route = mock.get("/users").reply(200);
  t.throws(() => route.assertCalled(), {
    instanceOf: MockError,
    message: "GET /users was called 0 times\nNo request came.",
  });
  t.notThrows(() => route.assertCalled(0));
  await client.get("/users?password=hush");
  t.notThrows(() => route.assertCalled());
  t.notThrows(() => route.assertCalled(1));
  const error = t.throws<MockError>(() => route.assertCalled(2), { instanceOf: MockError });
  t.is(error.code, "ERR_MOCK_ASSERTION");
  t.is(
    error.message,
    "GET /users was called once, not 2 times\nThese requests came:\n  GET https://api.example.org/users?password=[secure]: 200",
  );
});

test("the mock counts the calls of all routes", async (t) => {
  const { mock, client } = mocked({ strict: false });
  t.notThrows(() => mock.assertCalled(0));
  await client.get("/a");
  await client.get("/b");
  t.notThrows(() => mock.assertCalled());
  t.throws(() => mock.assertCalled(1), {
    instanceOf: MockError,
    message:
      "MockTransport was called 2 times, not once\nThese requests came:\n  GET https://api.example.org/a: no route\n  GET https://api.example.org/b: no route",
  });
});

test("assertAllCalled names the routes that were not used as prepared, and the requests received", async (t) => {
  const { mock, client } = mocked();
  mock.get("/used").reply(200);
  mock.get("/unused").reply(200);
  mock.get("/half").replyOnce(503).replyOnce(500).replyOnce(200);
  mock.get("/bad").throws(new ConnectError("refused"));
  t.throws(() => mock.assertAllCalled(), {
    instanceOf: MockError,
    message: /GET \/used: not called.*No request came\.$/s,
  });
  await client.get("/used");
  await client.get("/half");
  await t.throwsAsync(client.get("/bad"));
  await t.throwsAsync(client.get("/nowhere"));
  const { message } = t.throws<MockError>(() => mock.assertAllCalled(), { instanceOf: MockError });
  t.is(
    message,
    [
      "Routes of the MockTransport were not used as prepared:",
      "  GET /unused: not called",
      "  GET /half: replies left that are used once: 2",
      "These requests came:",
      "  GET https://api.example.org/used: 200",
      "  GET https://api.example.org/half: 503",
      "  GET https://api.example.org/bad: ConnectError",
      "  GET https://api.example.org/nowhere: no route",
    ].join("\n"),
  );
  await client.get("/unused");
  await client.get("/half");
  await client.get("/half");
  t.notThrows(() => mock.assertAllCalled());
});

test("a message lists twenty requests and counts the rest", async (t) => {
  const { mock, client } = mocked();
  mock.get("/never");
  mock.get("/*");
  for (let index = 0; index < 23; index++) await client.get(`/${index}`);
  const { message } = t.throws<MockError>(() => mock.assertAllCalled());
  t.regex(message, /\/19: 200\n {2}and 3 more$/);
});

test("reset forgets the calls, so that single replies count again; clear forgets the routes too", async (t) => {
  const { mock, client } = mocked();
  const route = mock.get("/").replyOnce(503).reply(200);
  t.is((await client.get("/")).statusCode, 503);
  t.is((await client.get("/")).statusCode, 200);
  mock.reset();
  t.is(mock.callCount, 0);
  t.is(route.callCount, 0);
  t.is((await client.get("/")).statusCode, 503);
  mock.clear();
  t.is(mock.callCount, 0);
  t.deepEqual(mock.routes, []);
  await t.throwsAsync(client.get("/"), { message: /it has no routes/ });
});

test("a route shows itself in a log", async (t) => {
  const { mock, client } = mocked();
  const route = mock.get("/users", { json: {} });
  await t.throwsAsync(client.get("/users"));
  t.is(inspect(route), "<MockRoute GET /users with json, calls: 0>");
  t.is(String(route), "GET /users with json");
  t.deepEqual(Object.keys(mock), []);
});

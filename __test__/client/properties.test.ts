// The client's properties: each can be read, assigned in every form that the constructor takes, and is normalised in the
// same way. The cases of HTTPX's tests/client/test_properties.py, and others.
import test from "ava";
import {
  AsyncClient,
  BasicAuth,
  BearerAuth,
  Cookies,
  FunctionAuth,
  Headers,
  MockTransport,
  QueryParams,
  type Request,
  Response,
  Timeout,
  VERSION,
} from "httpxide";

const transport = new MockTransport(() => new Response(200));
const make = (): AsyncClient => new AsyncClient({ transport });

test("a new client has HTTPX's defaults", (t) => {
  const client = make();
  t.is(client.auth, null);
  t.is(client.baseUrl, null);
  t.is(String(client.params), "");
  t.is(client.cookies.size, 0);
  t.deepEqual(client.timeout, new Timeout(5000));
  t.deepEqual(client.eventHooks, { request: [], response: [], error: [] });
  t.false(client.followRedirects);
  t.is(client.maxRedirects, 20);
  t.true(client.trustEnv);
  t.false(client.isClosed);
  t.deepEqual(client.headers.raw, [
    ["Accept", "*/*"],
    ["Accept-Encoding", "gzip, deflate, br, zstd"],
    ["Connection", "keep-alive"],
    ["User-Agent", `httpxide/${VERSION}`],
  ]);
});

test("a constructor option and an assigned property give the same value", (t) => {
  const hook = (): void => undefined;
  const settings = {
    auth: ["user", "password"],
    baseUrl: "https://www.example.org/path",
    headers: { a: "b" },
    params: { a: [1, 2] },
    timeout: { read: 1 },
    cookies: { a: "b" },
    eventHooks: { request: [hook] },
    followRedirects: true,
    maxRedirects: 3,
  } as const;
  const assigned = Object.assign(make(), settings);
  for (const client of [assigned, new AsyncClient({ transport, ...settings })]) {
    t.true((client.auth as unknown) instanceof BasicAuth);
    t.is(client.baseUrl?.href, "https://www.example.org/path/");
    t.is(client.headers.get("A"), "b");
    t.is(client.headers.raw.length, 5);
    t.is(String(client.params), "a=1&a=2");
    t.deepEqual(client.timeout, new Timeout({ read: 1 }));
    t.deepEqual([...client.cookies], [["a", "b"]]);
    t.deepEqual(client.eventHooks, { request: [hook], response: [], error: [] });
    t.true(client.followRedirects);
    t.is(client.maxRedirects, 3);
  }
});

for (const [baseUrl, href] of [
  ["https://www.example.org", "https://www.example.org/"],
  ["https://www.example.org/", "https://www.example.org/"],
  ["https://www.example.org/path", "https://www.example.org/path/"],
  ["https://www.example.org/path/", "https://www.example.org/path/"],
  ["HTTPS://WWW.EXAMPLE.ORG:443/a/../b", "https://www.example.org/b/"],
  [new URL("http://h:8080/x"), "http://h:8080/x/"],
  ["", undefined],
  [null, undefined],
] as const) {
  test(`a base URL of ${baseUrl === null ? "null" : `"${baseUrl}"`} is ${href ?? "none"}`, (t) => {
    const client = new AsyncClient({ transport, baseUrl: "http://before/" });
    client.baseUrl = baseUrl;
    t.is(client.baseUrl?.href, href);
    t.true((client.baseUrl as unknown) === null || client.baseUrl instanceof URL);
  });
}

test("an invalid base URL is refused, and the previous one stays", (t) => {
  const client = new AsyncClient({ transport, baseUrl: "http://before" });
  for (const [wrong, name] of [
    ["/relative", "UnsupportedProtocol"],
    ["http://h:99999", "InvalidURL"],
    ["http://h/\n", "InvalidURL"],
    [5, "TypeError"],
  ] as const) {
    t.throws(() => (client.baseUrl = wrong as string), { name });
    t.throws(() => new AsyncClient({ transport, baseUrl: wrong as string }), { name });
  }
  t.is(client.baseUrl?.href, "http://before/");
});

test("followRedirects that is not a boolean is refused, and the previous value stays", (t) => {
  const client = new AsyncClient({ transport, followRedirects: true });
  for (const wrong of ["false", 0, null, undefined]) {
    t.throws(() => (client.followRedirects = wrong as never), {
      instanceOf: TypeError,
      message: `followRedirects must be true or false, not ${String(wrong)}.`,
    });
  }
  t.throws(() => new AsyncClient({ transport, followRedirects: "false" as never }), {
    instanceOf: TypeError,
  });
  t.true(client.followRedirects);
});

test("a string for sensitiveHeaders, which would be a list of its letters, is refused", (t) => {
  t.throws(() => new AsyncClient({ transport, sensitiveHeaders: "X-Api-Key" }), {
    instanceOf: TypeError,
    message: /sensitiveHeaders must be a list/,
  });
});

test("assigned headers are added to the default ones, and replace earlier assigned ones", (t) => {
  const client = new AsyncClient({ transport, headers: { "X-Before": "1" } });
  client.headers = [
    ["accept", "text/x"],
    ["X-A", "1"],
  ];
  t.true((client.headers as unknown) instanceof Headers);
  t.false(client.headers.has("x-before"));
  t.is(client.headers.get("User-Agent"), `httpxide/${VERSION}`);
  t.deepEqual(client.headers.getList("Accept"), ["text/x"]);
  client.headers = null;
  t.is(client.headers.raw.length, 4);
});

test("headers can be updated in place, for every later request", (t) => {
  const client = make();
  client.headers.update({ "User-Agent": "mine", "X-A": "1" });
  const { headers } = client.buildRequest("GET", "http://h/");
  t.deepEqual(headers.getList("User-Agent"), ["mine"]);
  t.is(headers.get("X-A"), "1");
});

test("a default header can be removed, for every later request", (t) => {
  const client = make();
  client.headers.delete("User-Agent");
  t.false(client.buildRequest("GET", "http://h/").headers.has("user-agent"));
});

test("assigned headers are copied", (t) => {
  const client = make();
  const given = new Headers({ "X-A": "1" });
  client.headers = given;
  given.set("X-A", "2");
  t.is(client.headers.get("x-a"), "1");
});

for (const [timeout, expected] of [
  [12, { connect: 12, read: 12, write: 12, pool: 12, total: null }],
  [null, { connect: null, read: null, write: null, pool: null, total: null }],
  [undefined, { connect: 5000, read: 5000, write: 5000, pool: 5000, total: null }],
  [{ total: 7 }, { connect: 5000, read: 5000, write: 5000, pool: 5000, total: 7 }],
  [new Timeout({ read: null }), { connect: 5000, read: null, write: 5000, pool: 5000, total: null }],
] as const) {
  test(`a timeout of ${JSON.stringify(timeout)} becomes a Timeout`, (t) => {
    const client = new AsyncClient({ transport, timeout: 1 });
    client.timeout = timeout;
    t.true((client.timeout as unknown) instanceof Timeout);
    t.deepEqual({ ...client.timeout }, expected);
    t.deepEqual({ ...new AsyncClient({ transport, timeout }).timeout }, expected);
  });
}

test("an invalid timeout is refused, and the previous one stays", (t) => {
  const client = new AsyncClient({ transport, timeout: 1 });
  t.throws(() => (client.timeout = -1), { instanceOf: RangeError });
  t.throws(() => (client.timeout = "5" as never), { instanceOf: TypeError });
  t.deepEqual(client.timeout, new Timeout(1));
});

for (const [name, params] of [
  ["text", "a=1&a=2"],
  ["a record", { a: [1, 2] }],
  ["pairs", [["a", 1] as const, ["a", 2] as const]],
  ["URLSearchParams", new URLSearchParams("a=1&a=2")],
  ["QueryParams", new QueryParams("a=1&a=2")],
] as const) {
  test(`params of ${name} become QueryParams`, (t) => {
    const client = make();
    client.params = params;
    t.true((client.params as unknown) instanceof QueryParams);
    t.is(client.buildRequest("GET", "http://h/?b=3").url.search, "?b=3&a=1&a=2");
    client.params = null;
    t.is(client.buildRequest("GET", "http://h/?b=3").url.search, "?b=3");
  });
}

test("auth of every form becomes an Auth, and null means none", (t) => {
  const client = make();
  const bearer = new BearerAuth("token");
  client.auth = bearer;
  t.is(client.auth, bearer);
  client.auth = ["user", "password"];
  t.true((client.auth as unknown) instanceof BasicAuth);
  client.auth = (request: Request) => request;
  t.true((client.auth as unknown) instanceof FunctionAuth);
  t.throws(() => (client.auth = "user" as never), { instanceOf: TypeError });
  t.true((client.auth as unknown) instanceof FunctionAuth);
  client.auth = undefined;
  t.is(client.auth, null);
});

test("cookies of every form become the client's own jar", (t) => {
  const client = new AsyncClient({ transport, cookies: { before: "1" } });
  for (const cookies of [{ a: "b" }, [["a", "b"] as const], new Cookies({ a: "b" })]) {
    client.cookies = cookies;
    t.true((client.cookies as unknown) instanceof Cookies);
    t.not(client.cookies as unknown, cookies);
    t.deepEqual([...client.cookies], [["a", "b"]]);
  }
  client.cookies = null;
  t.is(client.cookies.size, 0);
});

test("event hooks of every form become three lists", (t) => {
  const client = make();
  const hook = (): void => undefined;
  client.eventHooks = { response: new Set([hook]) };
  t.deepEqual(client.eventHooks, { request: [], response: [hook], error: [] });
  client.eventHooks = { request: null, response: undefined };
  t.deepEqual(client.eventHooks, { request: [], response: [], error: [] });
  client.eventHooks = { request: [hook] };
  t.throws(() => (client.eventHooks = { request: [5 as never] }), { instanceOf: TypeError });
  t.deepEqual(client.eventHooks, { request: [hook], response: [], error: [] });
  client.eventHooks = undefined;
  t.deepEqual(client.eventHooks, { request: [], response: [], error: [] });
});

test("trustEnv and isClosed are read-only", async (t) => {
  const client = new AsyncClient({ transport, trustEnv: false });
  t.false(client.trustEnv);
  t.false(client.isClosed);
  t.throws(() => Object.assign(client, { isClosed: true }), { instanceOf: TypeError });
  await client.aclose();
  t.true(client.isClosed);
});

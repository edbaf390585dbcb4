// The parts that a client adds to a request: headers (order and case as on the wire), params, base URL, timeout.
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  LocalProtocolError,
  MockTransport,
  QueryParams,
  Request,
  type RequestOptions,
  Response,
  Timeout,
  VERSION,
} from "httpxide";

const transport = new MockTransport(() => new Response(200));
const clientWith = (options: AsyncClientOptions = {}): AsyncClient =>
  new AsyncClient({ transport, ...options });

const DEFAULTS: readonly [string, string][] = [
  ["Host", "example.org"],
  ["Accept", "*/*"],
  ["Accept-Encoding", "gzip, deflate, br, zstd"],
  ["Connection", "keep-alive"],
  ["User-Agent", `httpxide/${VERSION}`],
];
const without = (...names: string[]): [string, string][] =>
  DEFAULTS.filter(([name]) => !names.includes(name)) as [string, string][];

const headerCases: readonly {
  name: string;
  client?: AsyncClientOptions;
  method?: string;
  url?: string;
  options?: RequestOptions;
  expected: readonly [string, string][];
}[] = [
  { name: "the default headers in HTTPX's order", expected: DEFAULTS },
  {
    name: "headers of the client, then of the call, in their case and order",
    client: { headers: { "X-One": "1", "x-TWO": "2" } },
    options: { headers: { "X-Three": "3" } },
    expected: [...DEFAULTS, ["X-One", "1"], ["x-TWO", "2"], ["X-Three", "3"]],
  },
  {
    name: "a default that is overridden at the end",
    client: { headers: { "user-agent": "mine" } },
    expected: [...without("User-Agent"), ["user-agent", "mine"]],
  },
  {
    name: "the call's value instead of the client's",
    client: { headers: { "X-A": "1", "X-B": "2" } },
    options: { headers: { "x-a": "3" } },
    expected: [...DEFAULTS, ["X-B", "2"], ["x-a", "3"]],
  },
  {
    name: "several values of one name",
    options: {
      headers: [
        ["X-A", "1"],
        ["X-A", "2"],
      ],
    },
    expected: [...DEFAULTS, ["X-A", "1"], ["X-A", "2"]],
  },
  {
    name: "a Host of the caller's in its place, and no other",
    options: { headers: { Host: "other" } },
    expected: [...without("Host"), ["Host", "other"]],
  },
  {
    name: "Host without user information, with a port that is not the default",
    url: "http://u:p@EXAMPLE.org:8080/",
    expected: [["Host", "example.org:8080"], ...without("Host")],
  },
  { name: "Host without the default port", url: "https://example.org:443/", expected: DEFAULTS },
  {
    name: "the length of text, counted in bytes",
    method: "POST",
    options: { content: "é" },
    expected: [...DEFAULTS, ["Content-Length", "2"]],
  },
  {
    name: "length and type of JSON",
    method: "POST",
    options: { json: { a: 1 } },
    expected: [...DEFAULTS, ["Content-Length", "7"], ["Content-Type", "application/json"]],
  },
  {
    name: "chunked framing for a body of unknown length",
    method: "POST",
    options: { content: ["a"] },
    expected: [...DEFAULTS, ["Transfer-Encoding", "chunked"]],
  },
  {
    name: "the caller's length instead of chunked framing",
    method: "POST",
    options: { content: ["a"], headers: { "Content-Length": "1" } },
    expected: [...DEFAULTS, ["Content-Length", "1"]],
  },
  {
    name: "the caller's chunked framing instead of a length",
    method: "POST",
    options: { content: "a", headers: { "Transfer-Encoding": "chunked" } },
    expected: [...DEFAULTS, ["Transfer-Encoding", "chunked"]],
  },
  {
    name: "the caller's type",
    method: "POST",
    options: { json: 1, headers: { "content-type": "application/problem+json" } },
    expected: [...DEFAULTS, ["content-type", "application/problem+json"], ["Content-Length", "1"]],
  },
  {
    name: "the client's type",
    client: { headers: { "Content-Type": "text/x" } },
    method: "POST",
    options: { json: 1 },
    expected: [...DEFAULTS, ["Content-Type", "text/x"], ["Content-Length", "1"]],
  },
  ...["POST", "PUT", "PATCH"].map((method) => ({
    name: `a length of 0, after Host, for ${method} without a body`,
    method,
    expected: [DEFAULTS[0]!, ["Content-Length", "0"] as [string, string], ...without("Host")],
  })),
  ...["GET", "HEAD", "DELETE", "OPTIONS"].map((method) => ({
    name: `no length for ${method} without a body`,
    method,
    expected: DEFAULTS,
  })),
  {
    name: "a body on DELETE",
    method: "DELETE",
    options: { json: [] },
    expected: [...DEFAULTS, ["Content-Length", "2"], ["Content-Type", "application/json"]],
  },
];

for (const { name, client, method = "GET", url = "http://example.org/", options, expected } of headerCases) {
  test(`a request has ${name}`, (t) => {
    const request = clientWith(client).buildRequest(method, url, options);
    t.deepEqual(request.headers.raw, [...expected]);
  });
}

test("the client's headers can be changed in place and replaced", (t) => {
  const client = clientWith();
  const last = (): [string, string] | undefined =>
    client.buildRequest("GET", "http://example.org/").headers.raw.at(-1);
  client.headers.set("X-A", "1");
  t.deepEqual(last(), ["X-A", "1"]);
  client.headers.set("X-A", "2");
  t.deepEqual(last(), ["X-A", "2"]);
  client.headers.delete("X-A");
  t.deepEqual(last(), DEFAULTS.at(-1));
  client.headers = { Accept: "text/x" };
  t.deepEqual(client.buildRequest("GET", "http://example.org/").headers.raw, [
    ...without("Accept"),
    ["Accept", "text/x"],
  ]);
});

test("requests do not share their headers with the client or each other", (t) => {
  const client = clientWith();
  const [one, two] = [1, 2].map(() => client.buildRequest("GET", "http://example.org/"));
  one!.headers.set("X-A", "1");
  t.false(two!.headers.has("X-A"));
  t.false(client.headers.has("X-A"));
  client.headers.set("X-B", "1");
  t.false(two!.headers.has("X-B"));
});

test("a built request is sent as a hook or the caller changed it", async (t) => {
  const sent: Request[] = [];
  const client = new AsyncClient({
    transport: new MockTransport((request) => {
      sent.push(request);
      return new Response(200);
    }),
  });
  const request = client.buildRequest("GET", "http://example.org/a");
  request.headers.set("X-A", "1");
  request.url.pathname = "/b";
  await client.send(request);
  t.is(sent[0], request);
  t.is(sent[0]?.headers.get("x-a"), "1");
  t.is(sent[0]?.url.href, "http://example.org/b");
});

// HTTPX appends to the base URL; it does not resolve against it as RFC 3986 does.
const bases: readonly [base: string, url: string, result: string][] = [
  ["http://h/api", "x", "http://h/api/x"],
  ["http://h/api", "/x", "http://h/api/x"],
  ["http://h/api/", "x", "http://h/api/x"],
  ["http://h/api", "", "http://h/api/"],
  ["http://h/api", "../x?y#z", "http://h/x?y"],
  ["http://h/api", "http://other/x", "http://other/x"],
  [
    "https://www.example.com/some/path",
    "/testing%2Fencoded",
    "https://www.example.com/some/path/testing%2Fencoded",
  ],
  ["", "http://h/x", "http://h/x"],
];

for (const [baseUrl, url, result] of bases) {
  test(`${JSON.stringify(url)} on the base ${JSON.stringify(baseUrl)} is ${result}`, (t) => {
    t.is(clientWith({ baseUrl }).buildRequest("GET", url).url.href, result);
  });
}

test("the base URL can be given as an object, read and replaced", (t) => {
  const client = clientWith({ baseUrl: new URL("http://h/api") });
  t.is(client.baseUrl?.href, "http://h/api/");
  client.baseUrl = "http://other";
  t.is(client.buildRequest("GET", "x").url.href, "http://other/x");
  client.baseUrl = "";
  t.is(client.baseUrl, null);
});

const queries: readonly [
  client: AsyncClientOptions["params"],
  url: string,
  call: RequestOptions["params"],
  href: string,
][] = [
  [null, "http://h/?z=9", null, "http://h/?z=9"],
  [{ a: 1 }, "http://h/", undefined, "http://h/?a=1"],
  [{ a: 1 }, "http://h/?z=9", undefined, "http://h/?z=9&a=1"],
  [{ a: 1, b: 2 }, "http://h/", { a: 3 }, "http://h/?a=3&b=2"],
  [null, "http://h/?a=1&z=9", { a: 2 }, "http://h/?a=2&z=9"],
  [null, "http://h/", { a: [1, 2], t: true, n: null }, "http://h/?a=1&a=2&t=true&n="],
  [null, "http://h/?z=9#top", { q: "a b" }, "http://h/?z=9&q=a+b#top"],
];

for (const [params, url, call, href] of queries) {
  test(`params ${JSON.stringify(params)} and ${JSON.stringify(call)} make ${url} ${href}`, (t) => {
    t.is(clientWith({ params }).buildRequest("GET", url, { params: call }).url.href, href);
  });
}

test("the client's params can be read and replaced", (t) => {
  const client = clientWith({ params: "a=1" });
  t.is(String(client.params), "a=1");
  client.params = new QueryParams({ b: 2 });
  t.is(client.buildRequest("GET", "http://h/").url.search, "?b=2");
  client.params = null;
  t.is(client.buildRequest("GET", "http://h/").url.search, "");
});

test("a request has the timeout in its extensions, else the call's, else the client's", (t) => {
  const timeout = (options?: RequestOptions, client?: AsyncClientOptions): Timeout =>
    clientWith(client).buildRequest("GET", "http://h/", options).extensions["timeout"] as Timeout;
  t.deepEqual(timeout(), new Timeout(5000));
  t.deepEqual(timeout({}, { timeout: 1 }), new Timeout(1));
  t.deepEqual(timeout({ timeout: null }, { timeout: 1 }), new Timeout(null));
  t.deepEqual(timeout({ timeout: { read: 7 } }), new Timeout({ read: 7 }));
  t.deepEqual(timeout({ extensions: { other: 1 } }), new Timeout(5000));
  t.deepEqual(timeout({ timeout: 1, extensions: { timeout: new Timeout(2) } }), new Timeout(2));
});

test("send() gives the client's timeout to a request without one, and keeps any other", async (t) => {
  const client = clientWith({ timeout: 1 });
  const bare = new Request("GET", "http://h/");
  await client.send(bare);
  t.deepEqual(bare.extensions["timeout"], new Timeout(1));
  const own = new Request("GET", "http://h/", { extensions: { timeout: new Timeout(2) } });
  await client.send(own);
  t.deepEqual(own.extensions["timeout"], new Timeout(2));
});

test("a request made without a client has only the headers it needs", (t) => {
  t.deepEqual(new Request("GET", "http://h:8080/").headers.raw, [["Host", "h:8080"]]);
  t.deepEqual(new Request("POST", "http://h/", { json: 1 }).headers.raw, [
    ["Host", "h"],
    ["Content-Length", "1"],
    ["Content-Type", "application/json"],
  ]);
  t.is(new Request("GET", "http://h/?a=1", { params: { b: 2 } }).url.href, "http://h/?a=1&b=2");
});

test("methods are upper-cased", (t) => {
  t.is(clientWith().buildRequest("get", "http://h/").method, "GET");
  t.is(new Request("Report", "http://h/").method, "REPORT");
});

for (const method of ["", "GE T", "GET\r\nX: y", "GET\0", "GÉT", "GET /x HTTP/1.1\n"]) {
  test(`the method ${JSON.stringify(method)} is refused before anything is sent`, async (t) => {
    let sent = 0;
    const client = new AsyncClient({
      transport: new MockTransport(() => {
        sent += 1;
        return new Response(200);
      }),
    });
    await t.throwsAsync(client.request(method, "http://h/"), { instanceOf: LocalProtocolError });
    t.is(sent, 0);
  });
}

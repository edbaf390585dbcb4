/**
 * The bytes of a request's head, as a server that parses nothing sees them. The order is HTTPX's: Host, the client's
 * defaults, the client's and the caller's headers, then those of the body.
 */
import { createRequire } from "node:module";
import test from "ava";
import { AsyncClient, type AsyncClientOptions, LocalProtocolError, type RequestOptions } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";
import type { ReceivedRequest } from "../helpers/received-request.js";

const { version } = createRequire(import.meta.url)("httpxide/package.json") as { version: string };

interface Exchange {
  readonly client?: AsyncClientOptions;
  readonly method?: string;
  readonly path?: string;
  readonly options?: RequestOptions;
}

/** Sends one request, and returns the request received and the server's port. */
async function receivedFrom({ client: clientOptions, method = "GET", path = "/", options }: Exchange) {
  await using server = await startRawServer(replying(method === "HEAD" ? ok("") : ok()));
  await using client = new AsyncClient(clientOptions);
  await client.request(method, `${server.url}${path}`, options);
  const [request] = server.requests;
  if (!request || server.requests.length > 1) throw new Error(`${server.requests.length} requests came`);
  return { request, port: server.port };
}

const DEFAULTS = [
  "Accept: */*",
  "Accept-Encoding: gzip, deflate, br, zstd",
  "Connection: keep-alive",
  `User-Agent: httpxide/${version}`,
];

function bytes(line: string, ...headerLines: string[]): string {
  return [line, ...headerLines, "", ""].join("\r\n");
}

test("a GET has HTTPX's default headers, in HTTPX's order, and no others", async (t) => {
  const { request, port } = await receivedFrom({ path: "/a/b?c=d" });
  t.is(request.head, bytes("GET /a/b?c=d HTTP/1.1", `Host: 127.0.0.1:${port}`, ...DEFAULTS));
});

test("the headers of a body come last: the length, then the type", async (t) => {
  const { request, port } = await receivedFrom({ method: "POST", options: { json: { a: "ü" } } });
  t.is(
    request.head,
    bytes(
      "POST / HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      ...DEFAULTS,
      "Content-Length: 10",
      "Content-Type: application/json",
    ),
  );
  t.is(request.body.toString(), '{"a":"ü"}');
});

test("the caller's headers follow the defaults, in the caller's order and case", async (t) => {
  const { request, port } = await receivedFrom({
    options: {
      headers: [
        ["x-ZULU", "1"],
        ["X-alpha", "2"],
        ["MIXED-Case-3", "3"],
      ],
    },
  });
  t.is(
    request.head,
    bytes(
      "GET / HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      ...DEFAULTS,
      "x-ZULU: 1",
      "X-alpha: 2",
      "MIXED-Case-3: 3",
    ),
  );
});

test("a header given several times is sent several times, in its position", async (t) => {
  const { request } = await receivedFrom({
    options: {
      headers: [
        ["X-A", "1"],
        ["X-B", "2"],
        ["x-a", "3"],
      ],
    },
  });
  t.deepEqual(request.headerLines.slice(-3), ["X-A: 1", "X-B: 2", "x-a: 3"]);
});

test("the client's own headers come between the defaults and the caller's", async (t) => {
  const { request } = await receivedFrom({
    client: { headers: { "X-Client": "c" } },
    options: { headers: { "X-Request": "r" } },
  });
  t.deepEqual(request.headerLines.slice(1), [...DEFAULTS, "X-Client: c", "X-Request: r"]);
});

test("a default header that the caller overrides is sent once, with the caller's value", async (t) => {
  const { request } = await receivedFrom({
    options: { headers: { "user-agent": "mine/1", ACCEPT: "text/html" } },
  });
  t.deepEqual(request.headerLines.slice(1), [
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Connection: keep-alive",
    "user-agent: mine/1",
    "ACCEPT: text/html",
  ]);
});

test("a request's header replaces all values of the client's header of that name", async (t) => {
  const { request } = await receivedFrom({
    client: {
      headers: [
        ["X-Tag", "client 1"],
        ["X-Tag", "client 2"],
      ],
    },
    options: {
      headers: [
        ["x-tag", "request 1"],
        ["x-tag", "request 2"],
      ],
    },
  });
  t.deepEqual(request.values("x-tag"), ["request 1", "request 2"]);
});

test("the caller's Host is sent instead of the URL's, once", async (t) => {
  const { request } = await receivedFrom({ options: { headers: { Host: "virtual.example" } } });
  t.deepEqual(request.values("host"), ["virtual.example"]);
});

test("two Hosts are refused before a byte is sent, over both versions of HTTP", async (t) => {
  await using server = await startRawServer(replying(ok()));
  for (const versions of [{}, { http1: false, http2: true }]) {
    await using client = new AsyncClient(versions);
    for (const second of ["a.example", "b.example"]) {
      const headers: [string, string][] = [
        ["Host", "a.example"],
        ["X-Between", "1"],
        ["hOST", second],
      ];
      await failsAs(t, client.get(server.url, { headers }), {
        as: LocalProtocolError,
        code: "ERR_INVALID_REQUEST",
        requestSent: false,
      });
    }
  }
  t.is(server.requests.length, 0);
});

test("the caller's Host is the first header on the wire, and keeps its position in the request", async (t) => {
  for (const headers of [
    { "X-Last": "1", HOST: "virtual.example" },
    { HOST: "virtual.example", "X-Last": "1" },
  ]) {
    const { request } = await receivedFrom({ method: "POST", options: { headers, json: {} } });
    const rest = DEFAULTS.concat("X-Last: 1", "Content-Length: 2", "Content-Type: application/json");
    t.is(request.head, bytes("POST / HTTP/1.1", "HOST: virtual.example", ...rest));
    const names = new AsyncClient().buildRequest("GET", "http://example.org/", { headers }).headers.raw;
    t.deepEqual(
      names.slice(4).map(([name]) => name),
      Object.keys(headers),
    );
  }
});

test("a Content-Length given twice is sent once", async (t) => {
  const { request } = await receivedFrom({
    method: "POST",
    options: {
      content: "abc",
      headers: [
        ["Content-Length", "3"],
        ["X-Between", "1"],
        ["content-length", "3"],
      ],
    },
  });
  t.true(request.head.endsWith("\r\nContent-Length: 3\r\nX-Between: 1\r\n\r\n"));
  t.is(request.body.toString(), "abc");
});

test("the length of an empty form has the same position as that of any body", async (t) => {
  const { request, port } = await receivedFrom({ method: "POST", options: { data: { a: [] } } });
  t.is(
    request.head,
    bytes(
      "POST / HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      ...DEFAULTS,
      "Content-Length: 0",
      "Content-Type: application/x-www-form-urlencoded",
    ),
  );
});

test("Host has the port that is not the default, and never a user or password", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  await client.get(`http://user:secret@localhost:${server.port}/`);
  t.deepEqual(server.requests[0]?.values("host"), [`localhost:${server.port}`]);
  t.false(server.requests[0]?.line.includes("secret"));
});

test("the request line has the path and query as the URL has them, without the fragment", async (t) => {
  const line = async (path: string): Promise<string> => (await receivedFrom({ path })).request.line;
  t.is(await line(""), "GET / HTTP/1.1");
  t.is(await line("?only=query"), "GET /?only=query HTTP/1.1");
  t.is(await line("/a%2Fb/%C3%BC?x=%20+y#fragment"), "GET /a%2Fb/%C3%BC?x=%20+y HTTP/1.1");
  t.is(await line("/ü ö?ä=ß"), "GET /%C3%BC%20%C3%B6?%C3%A4=%C3%9F HTTP/1.1");
  t.is(await line(`/${"x".repeat(8000)}`), `GET /${"x".repeat(8000)} HTTP/1.1`);
});

for (const method of ["POST", "PUT", "PATCH"]) {
  test(`${method} without a body sends Content-Length: 0`, async (t) => {
    const { request } = await receivedFrom({ method });
    t.deepEqual(request.values("content-length"), ["0"]);
    t.deepEqual(request.values("transfer-encoding"), []);
  });

  test(`${method} with an empty text sends Content-Length: 0`, async (t) => {
    const { request } = await receivedFrom({ method, options: { content: "" } });
    t.deepEqual(request.values("content-length"), ["0"]);
  });
}

for (const method of ["GET", "HEAD", "OPTIONS", "DELETE", "PURGE"]) {
  test(`${method} without a body sends no Content-Length`, async (t) => {
    const { request } = await receivedFrom({ method });
    t.deepEqual(request.values("content-length"), []);
    t.deepEqual(request.values("transfer-encoding"), []);
  });
}

for (const method of ["GET", "DELETE", "OPTIONS"]) {
  test(`${method} with a body sends it with its length`, async (t) => {
    const { request } = await receivedFrom({ method, options: { content: "body" } });
    t.deepEqual(request.values("content-length"), ["4"]);
    t.is(request.body.toString(), "body");
  });
}

test("the caller's Content-Type replaces the body's own", async (t) => {
  const { request } = await receivedFrom({
    method: "POST",
    options: { json: {}, headers: { "content-type": "application/vnd.api+json" } },
  });
  t.deepEqual(request.values("content-type"), ["application/vnd.api+json"]);
});

test("the caller's Transfer-Encoding: chunked replaces the length of a known body", async (t) => {
  const { request } = await receivedFrom({
    method: "POST",
    options: { content: "known", headers: { "Transfer-Encoding": "chunked" } },
  });
  t.deepEqual(request.values("content-length"), []);
  t.deepEqual(request.values("transfer-encoding"), ["chunked"]);
  t.is(request.body.toString(), "known");
});

test("Latin-1 header values are sent as Latin-1", async (t) => {
  const { request } = await receivedFrom({ options: { headers: { "X-Name": "Zoë ÿ" } } });
  t.deepEqual(request.values("x-name"), ["Zoë ÿ"]);
});

test("an empty header value is sent", async (t) => {
  const { request } = await receivedFrom({ options: { headers: { "X-Empty": "" } } });
  t.deepEqual(request.values("x-empty"), [""]);
});

test("the caller's Connection: close is sent, and honoured", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  for (let time = 0; time < 3; time++) {
    await client.get(server.url, { headers: { Connection: "close" } });
  }
  t.deepEqual(
    server.requests.map((request: ReceivedRequest) => [request.connection, request.values("connection")]),
    [
      [1, ["close"]],
      [2, ["close"]],
      [3, ["close"]],
    ],
  );
});

test("100 headers of 500 bytes arrive in order", async (t) => {
  const headers = Array.from({ length: 100 }, (_, index): [string, string] => [
    `X-Number-${index}`,
    String(index).padStart(500, "."),
  ]);
  const { request } = await receivedFrom({ options: { headers } });
  t.deepEqual(
    request.headerLines.slice(-100),
    headers.map(([name, value]) => `${name}: ${value}`),
  );
});

test("the same client sends the same bytes the second time", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient({ headers: { "X-Client": "c" } });
  await client.get(`${server.url}/same`, { headers: { "X-Request": "r" } });
  await client.get(`${server.url}/same`, { headers: { "X-Request": "r" } });
  t.is(server.requests[1]?.head, server.requests[0]?.head);
});

/**
 * Mounts: the transport that carries a request. The rows are those of HTTPX's tests/client/test_proxies.py (its
 * transport_for_request) and tests/test_utils.py (URLPattern), with transports in place of proxies.
 */
import test from "ava";
import { AsyncClient, type AsyncTransport, MockTransport, type Mounts, Response } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { redirectPath, redirecting, startRedirectServer } from "../helpers/redirect-server.js";

/** A transport that answers with its name. */
function named(name: string): MockTransport {
  return new MockTransport(() => new Response(200, { text: name }));
}

/** A client with a transport for each pattern; each transport answers with its pattern. */
function mounted(...patterns: readonly string[]): AsyncClient {
  const mounts = Object.fromEntries(patterns.map((pattern) => [pattern, named(pattern)]));
  return new AsyncClient({ transport: named("none"), mounts });
}

/** Whether the pattern matches the URL. */
const rows: readonly (readonly [pattern: string, url: string, takes: boolean])[] = [
  ["https://", "http://example.com", false],
  ["http://", "http://example.com", true],
  ["all://", "http://example.com", true],
  ["all://", "https://example.com:1234/x", true],
  ["all://", "custom://anything", true],
  ["all:", "http://example.com", true],
  ["HTTP://", "http://example.com", true],
  // hosts
  ["http://example.net", "http://example.com", false],
  ["http://example.com", "http://example.com", true],
  ["http://example.com", "http://EXAMPLE.com/x?y", true],
  ["http://EXAMPLE.com", "http://example.com", true],
  ["http://example.com", "http://www.example.com", false],
  ["http://example.com", "https://example.com", false],
  ["all://example.com", "http://example.com", true],
  ["all://example.com", "https://example.com", true],
  ["all://example.com", "https://example.org", false],
  // any host
  ["http://*", "http://example.com", true],
  ["http://*", "https://example.com", false],
  ["all://*", "https://example.com", true],
  // subdomains only
  ["http://*.example.com", "http://example.com", false],
  ["http://*.example.com", "http://www.example.com", true],
  ["http://*.example.com", "http://a.b.example.com", true],
  ["http://*.example.com", "http://example.com.org", false],
  // the domain and its subdomains
  ["http://*example.com", "http://example.com", true],
  ["http://*example.com", "http://www.example.com", true],
  ["http://*example.com", "http://wwwexample.com", false],
  ["all://*example.com", "https://example.com.evil.org", false],
  // a dot is literal
  ["all://*example.com", "https://www.exampleXcom", false],
  ["all://example.com", "https://exampleXcom", false],
  // ports
  ["http://example.com", "http://example.com:443", true],
  ["http://example.com", "http://example.com:8080", true],
  ["http://example.com:8080", "http://example.com:8080", true],
  ["http://example.com:8080", "http://example.com:8081", false],
  ["http://example.com:8080", "http://example.com", false],
  ["all://*:8080", "https://example.com:8080", true],
  // HTTPX treats a default port as none, which matches any
  ["http://example.com:80", "http://example.com", true],
  ["http://example.com:80", "http://example.com:8080", true],
  ["all://example.com:443", "https://example.com", false],
  // other forms of hosts
  ["all://[::1]", "http://[::1]:8080/", true],
  ["all://[::1]:8080", "http://[::1]:8080/", true],
  ["all://[::1]", "http://[::2]/", false],
  ["all://127.0.0.1", "http://127.0.0.1/", true],
  ["all://bücher.example", "http://xn--bcher-kva.example/", true],
  ["all://*.bücher.example", "http://www.bücher.example/", true],
  ["all://*bücher.example", "http://bücher.example/", true],
  ["all://*bücher.example", "http://bücher.org/", false],
  ["all://xn--bcher-kva.example", "http://bücher.example/", true],
  // the part after the host is ignored
  ["http://example.com/path", "http://example.com/other", true],
];

for (const [pattern, url, takes] of rows) {
  test(`${pattern} ${takes ? "matches" : "does not match"} ${url}`, async (t) => {
    await using client = mounted(pattern);
    t.is((await client.get(url)).text, takes ? pattern : "none");
  });
}

test("without mounts, the client's own transport carries every request", async (t) => {
  for (const mounts of [undefined, null, {}]) {
    await using client = new AsyncClient({ transport: named("own"), mounts });
    t.is((await client.get("http://example.com")).text, "own");
  }
});

/** The more specific pattern wins, in any order. */
const priorities: readonly (readonly [url: string, ...fromWeakest: string[]])[] = [
  [
    "http://example.com:123",
    "all://",
    "http://",
    "all://example.com",
    "http://example.com",
    "http://example.com:123",
  ],
  ["https://www.example.com", "all://", "https://", "all://*example.com", "all://www.example.com"],
  ["https://www.example.com:99", "https://www.example.com", "all://*:99", "https://*:99", "all://*.com:99"],
];

for (const [url, ...patterns] of priorities) {
  for (const [index, strongest] of patterns.entries()) {
    const given = patterns.slice(0, index + 1);
    test(`of ${given.join(", ")}, the last is used for ${url}`, async (t) => {
      for (const order of [given, given.toReversed()]) {
        await using client = mounted(...order);
        t.is((await client.get(url)).text, strongest);
      }
    });
  }
}

test("null is an exception to a wider pattern: it selects the client's own transport", async (t) => {
  await using client = new AsyncClient({
    transport: named("own"),
    mounts: { "all://": named("mounted"), "all://*.internal": null, "http://api.internal": named("api") },
  });
  t.is((await client.get("http://example.com")).text, "mounted");
  t.is((await client.get("http://www.internal")).text, "own");
  t.is((await client.get("http://api.internal")).text, "api");
});

test("a custom scheme can be mounted, and every method, redirect and cookie works over it", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({
    followRedirects: true,
    mounts: {
      "memo://": new MockTransport((request) =>
        request.url.pathname === "/one"
          ? new Response(307, { headers: { Location: "/two", "Set-Cookie": "a=1" } })
          : new Response(200, { text: `${request.method} ${request.url.href} ${request.content.length}` }),
      ),
    },
  });
  t.is((await client.post("memo://notes/one", { content: "abc" })).text, "POST memo://notes/two 3");
  // From the network to the mount.
  const response = await client.get(server.url + redirectPath({ location: "memo://notes/x" }));
  t.is(response.text, "GET memo://notes/x 0");
  t.is(response.history.length, 1);
});

test("each request of a redirect chain is routed by its own URL", async (t) => {
  await using server = await startHttpServer(redirecting);
  await using client = new AsyncClient({
    followRedirects: true,
    mounts: { "https://": named("mounted") },
  });
  const response = await client.get(server.url + redirectPath({ location: "https://example.com/" }));
  t.is(response.text, "mounted");
});

test("unmounted URLs go over the network", async (t) => {
  await using server = await startHttpServer(answering("network"));
  await using client = new AsyncClient({ mounts: { "all://example.com": named("mounted") } });
  t.is((await client.get(server.url)).text, "network");
  t.is((await client.get("http://example.com/")).text, "mounted");
  t.is(client.stats().connections.idle, 1);
});

/** Records its closing, with its name. */
function closing(name: string, closed: string[], failure?: Error): AsyncTransport {
  const { handleAsyncRequest } = named(name);
  return {
    handleAsyncRequest,
    async aclose() {
      closed.push(name);
      if (failure) throw failure;
    },
  };
}

test("closing the client closes its own transport, then the mounted ones, each once", async (t) => {
  const closed: string[] = [];
  const shared = closing("shared", closed);
  const client = new AsyncClient({
    transport: closing("own", closed),
    mounts: {
      "http://": shared,
      "https://": shared,
      "all://*.internal": null,
      "memo://": closing("memo", closed),
    },
  });
  await Promise.all([client.aclose(), client.aclose()]);
  await client.aclose();
  t.is(closed[0], "own");
  t.deepEqual(closed.toSorted(), ["memo", "own", "shared"]);
});

test("a transport that is both the client's own and mounted is closed once", async (t) => {
  const closed: string[] = [];
  const transport = closing("own", closed);
  await new AsyncClient({ transport, mounts: { "all://": transport } }).aclose();
  t.deepEqual(closed, ["own"]);
});

test("a transport that fails to close does not keep the others open", async (t) => {
  const closed: string[] = [];
  const failure = new Error("stuck");
  const client = new AsyncClient({
    transport: closing("own", closed, failure),
    mounts: {
      "http://": closing("first", closed, new Error("stuck too")),
      "https://": closing("second", closed),
    },
  });
  t.is(await rejection(client.aclose()), failure);
  t.deepEqual(closed.toSorted(), ["first", "own", "second"]);
  t.true(client.isClosed);
});

test("mounts without aclose() are allowed", async (t) => {
  const transport: AsyncTransport = { handleAsyncRequest: async () => new Response(204) };
  const client = new AsyncClient({ transport, mounts: { "http://": transport } });
  t.is((await client.get("http://example.com")).statusCode, 204);
  await t.notThrowsAsync(client.aclose());
});

for (const pattern of ["http", "https", "all", "", "example.com", "*"]) {
  test(`the pattern ${JSON.stringify(pattern)} is refused, with the expected form`, (t) => {
    t.throws(() => mounted(pattern), {
      instanceOf: TypeError,
      message: new RegExp(`given as a URL.*"${pattern === "*" ? "\\*" : pattern}://"`),
    });
  });
}

for (const pattern of [
  "://example.com",
  "1http://x",
  "http//:x",
  "http://a b:x",
  "http://x:port",
  "http://[::1",
  "http://user@x",
  "all://a.*",
  "all://a*.example",
  "all://*.a.*",
  "all://**",
  "all://ü>x",
]) {
  test(`${JSON.stringify(pattern)} is refused as a pattern`, (t) => {
    t.throws(() => mounted(pattern), {
      instanceOf: TypeError,
      message: `Invalid mount pattern ${JSON.stringify(pattern)}.`,
    });
  });
}

test("mounts are read when the client is made: later changes have no effect", async (t) => {
  const mounts: Record<string, AsyncTransport | null> = { "http://": named("mounted") };
  await using client = new AsyncClient({ transport: named("own"), mounts: mounts satisfies Mounts });
  delete mounts["http://"];
  t.is((await client.get("http://example.com")).text, "mounted");
});

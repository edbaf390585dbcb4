// The forms of a Location header (RFC 9110, 10.2.2), and the URL that each resolves to. The rows without a host or a
// scheme are those of HTTPX's tests/client/test_redirects.py.
import { inspect } from "node:util";
import test from "ava";
import { AsyncClient, MockTransport, RemoteProtocolError, Response, UnsupportedProtocol } from "httpxide";
import { failsAs, rejection } from "../helpers/failures.js";
import type { Echo } from "../helpers/http-server.js";
import { redirectPath, startRedirectServer } from "../helpers/redirect-server.js";

/** Resolved from http://example.org:8080/dir/page?q=1 */
const locations: readonly (readonly [location: string, url: string])[] = [
  ["http://example.org:8080/x", "http://example.org:8080/x"],
  ["HTTP://EXAMPLE.COM:80/x", "http://example.com/x"],
  ["https://example.com", "https://example.com/"],
  ["/", "http://example.org:8080/"],
  ["/x?a=b", "http://example.org:8080/x?a=b"],
  ["x", "http://example.org:8080/dir/x"],
  ["./x", "http://example.org:8080/dir/x"],
  ["../x/./y/../z", "http://example.org:8080/x/z"],
  ["../../../x", "http://example.org:8080/x"],
  ["?a=b", "http://example.org:8080/dir/page?a=b"],
  ["", "http://example.org:8080/dir/page?q=1"],
  // no scheme
  ["//example.com/x", "http://example.com/x"],
  ["//example.com:1234", "http://example.com:1234/"],
  ["//user@example.com/x", "http://user@example.com/x"],
  // no host: that of the request, without its port
  ["https://:443/", "https://example.org/"],
  ["http://:8080/x", "http://example.org:8080/x"],
  ["https:///x", "https://example.org/x"],
  ["http:/x", "http://example.org/x"],
  // no host and no scheme
  ["///x", "http://example.org:8080/x"],
  // already encoded, or encoded by the client
  ["/a%2Fb%20c", "http://example.org:8080/a%2Fb%20c"],
  ["/a b", "http://example.org:8080/a%20b"],
  ["/ü/日本", "http://example.org:8080/%C3%BC/%E6%97%A5%E6%9C%AC"],
  ["//bücher.example/x", "http://xn--bcher-kva.example/x"],
  ["/100%", "http://example.org:8080/100%"],
  // a host that HTTPX's IDNA 2008 rejects and every browser accepts
  ["https://😇/", "https://xn--l28h/"],
  // the transport handles other schemes
  ["market://details?id=42", "market://details?id=42"],
  ["ftp://example.com/x", "ftp://example.com/x"],
];

/** As a transport delivers it: header text is latin1. */
const inLatin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

function redirectTo(location: string): MockTransport {
  return new MockTransport(() => new Response(302, { headers: { Location: inLatin1(location) } }));
}

for (const [location, url] of locations) {
  test(`Location ${JSON.stringify(location)} resolves to ${url}`, async (t) => {
    await using client = new AsyncClient({ transport: redirectTo(location) });
    const response = await client.get("http://example.org:8080/dir/page?q=1");
    t.is(response.nextRequest?.url.href, url);
  });
}

for (const [location, path] of [
  ["/x", "/x"],
  ["y", "/dir/y"],
  ["../z?a=b#c", "/z?a=b"],
  ["/dir/ü", "/dir/%C3%BC"],
] as const) {
  test(`over the network, Location ${JSON.stringify(location)} requests ${path}`, async (t) => {
    await using server = await startRedirectServer();
    await using client = new AsyncClient({ followRedirects: true });
    const response = await client.get(server.url + redirectPath({ location }, "/dir/"));
    t.is(response.json<Echo>().path, path);
    t.is(server.requests[1]?.path, path);
  });
}

test("a Location that is not valid UTF-8 is Latin-1", async (t) => {
  const transport = new MockTransport(() => new Response(302, { headers: { Location: "/\xfc" } }));
  await using client = new AsyncClient({ transport });
  t.is((await client.get("http://example.org/")).nextRequest?.url.href, "http://example.org/%C3%BC");
});

for (const [from, location, url] of [
  ["/a#top", "/b", "/b#top"],
  ["/a#top", "/b#own", "/b#own"],
  ["/a#top", "#own", "/a#own"],
  ["/a#top", "https://example.com/", "https://example.com/#top"],
  ["/a", "/b", "/b"],
  ["/a", "/b#own", "/b#own"],
] as const) {
  test(`the fragment of ${from} and Location ${location} make ${url}`, async (t) => {
    await using client = new AsyncClient({ transport: redirectTo(location) });
    const { nextRequest } = await client.get(`http://example.org${from}`);
    t.is(nextRequest?.url.href, new URL(url, "http://example.org").href);
  });
}

test("a fragment is kept through all redirects, and never sent", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true });
  const second = redirectPath({ location: "/target" });
  const response = await client.get(`${server.url}${redirectPath({ location: second })}#top`);
  t.is(response.url.href, `${server.url}/target#top`);
  t.is(server.requests.length, 3);
  t.false(server.requests.some(({ path }) => path.includes("#")));
});

const invalid = [
  "http://[",
  "//[::1/",
  "http://h:port/",
  "http://h:99999/",
  "http://a b/",
  "http://exa%2Fmple/",
  "http://999.999.999.999/",
  "mailto:somebody@example.org",
  "javascript:alert(1)",
  `/${"x".repeat(66_000)}`,
];

for (const location of invalid) {
  const name = location.slice(0, 40);
  test(`Location ${JSON.stringify(name)} fails when it is followed, and only then`, async (t) => {
    await using client = new AsyncClient({ transport: redirectTo(location) });
    const response = await client.get("http://example.org/a");
    t.is(response.statusCode, 302);
    t.true(response.hasRedirectLocation);
    t.is(response.nextRequest, null);
    const error = await failsAs(t, client.get("http://example.org/a", { followRedirects: true }), {
      as: RemoteProtocolError,
      code: "ERR_INVALID_LOCATION",
      requestSent: true,
    });
    const shown = JSON.stringify(name.replace(/^.*@/, "[secure]@")).slice(0, -1);
    t.true(error.message.includes(shown), error.message);
  });
}

test("a redirect to an invalid URL leaves the connection usable", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({ limits: { maxConnections: 1 } });
  const url = server.url + redirectPath({ location: "http://[" });
  await failsAs(t, client.get(url, { followRedirects: true }), { as: RemoteProtocolError });
  t.is((await client.get(url)).nextRequest, null);
  t.is((await client.get(`${server.url}/x`)).statusCode, 200);
  t.is(client.stats().requests.inFlight, 0);
});

test("the error of an invalid Location shows no password", async (t) => {
  await using client = new AsyncClient({
    transport: redirectTo("//other:theirs@h:port/"),
    followRedirects: true,
  });
  const error = await rejection(client.get("http://user:hidden@example.org/"));
  const shown = inspect(error, { depth: 10, showHidden: true });
  t.true(error instanceof RemoteProtocolError);
  t.false(shown.includes("hidden"), shown);
  t.false(shown.includes("theirs"), shown);
});

test("a scheme that the transport does not support fails when it is followed", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient();
  const url = server.url + redirectPath({ status: 301, location: "market://details?id=42" });
  t.is((await client.post(url)).nextRequest?.url.href, "market://details?id=42");
  const error = await rejection(client.post(url, { followRedirects: true }));
  t.true(error instanceof UnsupportedProtocol);
  t.is(
    (error as UnsupportedProtocol).message,
    "GET market://details?id=42: Request URL has an unsupported protocol 'market://'.",
  );
});

test("several Location headers are joined into one", async (t) => {
  const headers: [string, string][] = [
    ["Location", "/a"],
    ["Location", "/b"],
  ];
  const transport = new MockTransport(() => new Response(302, { headers }));
  await using client = new AsyncClient({ transport });
  t.is((await client.get("http://example.org/")).nextRequest?.url.href, "http://example.org/a,%20/b");
});

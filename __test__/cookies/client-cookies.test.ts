// Cookies of a client: those it sends, and those it stores. The cases of HTTPX's tests/client/test_cookies.py, over
// sockets; the rules of the jar (RFC 6265bis) have their own tests.
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  Cookies,
  type CookiesInit,
  MockTransport,
  Response,
  get,
} from "httpxide";
import { type HttpServer, startHttpServer } from "../helpers/http-server.js";
import { headerValues } from "../helpers/redirect-server.js";

/** Sets the cookies in the query of the path, one per parameter. */
function startCookieServer(): Promise<HttpServer> {
  return startHttpServer((_request, response, seen) => {
    const lines = new URL(seen.path, "http://server").searchParams.getAll("set");
    if (lines.length > 0) response.setHeader("Set-Cookie", lines);
    response.end();
  });
}

function setting(server: HttpServer, ...lines: string[]): string {
  const query = new URLSearchParams();
  for (const line of lines) query.append("set", line);
  return `${server.url}/?${query}`;
}

const sent = (server: HttpServer): string[][] =>
  server.requests.map((request) => headerValues(request, "cookie"));

const jar = new Cookies({ a: "1" });
jar.set("b", "2", { domain: "127.0.0.1" });
jar.set("c", "3", { domain: "example.org" });

const inits: readonly (readonly [name: string, cookies: CookiesInit | null | undefined, header: string[]])[] =
  [
    ["a record", { a: "1", b: "2" }, ["a=1; b=2"]],
    ["pairs", [["a", "1"] as const, ["b", "2"] as const], ["a=1; b=2"]],
    ["a Map", new Map([["a", "1"]]), ["a=1"]],
    ["the matching cookies of a jar", jar, ["a=1; b=2"]],
    ["an empty record", {}, []],
    ["null", null, []],
    ["undefined", undefined, []],
  ];

for (const [name, cookies, header] of inits) {
  test(`a client sends the cookies of ${name}, whether given or assigned`, async (t) => {
    await using server = await startCookieServer();
    await using given = new AsyncClient({ cookies });
    await given.get(server.url);
    await using assigned = new AsyncClient({ cookies: { old: "1" } });
    assigned.cookies = cookies;
    t.true((assigned.cookies as unknown) instanceof Cookies);
    await assigned.get(server.url);
    t.deepEqual(sent(server), [header, header]);
  });
}

test("a cookie set by a response goes with the next request, however the response is read", async (t) => {
  await using server = await startCookieServer();
  await using client = new AsyncClient();
  const first = await client.get(setting(server, "one=1", "two=2; Path=/"));
  t.is(first.cookies.get("one"), "1");
  t.is(client.cookies.get("one"), "1");
  const response = await client.stream("GET", setting(server, "three=3"));
  t.is(client.cookies.get("three"), "3");
  await response.aclose();
  await client.send(client.buildRequest("GET", server.url));
  t.deepEqual(sent(server), [[], ["one=1; two=2"], ["one=1; two=2; three=3"]]);
});

test("a response changes and deletes cookies of earlier responses", async (t) => {
  await using server = await startCookieServer();
  await using client = new AsyncClient();
  await client.get(setting(server, "a=1; Path=/", "b=1; Path=/"));
  await client.get(setting(server, "a=2; Path=/", "b=; Path=/; Max-Age=0"));
  await client.get(server.url);
  t.deepEqual(sent(server), [[], ["a=1; b=1"], ["a=2"]]);
});

test("cookies are kept from error responses too", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(500, { "Set-Cookie": "a=1" }).end();
  });
  await using client = new AsyncClient();
  await client.get(server.url);
  t.is(client.cookies.get("a"), "1");
});

test("a request built before a cookie arrived does not have it", async (t) => {
  await using server = await startCookieServer();
  await using client = new AsyncClient();
  const early = client.buildRequest("GET", server.url);
  await client.get(setting(server, "a=1; Path=/"));
  await client.send(early);
  await client.send(client.buildRequest("GET", server.url));
  t.deepEqual(sent(server), [[], [], ["a=1"]]);
});

for (const [name, options] of [
  ["the short way", {}],
  ["the long way", { eventHooks: { response: [() => undefined] } }],
] as readonly (readonly [string, AsyncClientOptions])[]) {
  test(`no cookie is stored that a server may not set, by ${name}`, async (t) => {
    await using server = await startCookieServer();
    await using client = new AsyncClient(options);
    await client.get(
      setting(
        server,
        "foreign=1; Domain=example.org",
        "suffix=1; Domain=com",
        "secure=1; Secure",
        "__Host-a=1; Path=/",
        "old=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "own=1",
      ),
    );
    t.deepEqual([...client.cookies], [["own", "1"]]);
  });

  test(`cookies: false stores no cookie of a response, by ${name}`, async (t) => {
    await using server = await startCookieServer();
    await using client = new AsyncClient({ ...options, cookies: false });
    const response = await client.get(setting(server, "a=1"));
    t.is(response.cookies.get("a"), "1");
    t.is(client.cookies.size, 0);
    await client.get(server.url);
    // The program's own cookies are still sent.
    client.cookies.set("own", "1");
    await client.get(server.url, { cookies: { call: "1" } });
    t.deepEqual(sent(server), [[], [], ["own=1; call=1"]]);
  });
}

test("the call's cookies are added to the client's, override them, and are not stored", async (t) => {
  await using server = await startCookieServer();
  await using client = new AsyncClient({ cookies: { a: "client", b: "client" } });
  await client.get(server.url, { cookies: { b: "call", c: "call" } });
  await client.get(server.url, { cookies: null });
  await client.get(server.url, { cookies: {} });
  t.deepEqual(sent(server), [["a=client; b=call; c=call"], ["a=client; b=client"], ["a=client; b=client"]]);
  t.is(client.cookies.get("c"), null);
});

test("cookies in the response to a call with cookies are stored, and the call's own are not", async (t) => {
  await using server = await startCookieServer();
  await using client = new AsyncClient();
  await client.get(setting(server, "kept=1"), { cookies: { call: "1" } });
  t.deepEqual([...client.cookies], [["kept", "1"]]);
});

for (const name of ["Cookie", "cookie", "COOKIE"]) {
  test(`an explicit ${name} header is sent unchanged, without cookies of the jar`, async (t) => {
    await using server = await startCookieServer();
    await using client = new AsyncClient({ cookies: { jar: "1" } });
    await client.get(server.url, { headers: { [name]: "own=1" } });
    await client.get(server.url, { headers: { [name]: "own=1" }, cookies: { call: "1" } });
    client.headers.set(name, "of=client");
    await client.get(server.url);
    t.deepEqual(sent(server), [["own=1"], ["own=1"], ["of=client"]]);
  });
}

test("setting or deleting a cookie in the jar affects the next request", async (t) => {
  await using server = await startCookieServer();
  await using client = new AsyncClient();
  client.cookies.set("a", "1");
  await client.get(server.url);
  client.cookies.delete("a");
  await client.get(server.url);
  t.deepEqual(sent(server), [["a=1"], []]);
});

test("a given jar stays the caller's: the client fills its own copy", async (t) => {
  await using server = await startCookieServer();
  const given = new Cookies({ a: "1" });
  await using client = new AsyncClient({ cookies: given });
  await client.get(setting(server, "b=2"));
  given.set("c", "3");
  t.deepEqual([...given.keys()], ["a", "c"]);
  t.deepEqual([...client.cookies.keys()], ["a", "b"]);
});

test("cookies go to any port of their host, and to no other host", async (t) => {
  await using one = await startCookieServer();
  await using two = await startCookieServer();
  await using client = new AsyncClient();
  await client.get(setting(one, "a=1; Path=/"));
  await client.get(two.url);
  await client.get(`http://localhost:${two.port}/`);
  t.deepEqual(sent(two), [["a=1"], []]);
});

test("cookies without a domain go to every host that the program requests", async (t) => {
  const seen: (string | null)[] = [];
  const transport = new MockTransport((request) => {
    seen.push(request.headers.get("cookie"));
    return new Response(200);
  });
  await using client = new AsyncClient({ transport, cookies: { a: "1" } });
  for (const url of ["http://example.org", "https://example.com", "http://127.0.0.1:8080"])
    await client.get(url);
  t.deepEqual(seen, ["a=1", "a=1", "a=1"]);
});

test("the one-shot functions send the given cookies and those set on redirects, and store none", async (t) => {
  await using server = await startHttpServer((_request, response, seen) => {
    if (seen.path === "/") response.writeHead(302, { Location: "/next", "Set-Cookie": "came=1" });
    response.end();
  });
  const response = await get(server.url, { cookies: { given: "1" }, followRedirects: true });
  t.is(response.history[0]?.cookies.get("came"), "1");
  await get(server.url);
  await get(server.url, { cookies: false, followRedirects: true });
  t.deepEqual(sent(server), [["given=1"], ["given=1; came=1"], [], [], []]);
});

for (const cookies of ["a=1", 1, [["a"]], { a: 1 }]) {
  test(`cookies of ${JSON.stringify(cookies)} are refused by the client, its setter and its calls`, async (t) => {
    const wrong = cookies as unknown as CookiesInit;
    await using client = new AsyncClient({ cookies: { before: "1" } });
    t.throws(() => new AsyncClient({ cookies: wrong }), { instanceOf: TypeError });
    t.throws(() => (client.cookies = wrong), { instanceOf: TypeError });
    t.throws(() => client.buildRequest("GET", "http://h/", { cookies: wrong }), { instanceOf: TypeError });
    t.deepEqual([...client.cookies], [["before", "1"]]);
  });
}

for (const value of ["a\r\nX-B: 1", "a; b=1", "a\0"]) {
  test(`a cookie of ${JSON.stringify(value)} is refused before the request is sent`, async (t) => {
    await using server = await startCookieServer();
    await using client = new AsyncClient();
    await t.throwsAsync(client.get(server.url, { cookies: { a: value } }), { name: "LocalProtocolError" });
    t.is(server.connections, 0);
  });
}

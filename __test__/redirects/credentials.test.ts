/**
 * The headers that a redirect to another origin drops. HTTPX drops only Authorization; this client also drops Cookie,
 * Proxy-Authorization and the client's sensitiveHeaders. The rows about Authorization are those of HTTPX's
 * tests/client/test_redirects.py and test_headers.py.
 */
import test from "ava";
import { AsyncClient, Cookies, MockTransport, type Request, Response } from "httpxide";
import type { Echo, HttpServer } from "../helpers/http-server.js";
import { headerValues, redirectPath, startRedirectServer } from "../helpers/redirect-server.js";

const SECRETS = {
  Authorization: "Bearer secret",
  Cookie: "session=secret",
  "Proxy-Authorization": "Basic secret",
  "X-Api-Key": "secret",
  "x-token": "secret",
};
const HARMLESS = { "X-Trace": "1", "User-Agent": "mine" };

/** The names, in lower case, of all headers that contain `secret`. */
function secretsIn(request: HttpServer["requests"][number] | undefined): string[] {
  if (request === undefined) throw new Error("there was no such request");
  return request.headers
    .filter(([, value]) => value.includes("secret"))
    .map(([name]) => name.toLowerCase())
    .toSorted();
}

const withSensitive = { followRedirects: true, sensitiveHeaders: ["x-API-key", "X-Token"] };

test("a redirect to another port drops the credentials, for that request and all later ones", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startRedirectServer();
  await using client = new AsyncClient(withSensitive);
  const third = redirectPath({ location: `${one.url}/back` });
  const url = one.url + redirectPath({ status: 307, location: two.url + third });
  await client.post(url, { headers: { ...SECRETS, ...HARMLESS } });

  t.deepEqual(secretsIn(one.requests[0]), ["authorization", "cookie", "x-api-key", "x-token"]);
  t.deepEqual(secretsIn(two.requests[0]), []);
  // Back at the first origin, they are still absent.
  t.is(one.requests[1]?.path, "/back");
  t.deepEqual(secretsIn(one.requests[1]), []);
  for (const { requests } of [one, two]) {
    for (const request of requests) {
      t.deepEqual(headerValues(request, "x-trace"), ["1"]);
      t.deepEqual(headerValues(request, "user-agent"), ["mine"]);
    }
  }
  t.deepEqual(headerValues(two.requests[0], "host"), [`127.0.0.1:${two.port}`]);
});

test("a redirect to another name of the same server drops the credentials", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient(withSensitive);
  const location = `http://localhost:${server.port}/target`;
  await client.get(server.url + redirectPath({ location }), { headers: SECRETS });
  t.deepEqual(secretsIn(server.requests[1]), []);
  t.deepEqual(headerValues(server.requests[1], "host"), [`localhost:${server.port}`]);
});

test("headers that are not sensitive follow a redirect to another origin, as in HTTPX", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true });
  await client.get(one.url + redirectPath({ location: two.url }), { headers: SECRETS });
  t.deepEqual(secretsIn(two.requests[0]), ["x-api-key", "x-token"]);
});

test("on the same origin all headers but Cookie are sent again: the jar provides that one", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient(withSensitive);
  await client.get(server.url + redirectPath({ location: "/target" }), { headers: SECRETS });
  t.deepEqual(secretsIn(server.requests[1]), ["authorization", "x-api-key", "x-token"]);
});

test("a redirect to another origin drops the client's own sensitive headers too", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startRedirectServer();
  await using client = new AsyncClient({ ...withSensitive, headers: SECRETS });
  await client.get(one.url + redirectPath({ location: two.url }));
  t.deepEqual(secretsIn(two.requests[0]), []);
});

/** When Authorization is kept, over a transport: a test cannot listen on the ports 80 and 443. */
const origins: readonly (readonly [from: string, to: string, keeps: boolean])[] = [
  ["https://example.org/a", "https://example.org/b", true],
  ["https://example.org/a", "HTTPS://EXAMPLE.ORG:443/b", true],
  ["http://example.org/a", "http://example.org:80/b", true],
  ["http://example.org:8080/a", "http://example.org:8080/b", true],
  ["http://example.org/a", "https://example.org/b", true],
  ["http://example.org:80/a", "https://example.org:443/b", true],
  ["http://example.org/a", "https://example.org:8443/b", false],
  ["http://example.org:8080/a", "https://example.org/b", false],
  ["http://example.org:8080/a", "https://example.org:8080/b", false],
  ["http://example.org:9999/a", "https://example.org:1337/b", false],
  ["https://example.org/a", "http://example.org/b", false],
  ["https://example.org:80/a", "http://example.org:443/b", false],
  ["http://example.org/a", "https://www.example.org/b", false],
  ["http://www.example.org/a", "https://example.org/b", false],
  ["https://example.com/a", "https://example.org/b", false],
  ["https://example.org/a", "https://example.org.evil.example/b", false],
  ["https://example.org/a", "https://example.org@evil.example/b", false],
  ["https://example.org/a", "https://example.org:444/b", false],
];

for (const [from, to, keeps] of origins) {
  test(`a redirect from ${from} to ${to} ${keeps ? "keeps" : "drops"} Authorization`, async (t) => {
    await using client = new AsyncClient({
      ...withSensitive,
      transport: new MockTransport(({ url }) =>
        url.pathname === "/a" ? new Response(302, { headers: { Location: to } }) : new Response(200),
      ),
    });
    const { request } = await client.get(from, { headers: SECRETS });
    t.is(request.url.pathname, "/b");
    for (const name of ["Authorization", "Proxy-Authorization", "X-Api-Key", "X-Token"]) {
      t.is(request.headers.has(name), keeps, name);
    }
    t.false(request.headers.has("Cookie"));
    t.is(request.headers.get("Host"), request.url.host);
  });
}

for (const [name, options] of [
  ["of the client", { auth: ["user", "password"] }],
  ["as a header of the client", { headers: { Authorization: "Bearer secret" } }],
] as const) {
  test(`auth ${name} is applied once: a redirect does not carry it elsewhere`, async (t) => {
    await using one = await startRedirectServer();
    await using two = await startRedirectServer();
    await using client = new AsyncClient({ followRedirects: true, ...options });
    const response = await client.get(one.url + redirectPath({ location: `${two.url}/x` }));
    t.is(headerValues(one.requests[0], "authorization").length, 1);
    t.deepEqual(headerValues(two.requests[0], "authorization"), []);
    t.is(response.json<Echo>().path, "/x");
  });
}

test("user information in a Location is not used as auth", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true });
  for (const server of [one, two]) {
    const location = `http://somebody:else@127.0.0.1:${server.port}/x`;
    await client.get(one.url + redirectPath({ location }));
    const request = server.requests.at(-1);
    t.is(request?.path, "/x");
    t.deepEqual(headerValues(request, "authorization"), []);
    t.deepEqual(headerValues(request, "host"), [`127.0.0.1:${server.port}`]);
  }
});

test("user information of the first URL does not follow to another origin", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true });
  const response = await client.get(
    `http://user:secret@127.0.0.1:${one.port}${redirectPath({ location: `${two.url}/x` })}`,
  );
  t.is(headerValues(one.requests[0], "authorization").length, 1);
  t.deepEqual(headerValues(two.requests[0], "authorization"), []);
  t.is(response.url.username, "");
});

test("cookies without a domain go to no other origin, not even in later requests of the chain", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true, cookies: { session: "secret" } });
  const third = redirectPath({ location: `${one.url}/back` });
  const second = redirectPath({ location: two.url + third });
  await client.get(one.url + redirectPath({ location: two.url + second }));
  t.deepEqual(one.requests.map(secretsIn), [["cookie"], []]);
  t.deepEqual(two.requests.map(secretsIn), [[], []]);
  // A new call is made by the program itself.
  await client.get(two.url);
  t.deepEqual(secretsIn(two.requests.at(-1)), ["cookie"]);
});

test("cookies without a domain are sent as long as the redirects stay on the origin", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true, cookies: { session: "secret" } });
  const second = redirectPath({ location: "/target" });
  await client.get(server.url + redirectPath({ location: second }));
  t.deepEqual(server.requests.map(secretsIn), [["cookie"], ["cookie"], ["cookie"]]);
});

test("cookies with a domain go to that domain, after any redirect", async (t) => {
  await using one = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true });
  client.cookies.set("elsewhere", "secret", { domain: "localhost" });
  const location = `http://localhost:${one.port}/target`;
  await client.get(one.url + redirectPath({ location }));
  t.deepEqual(one.requests.map(secretsIn), [[], ["cookie"]]);
});

test("the call's own cookies go with its first request only, as in HTTPX", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true });
  const url = server.url + redirectPath({ location: "/target" });
  await client.get(url, { cookies: { session: "secret" } });
  t.deepEqual(server.requests.map(secretsIn), [["cookie"], []]);
});

test("a cookie set by a redirect is sent with the next request, and a deleted one is not", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true });
  const login = redirectPath({
    status: 303,
    location: "/home",
    setCookie: "session=secret; Path=/; HttpOnly",
  });
  await client.post(server.url + login);
  t.deepEqual(headerValues(server.requests[1], "cookie"), ["session=secret"]);
  const gone = "session=null; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
  await client.post(server.url + redirectPath({ status: 303, location: "/home", setCookie: gone }));
  t.deepEqual(headerValues(server.requests[2], "cookie"), ["session=secret"]);
  t.deepEqual(headerValues(server.requests[3], "cookie"), []);
  t.is(client.cookies.size, 0);
});

test("a cookie set by a redirect belongs to its own host, not to the target's", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true });
  const options = { location: `http://localhost:${server.port}/x`, setCookie: "session=secret" };
  await client.get(server.url + redirectPath(options));
  t.deepEqual(headerValues(server.requests[1], "cookie"), []);
  t.is(client.cookies.get("session", { domain: "127.0.0.1" }), "secret");
});

test("after a redirect, the jar replaces an explicit Cookie header", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true, cookies: { jar: "1" } });
  await client.get(server.url + redirectPath({ location: "/target" }), { headers: { Cookie: "own=1" } });
  t.deepEqual(
    server.requests.map((request) => headerValues(request, "cookie")),
    [["own=1"], ["jar=1"]],
  );
});

test("nextRequest has the same headers as a followed redirect, and so do the requests after it", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startRedirectServer();
  await using client = new AsyncClient({
    sensitiveHeaders: ["x-api-key", "x-token"],
    cookies: { session: "secret" },
    auth: ["secret", "secret"],
  });
  const second = redirectPath({ location: `${two.url}/target` });
  const url = one.url + redirectPath({ location: two.url + second });
  const redirect = await client.get(url, { headers: SECRETS });
  const next = redirect.nextRequest!;
  t.deepEqual(
    [...next.headers].filter(([, value]) => value.includes("secret")),
    [],
  );
  const hop = await client.send(next);
  await client.send(hop.nextRequest!, { followRedirects: true });
  t.is(two.requests.length, 2);
  for (const request of two.requests) {
    t.deepEqual(secretsIn(request), []);
    // In base64, "secret:secret" does not contain "secret".
    t.deepEqual(headerValues(request, "authorization"), []);
  }
});

test("auth applies to nextRequest on the same origin, or if the call asks for it", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startRedirectServer();
  await using client = new AsyncClient({ auth: ["user", "password"] });
  const here = await client.get(one.url + redirectPath({ location: "/target" }));
  await client.send(here.nextRequest!);
  t.is(headerValues(one.requests[1], "authorization").length, 1);
  const there = await client.get(one.url + redirectPath({ location: two.url }));
  await client.send(there.nextRequest!, { auth: ["user", "password"] });
  t.is(headerValues(two.requests[0], "authorization").length, 1);
});

test("a jar's cookies go with a redirected request by the rules for its URL: path, Secure, host", async (t) => {
  const cookies = new Cookies();
  cookies.set("deep", "1", { domain: "example.org", path: "/deep" });
  cookies.set("tls", "1", { domain: "example.org", secure: true });
  cookies.set("other", "1", { domain: "example.com" });
  const sent: string[] = [];
  await using client = new AsyncClient({
    cookies,
    followRedirects: true,
    transport: new MockTransport((request: Request) => {
      sent.push(`${request.url.pathname} ${request.headers.get("cookie")}`);
      const next = {
        "/": "/deep/x",
        "/deep/x": "https://example.org/tls",
        "/tls": "https://example.com/end",
      };
      const location = next[request.url.pathname as keyof typeof next];
      return location ? new Response(302, { headers: { Location: location } }) : new Response(200);
    }),
  });
  await client.get("http://example.org/");
  t.deepEqual(sent, ["/ null", "/deep/x deep=1", "/tls tls=1", "/end other=1"]);
});

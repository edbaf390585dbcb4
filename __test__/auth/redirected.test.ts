/**
 * Authentication along redirects over real sockets: each request within the origin has its own flow, because credentials
 * made for one URI do not fit another. HTTPX copies them to the redirect's target.
 */
import { createHmac } from "node:crypto";
import test from "ava";
import {
  AsyncClient,
  Auth,
  BearerAuth,
  DigestAuth,
  Request,
  type RequestOptions,
  type Response,
} from "httpxide";
import { startDigestServer } from "../helpers/digest-server.js";
import { type HttpServer, startHttpServer } from "../helpers/http-server.js";
import { headerValues, redirectPath, startRedirectServer } from "../helpers/redirect-server.js";

const authorizations = (server: HttpServer): (string | undefined)[] =>
  server.requests.map((request) => headerValues(request, "authorization")[0]);

const credentials = { username: "user", password: "password123" };

test("each request of a redirect chain has a digest answer for its own URI", async (t) => {
  const redirects = { "/one": "/two?x=1", "/two?x=1": "/three" };
  await using server = await startDigestServer({ ...credentials, redirects });
  await using client = new AsyncClient({
    auth: new DigestAuth("user", "password123"),
    followRedirects: true,
  });
  const first = await client.post(`${server.url}/one`, { content: "body" });
  t.is(first.text, "hello user, POST 4");
  t.deepEqual(
    first.history.map(({ statusCode, url }) => [statusCode, url.pathname]),
    [
      [401, "/one"],
      [307, "/one"],
      [307, "/two"],
    ],
  );
  t.deepEqual(
    first.history.map(({ history }) => history.length),
    [0, 1, 2],
  );
  const second = await client.get(`${server.url}/one`);
  t.deepEqual([second.statusCode, second.history.length], [200, 2]);
  t.deepEqual(server.replays, []);
  t.is(server.nonces, 1);
  t.is(server.connections, 1);
});

test("a redirected request with a stale nonce answers the new challenge", async (t) => {
  const redirects = { "/one": "/two" };
  await using server = await startDigestServer({ ...credentials, redirects, usesOfNonce: 1 });
  await using client = new AsyncClient({
    auth: new DigestAuth("user", "password123"),
    followRedirects: true,
  });
  const response = await client.get(`${server.url}/one`);
  t.is(response.text, "hello user, GET 0");
  t.deepEqual(
    response.history.map(({ statusCode }) => statusCode),
    [401, 307, 401],
  );
});

test("a redirected request that is refused twice returns that response, and is not sent a third time", async (t) => {
  await using server = await startHttpServer((request, response, seen) => {
    request.resume();
    if (seen.path === "/two" || request.headers.authorization === undefined) {
      response.setHeader(
        "WWW-Authenticate",
        `Digest realm="test", qop="auth", nonce="${server.requests.length}"`,
      );
      response.statusCode = 401;
    } else {
      response.writeHead(307, { Location: "/two" });
    }
    response.end();
  });
  await using client = new AsyncClient({
    auth: new DigestAuth("user", "password123"),
    followRedirects: true,
  });
  const response = await client.post(`${server.url}/one`, { content: "body" });
  t.is(response.statusCode, 401);
  t.deepEqual(
    server.requests.map(({ path }) => path),
    ["/one", "/one", "/two", "/two"],
  );
});

test("nextRequest has no digest answer, and send() makes one with the auth of the call", async (t) => {
  await using server = await startDigestServer({ ...credentials, redirects: { "/one": "/two" } });
  await using client = new AsyncClient();
  const auth = new DigestAuth("user", "password123");
  const redirect = await client.get(`${server.url}/one`, { auth });
  t.is(redirect.statusCode, 307);
  t.is(redirect.nextRequest?.headers.get("authorization"), null);
  t.is((await client.send(redirect.nextRequest!)).text, "hello user, GET 0");
  const again = (await client.get(`${server.url}/one`, { auth })).nextRequest!;
  t.is((await client.send(again, { auth: null })).statusCode, 401);
});

const sign = ({ method, url }: Pick<Request, "method" | "url">): string =>
  createHmac("sha256", "key").update(`${method} ${url.pathname}${url.search}`).digest("hex");

/** Redirects `/one` to `/two` and that to `/three`; each request needs exactly one signature, its own. */
function startSigningServer(): Promise<HttpServer> {
  const next: Record<string, string> = { "/one": "/two", "/two": "/three?q=1" };
  return startHttpServer((request, response, seen) => {
    const expected = sign({ method: seen.method, url: new URL(seen.path, "http://host") });
    if (headerValues(seen, "x-signature").join() !== expected) response.statusCode = 403;
    else if (next[seen.path] !== undefined) response.writeHead(302, { Location: next[seen.path] });
    request.resume();
    response.end(`${seen.method} ${seen.path}`);
  });
}

class Signing extends Auth {
  readonly seen: string[] = [];
  ended = 0;

  *authFlow(request: Request): Generator<Request, void, Response> {
    try {
      request.headers.append("X-Signature", sign(request));
      const response = yield request;
      this.seen.push(`${response.statusCode} after ${response.history.length}`);
    } finally {
      this.ended += 1;
    }
  }
}

const signed = (request: Request): Request => {
  request.headers.set("X-Signature", sign(request));
  return request;
};

const copied = (request: Request): Request => {
  const headers = request.headers.copy();
  headers.append("X-Signature", sign(request));
  return new Request(request.method, request.url, { headers });
};

for (const [name, auth] of [
  ["a flow", new Signing()],
  ["a function", signed],
  ["a function that returns a copy", copied],
] as [string, RequestOptions["auth"]][]) {
  test(`each request of a chain is signed by ${name}, and has no other request's signature`, async (t) => {
    await using server = await startSigningServer();
    await using client = new AsyncClient({ auth: auth!, followRedirects: true });
    const response = await client.put(`${server.url}/one`, { headers: { "X-Own": "kept" } });
    t.is(response.text, "GET /three?q=1");
    t.deepEqual(
      server.requests.map((request) => headerValues(request, "x-own")),
      [["kept"], ["kept"], ["kept"]],
    );
  });
}

test("a flow receives only the last response of the chain, and every flow ends", async (t) => {
  await using server = await startSigningServer();
  const auth = new Signing();
  await using client = new AsyncClient({ auth, followRedirects: true });
  await client.get(`${server.url}/one`);
  t.deepEqual(auth.seen, ["200 after 2"]);
  t.is(auth.ended, 3);
});

test("a call's header that a flow replaced is restored for the next flow", async (t) => {
  await using server = await startRedirectServer();
  const before: (string | null)[] = [];
  const auth = (request: Request): Request => {
    before.push(request.headers.get("x-key"));
    request.headers.set("X-Key", `signed ${request.url.pathname}`);
    return request;
  };
  await using client = new AsyncClient({ auth, followRedirects: true });
  await client.get(server.url + redirectPath({ location: "/target" }), { headers: { "X-Key": "own" } });
  t.deepEqual(before, ["own", "own"]);
  t.deepEqual(headerValues(server.requests[1], "x-key"), ["signed /target"]);
});

test("a redirect to another origin drops the headers that a flow added, and keeps those that a hook added", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startRedirectServer();
  const auth = (request: Request): Request => {
    request.headers.set("X-Signature", "secret");
    return request;
  };
  let count = 0;
  const hook = (request: Request): void => {
    if (count++ === 0) request.headers.set("X-Trace", "first");
  };
  await using client = new AsyncClient({ auth, followRedirects: true, eventHooks: { request: [hook] } });
  await client.get(one.url + redirectPath({ location: `${two.url}/target` }));
  t.deepEqual(headerValues(one.requests[0], "x-signature"), ["secret"]);
  t.deepEqual(headerValues(two.requests[0], "x-signature"), []);
  t.deepEqual(headerValues(two.requests[0], "x-trace"), ["first"]);
});

test("Basic and Bearer credentials are sent with every redirected request within the origin", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true });
  const path = redirectPath({ location: redirectPath({ location: "/target" }) });
  let token = 0;
  await client.get(server.url + path, { auth: ["user", "password"] });
  await client.get(server.url + path, { auth: new BearerAuth(() => `token${token++}`) });
  await client.get(`http://user:password@127.0.0.1:${server.port}${path}`);
  const basic = "Basic dXNlcjpwYXNzd29yZA==";
  t.deepEqual(authorizations(server), [
    ...[basic, basic, basic],
    ...["Bearer token0", "Bearer token1", "Bearer token2"],
    ...[basic, basic, basic],
  ]);
});

test("the credentials of a call are sent with its nextRequest within the origin", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startRedirectServer();
  await using client = new AsyncClient();
  const path = redirectPath({ location: redirectPath({ location: `${two.url}/x` }) });
  const first = await client.get(one.url + path, { auth: ["user", "password"] });
  const second = await client.send(first.nextRequest!);
  await client.send(second.nextRequest!);
  t.deepEqual(
    authorizations(one).map((value) => value?.slice(0, 5)),
    ["Basic", "Basic"],
  );
  t.deepEqual(authorizations(two), [undefined]);
});

test("a call's auth for another origin is kept by redirects within that origin", async (t) => {
  await using one = await startRedirectServer();
  await using two = await startRedirectServer();
  await using client = new AsyncClient();
  const there = two.url + redirectPath({ location: "/target" });
  const redirect = await client.get(one.url + redirectPath({ location: there }));
  await client.send(redirect.nextRequest!, { auth: ["user", "password"], followRedirects: true });
  t.deepEqual(
    authorizations(two).map((value) => value?.slice(0, 5)),
    ["Basic", "Basic"],
  );
});

test("redirects of a flow's own request are followed, and the flow receives the last response", async (t) => {
  await using server = await startRedirectServer();
  const statuses: [number, number][] = [];
  class Asking extends Auth {
    *authFlow(request: Request): Generator<Request, void, Response> {
      const answer = yield new Request("GET", server.url + redirectPath({ location: "/token" }));
      statuses.push([answer.statusCode, answer.history.length]);
      request.headers.set("Authorization", "Bearer token");
      yield request;
    }
  }
  await using client = new AsyncClient({ auth: new Asking(), followRedirects: true });
  const response = await client.get(`${server.url}/x`);
  t.deepEqual(statuses, [[200, 1]]);
  t.is(response.history.length, 1);
});

test("the responses of all flows count for maxRedirects", async (t) => {
  const redirects = { "/one": "/two", "/two": "/three" };
  await using server = await startDigestServer({ ...credentials, redirects });
  await using client = new AsyncClient({
    auth: new DigestAuth("user", "password123"),
    followRedirects: true,
    maxRedirects: 2,
  });
  await t.throwsAsync(client.get(`${server.url}/one`), { name: "TooManyRedirects" });
  t.is((await client.get(`${server.url}/one`)).statusCode, 200);
});

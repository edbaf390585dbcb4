/** The features above a transport work for applications too: redirects, cookies, auth, hooks, mounts, size limits. */
import test from "ava";
import express from "express";
import { AppTransport, AsyncClient, DigestAuth, type NodeListener, ResponseTooLarge } from "httpxide";
import { startHttpServer } from "../helpers/http-server.js";

const BASE = "http://testserver";

function shop(): express.Express {
  const app = express();
  app.post(
    "/login",
    (_request, response) => void response.cookie("session", "7", { path: "/" }).redirect(303, "/me"),
  );
  app.get("/me", (request, response) => void response.json({ cookie: request.headers.cookie ?? null }));
  app.get(
    "/auth",
    (request, response) => void response.json({ auth: request.headers.authorization ?? null }),
  );
  app.get("/loop", (_request, response) => response.redirect("/loop"));
  app.get("/large", (_request, response) => void response.send("x".repeat(100_000)));
  app.get("/away", (_request, response) => response.redirect("http://elsewhere/"));
  return app;
}

test("redirects are followed, with the cookies set on the way", async (t) => {
  await using client = new AsyncClient({ app: shop(), baseUrl: BASE, followRedirects: true });
  const response = await client.post("/login", { data: { user: "me" } });
  t.deepEqual(response.json(), { cookie: "session=7" });
  t.deepEqual(
    response.history.map(({ statusCode }) => statusCode),
    [303],
  );
  t.is(response.request.method, "GET");
  t.is(client.cookies.get("session"), "7");
});

test("a response whose redirect is not followed has the next request", async (t) => {
  await using client = new AsyncClient({ app: shop(), baseUrl: BASE, timeout: 60_000 });
  const response = await client.get("/away");
  t.is(response.nextRequest?.url.href, "http://elsewhere/");
});

test("a redirect loop ends", async (t) => {
  await using client = new AsyncClient({
    app: shop(),
    baseUrl: BASE,
    followRedirects: true,
    maxRedirects: 3,
  });
  await t.throwsAsync(client.get("/loop"), { name: "TooManyRedirects" });
});

test("requests are authenticated", async (t) => {
  await using client = new AsyncClient({ app: shop(), baseUrl: BASE, auth: ["me", "secret"] });
  t.is((await client.get("/auth")).json<{ auth: string }>().auth, `Basic ${btoa("me:secret")}`);
});

test("an auth flow of several requests works, and sends the body again", async (t) => {
  const bodies: string[] = [];
  const app: NodeListener = async (request, response) => {
    let body = "";
    for await (const piece of request) body += String(piece);
    bodies.push(body);
    if (request.headers.authorization === undefined) {
      response.writeHead(401, { "WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"' }).end();
    } else {
      response.end(request.headers.authorization.slice(0, 22));
    }
  };
  await using client = new AsyncClient({ app, baseUrl: BASE, auth: new DigestAuth("me", "secret") });
  t.is((await client.post("/", { content: "twice" })).text, 'Digest username="me", ');
  t.deepEqual(bodies, ["twice", "twice"]);
});

test("event hooks are called around each request", async (t) => {
  const seen: string[] = [];
  const eventHooks = {
    request: [(request: { method: string }) => void seen.push(request.method)],
    response: [(response: { statusCode: number }) => void seen.push(String(response.statusCode))],
  };
  await using client = new AsyncClient({ app: shop(), baseUrl: BASE, eventHooks, followRedirects: true });
  await client.post("/login");
  t.deepEqual(seen, ["POST", "303", "GET", "200"]);
});

test("a response larger than maxResponseBytes is refused", async (t) => {
  await using client = new AsyncClient({ app: shop(), baseUrl: BASE, maxResponseBytes: 10_000 });
  await t.throwsAsync(client.get("/large"), { instanceOf: ResponseTooLarge });
});

test("an application can be mounted next to the network", async (t) => {
  await using server = await startHttpServer((_request, response) => void response.end("from the network"));
  await using client = new AsyncClient({ mounts: { "all://testserver": new AppTransport(shop()) } });
  t.deepEqual((await client.get("http://testserver/me")).json(), { cookie: null });
  t.is((await client.get(server.url)).text, "from the network");
});

test("an application receives the request that the client sent", async (t) => {
  const app: NodeListener = (request, response) => void response.end(JSON.stringify(request.rawHeaders));
  await using client = new AsyncClient({ app, baseUrl: BASE, headers: { "X-Own": "1" } });
  const { request, ...response } = await client
    .get("/")
    .then((answer) => ({ request: answer.request, text: answer.text }));
  t.deepEqual(JSON.parse(response.text), request.headers.raw.flat());
});

test("the response has its time, version and size", async (t) => {
  await using client = new AsyncClient({ app: shop(), baseUrl: BASE, timeout: 60_000 });
  const response = await client.get("/large");
  t.is(response.httpVersion, "HTTP/1.1");
  t.is(response.numBytesDownloaded, 100_000);
  t.true(response.elapsed > 0);
  t.is(client.stats().connections.active, 0);
});

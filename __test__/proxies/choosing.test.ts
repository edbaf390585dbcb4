/** Which proxy a request uses: the call's, a mount's, the client's. */
import test from "ava";
import {
  AsyncClient,
  AsyncHTTPTransport,
  type AsyncTransport,
  InvalidURL,
  MockTransport,
  Proxy,
  Response,
  get,
  AppTransport,
} from "httpxide";
import { inspect } from "node:util";
import { firstHop } from "../helpers/first-hop.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { startProxyServer } from "../helpers/proxy-server.js";

test("the call's own proxy replaces the client's, and null means none", async (t) => {
  await using client = new AsyncClient({ proxy: "http://client.example:1" });
  for (const [proxy, hop] of [
    [undefined, "client.example:1"],
    ["http://call.example:2", "call.example:2"],
    [new URL("socks5://call.example"), "call.example:1080"],
    [new Proxy("https://call.example"), "call.example:443"],
    [null, "a.example:80"],
  ] as const) {
    t.is(await firstHop(client, "http://a.example", { proxy }), hop);
  }
});

test("a request that was built with a proxy keeps it, through redirects too", async (t) => {
  await using server = await startHttpServer((request, response) => {
    if (request.url === "/end") response.end("end");
    else response.writeHead(302, { Location: "/end" }).end();
  });
  await using proxy = await startProxyServer();
  await using client = new AsyncClient();
  const request = client.buildRequest("GET", server.url, { proxy: proxy.url });
  t.is((await client.send(request, { followRedirects: true })).text, "end");
  t.is(proxy.requests.length, 2);
  t.is((await get(server.url, { proxy: proxy.url, followRedirects: true })).text, "end");
  t.is(proxy.requests.length, 4);
});

test("a request goes through the proxy of the client that sends it", async (t) => {
  await using first = new AsyncClient({ proxy: "http://first.example:1", timeout: 1 });
  await using second = new AsyncClient();
  await using server = await startHttpServer(answering("direct"));
  const request = first.buildRequest("GET", server.url, { timeout: 5000 });
  await first.send(request).catch(() => null);
  t.is((await second.send(request)).text, "direct");
});

test("requests through different proxies share no connection, equal proxies do", async (t) => {
  await using server = await startHttpServer();
  await using proxy = await startProxyServer();
  await using client = new AsyncClient();
  for (const auth of [["a", "x"], ["b", "x"], ["a", "y"], null] as const) {
    for (let round = 0; round < 2; round += 1) {
      await client.get(server.url, { proxy: new Proxy(proxy.url, { auth }) });
    }
  }
  t.is(proxy.connections, 4);
});

test("mounts choose transports with proxies of their own, and null the client's own without one", async (t) => {
  await using client = new AsyncClient({
    proxy: "http://client.example:1",
    mounts: {
      "all://mounted.example": new AsyncHTTPTransport({ proxy: "socks5://mount.example:2" }),
      "all://direct.example": null,
      "all://mock.example": new MockTransport(() => new Response(200)),
    },
  });
  t.is(await firstHop(client, "http://a.example"), "client.example:1");
  t.is(await firstHop(client, "https://mounted.example"), "mount.example:2");
  t.is(await firstHop(client, "http://direct.example"), "direct.example:80");
  t.is((await client.get("http://mock.example")).statusCode, 200);
  t.is(await firstHop(client, "http://mounted.example", { proxy: null }), "mounted.example:80");
});

test("a given transport gets the client's proxy with each request, through wrappers too", async (t) => {
  await using server = await startHttpServer(answering("through"));
  await using proxy = await startProxyServer();
  const inner = new AsyncHTTPTransport();
  let calls = 0;
  const wrapper: AsyncTransport = {
    handleAsyncRequest(request) {
      calls += 1;
      return inner.handleAsyncRequest(request);
    },
    aclose: () => inner.aclose(),
  };
  await using client = new AsyncClient({ transport: wrapper, proxy: proxy.url });
  t.is((await client.get(server.url)).text, "through");
  t.deepEqual([calls, proxy.requests.length], [1, 1]);
});

test("a proxy beside an application is refused", (t) => {
  const app = (): globalThis.Response => new globalThis.Response("app");
  t.throws(() => new AsyncClient({ app, proxy: "http://p.example" }), {
    instanceOf: TypeError,
    message: /^proxy has no effect beside app/,
  });
  t.throws(() => new AsyncClient({ transport: new AppTransport(app), proxy: "http://p.example" }), {
    instanceOf: TypeError,
    message: /^proxy has no effect beside app/,
  });
});

test("a call's proxy is refused where an application answers the call, and used elsewhere", async (t) => {
  await using server = await startHttpServer(answering("direct"));
  await using proxy = await startProxyServer();
  let calls = 0;
  const app = (): globalThis.Response => new globalThis.Response(`call ${++calls}`);
  await using whole = new AsyncClient({ app });
  await using mounted = new AsyncClient({ mounts: { "all://app.example": new AppTransport(app) } });
  for (const client of [whole, mounted]) {
    const request = client.buildRequest("GET", "http://app.example/", { proxy: proxy.url });
    for (const call of [
      () => client.get("http://app.example/", { proxy: proxy.url }),
      () => client.stream("GET", "http://app.example/", { proxy: proxy.url }),
      () => client.send(request),
    ]) {
      await t.throwsAsync(call(), { instanceOf: TypeError, message: /proxy has no effect beside app/ });
    }
    t.is(calls, 0);
    t.is((await client.get("http://app.example/", { proxy: null })).text, "call 1");
    calls = 0;
  }
  t.is((await mounted.get(server.url, { proxy: proxy.url })).text, "direct");
  t.is(proxy.requests.length, 1);
});

test("a redirect from the network into a mounted application reaches it, with the call's proxy for the first part", async (t) => {
  await using server = await startHttpServer((request, response) => {
    response.writeHead(302, { Location: `http://app.example${request.url}` }).end();
  });
  await using proxy = await startProxyServer();
  const asked: string[] = [];
  const app = ({ url, headers }: globalThis.Request): globalThis.Response => {
    asked.push(url, String(headers.get("proxy-authorization")));
    return new globalThis.Response("app");
  };
  await using client = new AsyncClient({
    mounts: { "all://app.example": new AppTransport(app) },
    followRedirects: true,
  });
  const own = new Proxy(proxy.url, { auth: ["user", "secret"] });
  t.is((await client.get(`${server.url}/x`, { proxy: own })).text, "app");
  t.deepEqual(asked, ["http://app.example/x", "null"]);
  t.deepEqual([proxy.requests.length, proxy.connects.length], [1, 0]);
});

test("what is no proxy is refused where it is given", async (t) => {
  await using client = new AsyncClient({ transport: new MockTransport(() => new Response(200)) });
  for (const [proxy, message] of [
    ["ftp://p.example", /^Unknown scheme for proxy URL "ftp:\/\/p\.example"/],
    ["p.example:3128", /^Unknown scheme for proxy URL/],
    ["user:secret@p.example:3128", /^Unknown scheme for proxy URL "\[secure\]@p\.example:3128"/],
    ["ftp://user:sec/ret@p.example", /^Unknown scheme for proxy URL "ftp:\/\/\[secure\]@p\.example"/],
    ["", /^Unknown scheme/],
    [5, /^proxy must be a URL, a Proxy or null, not a number/],
    [{}, /^proxy must be a URL, a Proxy or null, not an Object/],
  ] as const) {
    t.throws(() => new AsyncClient({ proxy: proxy as never }), { instanceOf: TypeError, message });
    t.throws(() => new AsyncHTTPTransport({ proxy: proxy as never }), { instanceOf: TypeError, message });
    await t.throwsAsync(client.get("http://a.example", { proxy: proxy as never }), {
      instanceOf: TypeError,
      message,
    });
    await t.throwsAsync(get("http://a.example", { proxy: proxy as never }), {
      instanceOf: TypeError,
      message,
    });
  }
  for (const proxy of ["http://", "http://user:secret@p.example:x", "socks5://", "http://a b"]) {
    const error = t.throws(() => new Proxy(proxy), { instanceOf: InvalidURL });
    t.false(String(error.stack).includes("secret"));
  }
  const extensions = { proxy: 5 as never };
  await using network = new AsyncClient();
  await t.throwsAsync(network.get("http://a.example", { extensions }), { instanceOf: TypeError });
});

test("a Proxy has its URL without credentials, and shows none", (t) => {
  const proxy = new Proxy("http://us%20er:sec%3Aret@Proxy.Example:3128/path?query#hash", {
    headers: { "Proxy-Authorization": "Bearer secret" },
  });
  t.is(proxy.url.href, "http://proxy.example:3128/");
  t.deepEqual(proxy.auth, ["us er", "sec:ret"]);
  t.is(proxy.headers.get("proxy-authorization"), "Bearer secret");
  for (const text of [inspect(proxy), inspect({ proxy }), JSON.stringify(proxy), String(proxy)]) {
    t.notRegex(text, /ret/, text);
  }
  t.is(new Proxy("http://p.example", { auth: ["a", "b"] }).auth?.join(), "a,b");
  t.is(new Proxy("http://x:y@p.example", { auth: ["a", "b"] }).auth?.join(), "x,y");
  t.is(new Proxy("socks5://Bücher.Example").url.hostname, "xn--bcher-kva.example");
  t.is(new Proxy("socks5://[0:0::1]").url.hostname, "[::1]");
});

test("credentials that SOCKS cannot carry are refused", (t) => {
  const long = "x".repeat(256);
  t.throws(() => new Proxy("socks4://user:secret@p.example"), {
    message: /^SOCKS 4 has user names and no passwords/,
  });
  t.throws(() => new Proxy("socks4a://p.example", { auth: ["a\0b", ""] }), { instanceOf: TypeError });
  t.throws(() => new Proxy("socks5://p.example", { auth: ["user", long] }), { message: /at most 255 bytes/ });
  t.throws(() => new Proxy("http://p.example", { auth: ["user"] as never }), { instanceOf: TypeError });
  t.throws(() => new Proxy("http://p.example", { auth: ["user", 5] as never }), { instanceOf: TypeError });
  t.is(new Proxy("socks4://user@p.example").auth?.[0], "user");
  t.notThrows(() => new Proxy("http://p.example", { auth: ["user", long] }));
});

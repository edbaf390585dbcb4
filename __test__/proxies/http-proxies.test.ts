/** HTTP proxies on the wire: what they receive, what the server receives, and which connections are kept. */
import test from "ava";
import { AsyncClient, AsyncHTTPTransport, ConnectError, Headers, Proxy, ProxyError } from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { failsAs } from "../helpers/failures.js";
import { answering, echo, type Echo, startHttpServer } from "../helpers/http-server.js";
import { answeringStreams, startPlainHttp2Server } from "../helpers/http2-server.js";
import { startProxyServer } from "../helpers/proxy-server.js";
import { startRawServer } from "../helpers/raw-server.js";
import { startSocksServer } from "../helpers/socks-server.js";
import { startTlsServer } from "../helpers/tls-server.js";
import { temporaryFolder } from "../helpers/unix-server.js";

const BASIC = "Basic dXNlcjpzZWNyZXQ=";

/** The values of a header, in the order received. */
function valuesOf(headers: readonly (readonly [string, string])[], name: string): string[] {
  return headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);
}

test("an http request is written for the proxy, with its URL as target and the proxy's headers", async (t) => {
  await using server = await startHttpServer();
  await using proxy = await startProxyServer();
  const chosen = new Proxy(proxy.url, {
    auth: ["user", "secret"],
    headers: { "X-Proxy": "a", "X-Both": "proxy" },
  });
  await using client = new AsyncClient({ proxy: chosen });
  const url = server.url.replace("http://", "http://me:mine@");
  const headers = { "X-Both": "request" };
  t.is((await client.post(`${url}/a%20b?c#d`, { content: "x", headers })).statusCode, 200);
  const [seen] = proxy.requests;
  t.is(seen?.path, `${server.url}/a%20b?c`);
  t.deepEqual(seen?.headers.map(([name]) => name).slice(0, 3), ["Host", "Proxy-Authorization", "X-Proxy"]);
  t.deepEqual(valuesOf(seen!.headers, "proxy-authorization"), [BASIC]);
  t.deepEqual(valuesOf(seen!.headers, "x-both"), ["request"]);
  t.is(proxy.connects.length, 0);
});

test("an https request goes through a tunnel, whose server sees nothing of the proxy's headers", async (t) => {
  const { good, ca } = await certificates();
  await using server = await startTlsServer(good, echo);
  await using proxy = await startProxyServer();
  const chosen = new Proxy(proxy.url.replace("://", "://user:secret@"), {
    headers: new Headers({ "X-Proxy": "a" }),
  });
  await using client = new AsyncClient({ proxy: chosen, verify: { ca } });
  const response = await client.get(server.url, { headers: { "Proxy-Authorization": "Basic eDp5" } });
  t.deepEqual(proxy.connects, [
    {
      target: `localhost:${server.port}`,
      headers: [
        ...["Host", `localhost:${server.port}`, "Accept", "*/*"],
        ...["Proxy-Authorization", BASIC, "X-Proxy", "a"],
      ],
    },
  ]);
  const received = response.json<Echo>().headers;
  t.deepEqual(valuesOf(received, "proxy-authorization"), []);
  t.deepEqual(valuesOf(received, "x-proxy"), []);
});

test("a request's credentials for a proxy reach no server: straight, over HTTP/2, after redirects, behind any tunnel", async (t) => {
  const { good, ca } = await certificates();
  await using secure = await startTlsServer(good, echo);
  await using plain = await startHttpServer((request, response, seen) => {
    if (seen.path !== "/moved") return echo(request, response, seen);
    return void response.writeHead(302, { Location: `${secure.url}/here` }).end();
  });
  await using http2 = await startPlainHttp2Server((stream, headers) => {
    stream.respond({ ":status": 200 });
    stream.end(JSON.stringify({ headers: Object.entries(headers) }));
  });
  await using proxy = await startProxyServer();
  await using socks = await startSocksServer();
  const headers = { "Proxy-Authorization": BASIC, "X-Own": "kept" };
  const chosen = [null, proxy.url, `socks5://127.0.0.1:${socks.port}`] as const;
  await using client = new AsyncClient({ verify: { ca }, followRedirects: true, trustEnv: false });
  const answers: (readonly [string, Echo])[] = [];
  for (const through of chosen) {
    for (const url of [`${plain.url}/`, `${plain.url}/moved`, `${secure.url}/`]) {
      const response = await client.get(url, { headers, proxy: through });
      // this proxy passes on what it forwards as it came
      const isForwarded = through === proxy.url && url === `${plain.url}/`;
      if (!isForwarded) answers.push([`${url} ${through}`, response.json<Echo>()]);
    }
  }
  await using over2 = new AsyncClient({ http1: false, http2: true, trustEnv: false });
  answers.push([http2.url, (await over2.get(http2.url, { headers })).json<Echo>()]);
  for (const [way, { headers: received }] of answers) {
    t.deepEqual(valuesOf(received, "proxy-authorization"), [], way);
    if (!way.includes("/moved")) t.deepEqual(valuesOf(received, "x-own"), ["kept"], way);
  }
  // each request to the proxy that forwarded it had them
  t.deepEqual(
    proxy.requests.map((seen) => valuesOf(seen.headers, "proxy-authorization")),
    [[BASIC], [BASIC]],
  );
});

test("a request that asks its recipient to be a proxy keeps its credentials for it", async (t) => {
  await using proxy = await startProxyServer();
  await using server = await startHttpServer(echo);
  await using client = new AsyncClient({ trustEnv: false });
  const headers = { "Proxy-Authorization": BASIC };
  await client.get(proxy.url, { headers, extensions: { target: `${server.url}/` } });
  t.deepEqual(valuesOf(proxy.requests[0]!.headers, "proxy-authorization"), [BASIC]);
  const tunnel = await client.stream("CONNECT", proxy.url, {
    headers,
    extensions: { target: `127.0.0.1:${server.port}` },
  });
  await tunnel.aclose();
  t.true(proxy.connects[0]!.headers.includes(BASIC));
});

test("the connections to a proxy that forwards carry requests for every server, tunnels for one", async (t) => {
  const { good, ca } = await certificates();
  await using one = await startHttpServer(answering("one"));
  await using other = await startHttpServer(answering("other"));
  await using secure = await startTlsServer(good);
  await using proxy = await startProxyServer();
  await using client = new AsyncClient({ proxy: proxy.url, verify: { ca } });
  for (let round = 0; round < 2; round += 1) {
    for (const server of [one, other, secure]) t.is((await client.get(server.url)).statusCode, 200);
  }
  t.is(proxy.connections, 2);
  t.deepEqual(Object.keys(client.stats().origins), [
    `https://localhost:${secure.port} via http://127.0.0.1:${proxy.port}`,
    `via http://127.0.0.1:${proxy.port}`,
  ]);
});

test("an HTTPS proxy is spoken to over TLS, which its own verify checks", async (t) => {
  const { good, ca } = await certificates();
  await using plain = await startHttpServer(answering("plain"));
  await using secure = await startTlsServer(good);
  await using proxy = await startProxyServer({ certificate: good });
  await using client = new AsyncClient({ proxy: new Proxy(proxy.url, { verify: { ca } }), verify: { ca } });
  t.is((await client.get(plain.url)).text, "plain");
  t.is((await client.get(secure.url)).text, "over TLS");
  t.is(proxy.connects.length, 1);
  // the client's verify is for servers: it neither trusts a proxy nor stops checking it
  for (const verify of [{ ca }, false]) {
    await using untrusting = new AsyncClient({ proxy: proxy.url, verify });
    const error = await failsAs(t, untrusting.get(plain.url), {
      as: ConnectError,
      phase: "tls",
      requestSent: false,
    });
    t.regex(error.message, /no connection to the proxy https:\/\/localhost:\d+: /);
  }
  await using trusting = new AsyncClient({ proxy: new Proxy(proxy.url, { verify: false }) });
  t.is((await trusting.get(plain.url)).text, "plain");
});

test("HTTP/2 with prior knowledge runs through a tunnel", async (t) => {
  await using server = await startPlainHttp2Server(answeringStreams("h2c"));
  await using proxy = await startProxyServer();
  await using client = new AsyncClient({ proxy: proxy.url, http1: false, http2: true });
  const response = await client.get(server.url);
  t.is(`${response.httpVersion} ${response.text}`, "HTTP/2 h2c");
  t.is(proxy.connects.length, 1);
});

test("an upgrade is asked for through a tunnel", async (t) => {
  await using server = await startHttpServer();
  await using proxy = await startProxyServer();
  await using client = new AsyncClient({ proxy: proxy.url });
  await client.get(server.url, { headers: { Connection: "Upgrade", Upgrade: "something" } });
  t.is(proxy.connects.length, 1);
  t.is(proxy.requests.length, 0);
});

test("a target of the caller's own is completed for the proxy", async (t) => {
  await using server = await startHttpServer();
  await using proxy = await startProxyServer();
  await using client = new AsyncClient({ proxy: proxy.url });
  for (const [target, path] of [
    ["/other", `${server.url}/other`],
    ["*", server.url],
    [`${server.url}/whole`, `${server.url}/whole`],
  ] as const) {
    await client.options(server.url, { extensions: { target } });
    t.is(proxy.requests.at(-1)?.path, path);
  }
});

test("a proxy that refuses a tunnel is an error with its status, headers and body", async (t) => {
  await using proxy = await startRawServer(async (connection) => {
    await connection.readHead();
    await connection.send(
      "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=x\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2000\r\n\r\n",
    );
    await connection.send("no".repeat(1000));
    await connection.closed();
  });
  await using client = new AsyncClient({ proxy: proxy.url.replace("://", "://user:secret@") });
  const error = (await failsAs(t, client.get("https://a.example/"), {
    as: ProxyError,
    code: "ERR_PROXY_AUTHENTICATION",
    phase: "proxy",
    requestSent: false,
  })) as ProxyError;
  t.is(error.status, 407);
  t.deepEqual(error.headers?.getList("x-a"), ["1", "2"]);
  t.is(error.headers?.get("proxy-authenticate"), "Basic realm=x");
  t.is(Buffer.from(error.content!).toString(), "no".repeat(512));
  t.is(error.message, `GET https://a.example/: the proxy ${proxy.url} refused: 407 Who?`);
});

test("an answer of a proxy that forwards is a response", async (t) => {
  await using proxy = await startHttpServer((_request, response) => {
    response.writeHead(407, { "Proxy-Authenticate": "Basic" }).end("who?");
  });
  await using client = new AsyncClient({ proxy: proxy.url });
  const response = await client.get("http://a.example/");
  t.is(response.statusCode, 407);
  t.is(response.text, "who?");
});

test("a proxy that cannot be reached is a ConnectError that names it, and retries try it again", async (t) => {
  await using client = new AsyncClient({ proxy: "http://user:secret@127.0.0.1:1", retries: 1 });
  const events: string[] = [];
  const trace = (event: string): void => void events.push(event);
  for (const url of ["http://a.example/", "https://a.example/"]) {
    const error = await failsAs(t, client.get(url, { extensions: { trace } }), {
      as: ConnectError,
      code: "ECONNREFUSED",
      requestSent: false,
    });
    t.regex(error.message, /no connection to the proxy http:\/\/127\.0\.0\.1:1: /);
    t.false(String(error.stack).includes("secret"));
  }
  t.is(events.filter((event) => event === "connection.retry.started").length, 2);
});

test("the name for TLS is that of the call, also through a tunnel", async (t) => {
  const { wrongHost, ca } = await certificates();
  await using server = await startTlsServer(wrongHost);
  await using proxy = await startProxyServer();
  // Deno's servers resume each other's sessions, and a resumed session has no certificate to check
  const tls = { sessionResumption: false };
  await using client = new AsyncClient({ proxy: proxy.url, verify: { ca }, tls });
  await failsAs(t, client.get(server.url), { as: ConnectError, phase: "tls" });
  const response = await client.get(server.url, { extensions: { sniHostname: "other.example" } });
  t.is(response.text, "over TLS");
});

const onUnix = process.platform === "win32" ? test.skip : test;

onUnix("with uds, the proxy listens at the Unix socket", async (t) => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/proxy.sock`;
  await using server = await startHttpServer(answering("behind the socket"));
  await using proxy = await startProxyServer({ address: { path } });
  await using client = new AsyncClient({ uds: path, proxy: "http://proxy.example" });
  t.is((await client.get(server.url)).text, "behind the socket");
  t.is(proxy.requests[0]?.path, `${server.url}/`);
});

test("a transport takes a proxy as the client does", async (t) => {
  await using server = await startHttpServer(answering("through"));
  await using proxy = await startProxyServer();
  await using client = new AsyncClient({ transport: new AsyncHTTPTransport({ proxy: proxy.url }) });
  t.is((await client.get(server.url)).text, "through");
  t.is((await client.get(server.url, { proxy: null })).text, "through");
  t.is(proxy.requests.length, 1);
});

/**
 * The extensions `sniHostname`, which replaces the URL's host in TLS, and `target`, which replaces path and query in the
 * request line.
 */
import type { TLSSocket } from "node:tls";
import test from "ava";
import {
  AsyncClient,
  ConnectError,
  LocalProtocolError,
  type RequestExtensions,
  type RequestOptions,
} from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { failsAs, rejection } from "../helpers/failures.js";
import { type Handler, startHttpServer } from "../helpers/http-server.js";
import { head, ok, replying, startRawServer } from "../helpers/raw-server.js";
import { startTlsServer } from "../helpers/tls-server.js";

/** Answers with the server name of the client's handshake. */
const tellingName: Handler = (request, response) => {
  const { servername } = request.socket as TLSSocket & { servername: unknown };
  response.end(String(servername));
};

test("sniHostname is sent, and the certificate must match it; Host is the URL's", async (t) => {
  const made = await certificates();
  await using server = await startTlsServer(made.wrongHost, tellingName);
  await using client = new AsyncClient({ verify: { ca: made.ca } });
  const response = await client.get(server.url, { extensions: { sniHostname: "other.example" } });
  t.is(response.text, "other.example");
  t.deepEqual(
    server.requests[0]?.headers.find(([name]) => name === "Host"),
    ["Host", `localhost:${server.port}`],
  );
  for (const extensions of [{}, { sniHostname: "another.example" }]) {
    await failsAs(t, client.get(server.url, { extensions }), {
      as: ConnectError,
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
      phase: "tls",
      requestSent: false,
    });
  }
  t.is(server.requests.length, 1);
});

test("connections are kept by server name: none serves a request for another name", async (t) => {
  const { good } = await certificates();
  await using server = await startTlsServer(good, tellingName);
  await using client = new AsyncClient({ verify: false });
  const nameOf = async (sniHostname: string | null): Promise<string> =>
    (await client.get(server.url, { extensions: { sniHostname } })).text;
  const names = ["a.example", "b.example", null, "a.example", "b.example", null, "A.Example"];
  const answers: string[] = [];
  for (const name of names) answers.push(await nameOf(name));
  const seen = ["a.example", "b.example", "localhost"];
  t.deepEqual(answers, [...seen, ...seen, "a.example"]);
  t.deepEqual(
    server.requests.map(({ connection }) => connection),
    [1, 2, 3, 1, 2, 3, 1],
  );
});

for (const [given, sent] of [
  ["a_b.example", "a_b.example"],
  ["xn--mnchen-3ya.example", "xn--mnchen-3ya.example"],
  ["München.example", "xn--mnchen-3ya.example"],
  ["a.example.", "a.example"],
  // RFC 6066, 3: addresses are not sent.
  ["127.0.0.1", "false"],
  ["::1", "false"],
] as const) {
  test(`the name ${given} is sent as ${sent}`, async (t) => {
    const { good } = await certificates();
    await using server = await startTlsServer(good, tellingName);
    await using client = new AsyncClient({ verify: false });
    t.is((await client.get(server.url, { extensions: { sniHostname: given } })).text, sent);
  });
}

for (const name of [
  "",
  " ",
  "a b",
  "a\0.example",
  "a\r\nb",
  "a.example#b",
  "a/b",
  "a:443",
  "-a.example",
  "a..b",
  "é\n",
  "é/b",
  "é b",
]) {
  test(`the name ${JSON.stringify(name)} is refused, and no connection opens`, async (t) => {
    await using server = await startRawServer(replying(ok()));
    await using client = new AsyncClient();
    const url = server.url.replace("http:", "https:");
    await failsAs(t, client.get(url, { extensions: { sniHostname: name } }), {
      as: LocalProtocolError,
      code: "ERR_TLS_INVALID_SERVER_NAME",
      phase: "tls",
      requestSent: false,
    });
    t.is(server.connections, 0);
  });
}

test("a name of digits that is neither an address nor a valid name is refused", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const url = server.url.replace("http:", "https:");
  await failsAs(t, client.get(url, { extensions: { sniHostname: "1.2.3" } }), {
    as: ConnectError,
    code: "ERR_TLS_INVALID_SERVER_NAME",
    requestSent: false,
  });
  t.is(server.connections, 0);
});

test("without TLS the name has no effect, and connections are shared", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  await client.get(server.url, { extensions: { sniHostname: "a.example" } });
  await client.get(server.url);
  t.is(server.connections, 1);
});

/** The request line that the server received. */
async function lineOf(
  method: string,
  target: string | Uint8Array,
  options?: RequestOptions,
): Promise<string> {
  await using server = await startRawServer(replying(ok(method === "HEAD" ? "" : "ok")));
  await using client = new AsyncClient();
  await client.request(method, `${server.url}/path?query`, { ...options, extensions: { target } });
  return server.requests[0]?.line ?? "";
}

const bytes = Buffer.from("-/\xe9\xff-", "latin1");

for (const [name, method, target, sent] of [
  ["an asterisk", "OPTIONS", "*", "*"],
  ["an authority", "CONNECT", "example.org:443", "example.org:443"],
  ["a whole URL", "GET", "http://example.org/a?b", "http://example.org/a?b"],
  ["characters that a URL would normalise", "GET", '/a/../b//%zz#c<>"{}|\\^`', '/a/../b//%zz#c<>"{}|\\^`'],
  ["latin1", "GET", "/é?ÿ", "/é?ÿ"],
  ["UTF-8 in bytes", "GET", new TextEncoder().encode("/€"), "/\u00e2\u0082\u00ac"],
  ["bytes that are a part of others", "GET", bytes.subarray(1, 4), "/éÿ"],
] as const) {
  test(`a target may be ${name}`, async (t) => {
    t.is(await lineOf(method, target), `${method} ${sent} HTTP/1.1`);
  });
}

test("a target works with a body and with the URL's Host", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  await client.post(`${server.url}/path`, { content: "body", extensions: { target: "/other" } });
  const [request] = server.requests;
  t.is(request?.line, "POST /other HTTP/1.1");
  t.is(request?.body.toString(), "body");
  t.true(request?.headerLines.includes(`Host: 127.0.0.1:${server.port}`));
  t.is((await client.get(`${server.url}/path`)).text, "ok");
  t.is(server.requests[1]?.line, "GET /path HTTP/1.1");
});

test("a CONNECT without a target is refused before anything is sent", async (t) => {
  await using server = await startRawServer(replying(head("200 Connection established")));
  await using client = new AsyncClient();
  for (const extensions of [null, {}, { target: null }]) {
    await failsAs(t, client.request("CONNECT", `${server.url}/a.example:1`, { extensions }), {
      as: LocalProtocolError,
      code: "ERR_INVALID_TARGET",
      requestSent: false,
    });
  }
  t.is(server.connections, 0);
});

test("an accepted CONNECT is a response without a body, and its connection is not reused", async (t) => {
  await using server = await startRawServer(replying(head("200 Connection established")));
  await using client = new AsyncClient();
  const response = await client.request("CONNECT", server.url, { extensions: { target: "a.example:1" } });
  t.is(response.statusCode, 200);
  t.is(response.text, "");
  await client.request("CONNECT", server.url, { extensions: { target: "a.example:2" } });
  t.deepEqual(
    server.requests.map(({ line, connection }) => [line, connection]),
    [
      ["CONNECT a.example:1 HTTP/1.1", 1],
      ["CONNECT a.example:2 HTTP/1.1", 2],
    ],
  );
});

for (const target of [
  "",
  " ",
  "/a b",
  "/ HTTP/1.1\r\nX-Evil: 1\r\n\r\n",
  "/\r",
  "/\n",
  "/\0",
  "/\t",
  "/\x7f",
  "/€",
  "/\u{10a}",
]) {
  test(`the target ${JSON.stringify(target)} is refused, and no request is sent`, async (t) => {
    await using server = await startRawServer(replying(ok()));
    await using client = new AsyncClient();
    const targets: (string | Uint8Array)[] = [target];
    // Bytes hold only latin1.
    if (!/[^\0-\xff]/.test(target)) targets.push(Buffer.from(target, "latin1"));
    for (const one of targets) {
      await failsAs(t, client.get(server.url, { extensions: { target: one } }), {
        as: LocalProtocolError,
        code: "ERR_INVALID_TARGET",
        phase: "write",
        requestSent: false,
      });
    }
    t.is(server.connections, 0);
  });
}

test("a name that is not text and a target that is neither text nor bytes are refused", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  for (const wrong of [
    { target: 1 },
    { target: ["/"] },
    { sniHostname: 1 },
    { sniHostname: ["a.example"] },
  ]) {
    const extensions = wrong as unknown as RequestExtensions;
    t.true((await rejection(client.get(server.url, { extensions }))) instanceof TypeError);
  }
  t.is(server.connections, 0);
});

test("a redirect drops the target, and drops the name if it leads to another origin", async (t) => {
  const made = await certificates();
  await using other = await startTlsServer(made.good, tellingName);
  await using server = await startTlsServer(made.good, (_request, response, { path }) => {
    if (path === "/first") response.writeHead(302, { Location: "/second" });
    if (path === "/second") response.writeHead(302, { Location: `${other.url}/third` });
    response.end();
  });
  await using client = new AsyncClient({ verify: false, followRedirects: true });
  const extensions = { target: "/first", sniHostname: "a.example" };
  const response = await client.get(`${server.url}/given`, { extensions });
  t.is(response.text, "localhost");
  t.deepEqual(
    server.requests.map(({ path, connection }) => [path, connection]),
    [
      ["/first", 1],
      ["/second", 1],
    ],
  );
  t.is(other.requests[0]?.path, "/third");
});

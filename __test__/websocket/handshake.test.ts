/** The opening handshake: what is asked for, what is accepted, and what the client adds to it. */
import test from "ava";
import {
  AsyncClient,
  DigestAuth,
  ConnectError,
  MockTransport,
  Response,
  TotalTimeout,
  WebSocketUpgradeError,
} from "httpxide";
import { failsAs, rejection } from "../helpers/failures.js";
import { withLimit } from "../helpers/limits.js";
import { head, startRawServer } from "../helpers/raw-server.js";
import type { ReceivedRequest } from "../helpers/received-request.js";
import { pause } from "../helpers/waiting.js";
import { acceptOf, agreement, echo, RawSession, startWebSocketServer } from "../helpers/websocket-server.js";

/** Answers one handshake with these bytes. */
function startAnswering(answer: (request: ReceivedRequest) => Uint8Array | string) {
  return startRawServer(async (connection) => {
    const request = await connection.readRequest();
    if (request === null) return;
    await connection.send(answer(request));
    await connection.closed();
  });
}

test("the handshake asks for version 13 with a fresh key, beside the client's headers", async (t) => {
  await using server = await startWebSocketServer(echo);
  await using client = new AsyncClient({ headers: { "X-Own": "1" }, params: { a: "b" } });
  for (let index = 0; index < 2; index += 1) {
    await using _session = await client.websocket(`${server.url.replace("http", "ws")}/path`, {
      headers: { "X-Call": "2" },
      cookies: { c: "d" },
      subprotocols: ["one", "two"],
    });
  }
  const [first, second] = server.requests;
  t.is(first!.line, "GET /path?a=b HTTP/1.1");
  t.deepEqual(first!.values("connection"), ["Upgrade"]);
  t.deepEqual(first!.values("upgrade"), ["websocket"]);
  t.deepEqual(first!.values("sec-websocket-version"), ["13"]);
  t.deepEqual(first!.values("sec-websocket-protocol"), ["one, two"]);
  t.deepEqual(first!.values("sec-websocket-extensions"), ["permessage-deflate; client_max_window_bits"]);
  t.deepEqual(first!.values("x-own"), ["1"]);
  t.deepEqual(first!.values("x-call"), ["2"]);
  t.deepEqual(first!.values("cookie"), ["c=d"]);
  const [key] = first!.values("sec-websocket-key");
  t.is(Buffer.from(key!, "base64").length, 16);
  t.notDeepEqual(second!.values("sec-websocket-key"), [key]);
});

const REFUSALS: Record<string, (request: ReceivedRequest) => Uint8Array | string> = {
  "a 200": () => Buffer.concat([head("200 OK", "Content-Length: 2"), Buffer.from("no")]),
  "a 403": () => Buffer.concat([head("403 Forbidden", "Content-Length: 2"), Buffer.from("no")]),
  "a 101 without Sec-WebSocket-Accept": () =>
    head("101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"),
  "a 101 with another key's accept": (request) =>
    head(
      "101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${acceptOf(request).toLowerCase()}`,
    ),
  "a 101 without Upgrade": (request) =>
    head("101 Switching Protocols", "Connection: Upgrade", `Sec-WebSocket-Accept: ${acceptOf(request)}`),
  "a 101 to another protocol": (request) =>
    head(
      "101 Switching Protocols",
      "Upgrade: h2c",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${acceptOf(request)}`,
    ),
  "a 101 without Connection: upgrade": (request) =>
    head("101 Switching Protocols", "Upgrade: websocket", `Sec-WebSocket-Accept: ${acceptOf(request)}`),
  "a subprotocol that was not offered": (request) => agreement(request, "Sec-WebSocket-Protocol: three"),
  "two subprotocols": (request) => agreement(request, "Sec-WebSocket-Protocol: one, two"),
  "an unknown extension": (request) => agreement(request, "Sec-WebSocket-Extensions: x-own"),
  "an extension twice": (request) =>
    agreement(request, "Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate"),
};
for (const parameter of [
  "unknown",
  "server_no_context_takeover=1",
  "server_no_context_takeover; server_no_context_takeover",
  "client_no_context_takeover=true",
  "server_max_window_bits",
  "server_max_window_bits=7",
  "server_max_window_bits=16",
  "server_max_window_bits=08",
  "client_max_window_bits",
  "client_max_window_bits=abc",
  "client_max_window_bits=15; client_max_window_bits=15",
  "",
]) {
  REFUSALS[`permessage-deflate with "${parameter}"`] = (request) =>
    agreement(request, `Sec-WebSocket-Extensions: permessage-deflate; ${parameter}`);
}

for (const [name, answer] of Object.entries(REFUSALS)) {
  test(`${name} is a WebSocketUpgradeError with the response, and leaves no connection in use`, async (t) => {
    await using server = await startAnswering(answer);
    await using client = new AsyncClient();
    const opening = client.websocket(server.url, { subprotocols: ["one", "two"] });
    const error = (await failsAs(t, opening, {
      as: WebSocketUpgradeError,
      code: "ERR_WEBSOCKET_UPGRADE",
      phase: "headers",
      requestSent: true,
    })) as WebSocketUpgradeError;
    t.true([101, 200, 403].includes(error.response.statusCode));
    t.is(error.response.request, error.request);
    if (error.response.statusCode !== 101) t.is(error.response.text, "no");
    t.is(client.stats().connections.active, 0);
  });
}

for (const parameters of [
  "",
  "; server_no_context_takeover",
  "; client_no_context_takeover",
  "; server_max_window_bits=8",
  "; client_max_window_bits=8",
  '; client_max_window_bits="9"; server_max_window_bits=15',
  " ;server_no_context_takeover ; client_no_context_takeover",
]) {
  test(`permessage-deflate${parameters} is agreed to`, async (t) => {
    await using server = await startWebSocketServer(
      echo,
      `Sec-WebSocket-Extensions: permessage-deflate${parameters}`,
    );
    await using client = new AsyncClient();
    await using session = await client.websocket(server.url);
    await session.send("x".repeat(1000));
    t.is(await session.receive(), "x".repeat(1000));
  });
}

test("compression: false offers none, and refuses it", async (t) => {
  await using server = await startWebSocketServer(echo, "Sec-WebSocket-Extensions: permessage-deflate");
  await using client = new AsyncClient();
  await failsAs(t, client.websocket(server.url, { compression: false }), { as: WebSocketUpgradeError });
  t.deepEqual(server.requests[0]!.values("sec-websocket-extensions"), []);
});

test("the server may choose one of the subprotocols, or none", async (t) => {
  for (const [lines, chosen] of [
    [["Sec-WebSocket-Protocol: two"], "two"],
    [[], null],
  ] as const) {
    await using server = await startWebSocketServer(echo, ...lines);
    await using client = new AsyncClient();
    await using session = await client.websocket(server.url, { subprotocols: ["one", "two"] });
    t.is(session.subprotocol, chosen);
    t.is(session.response.statusCode, 101);
  }
});

test("each answer is judged, also if those before it from the same server agreed to the same", async (t) => {
  const wrongKey = REFUSALS["a 101 with another key's accept"]!;
  const one = (request: ReceivedRequest) => agreement(request, "Sec-WebSocket-Protocol: one");
  const answers = [agreement, agreement, wrongKey, one, one, wrongKey, agreement];
  await using server = await startAnswering((request) => answers.shift()!(request));
  await using client = new AsyncClient();
  const open = () => client.websocket(server.url, { subprotocols: ["one"], closeTimeout: 1 });
  for (const subprotocol of [null, null, undefined, "one", "one", undefined, null]) {
    if (subprotocol === undefined) {
      await t.throwsAsync(open, { instanceOf: WebSocketUpgradeError });
      continue;
    }
    const session = await open();
    t.is(session.subprotocol, subprotocol);
    t.is(session.response.headers.get("sec-websocket-protocol"), subprotocol);
  }
});

test("redirects are followed if asked for, a digest challenge is answered, and cookies are kept", async (t) => {
  await using server = await startRawServer(async (connection) => {
    for (let request = await connection.readRequest(); request; request = await connection.readRequest()) {
      if (request.line.includes("/moved ")) {
        await connection.send(head("302 Found", "Location: /here", "Content-Length: 0", "Set-Cookie: a=b"));
      } else if (request.values("authorization").length === 0) {
        const challenge = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"';
        await connection.send(head("401 Unauthorized", challenge, "Content-Length: 0"));
      } else {
        await connection.send(agreement(request));
        return echo(new RawSession(connection, request));
      }
    }
  });
  await using client = new AsyncClient({ auth: new DigestAuth("user", "secret") });
  await failsAs(t, client.websocket(`${server.url}/moved`), { as: WebSocketUpgradeError });
  await using session = await client.websocket(`${server.url}/moved`, { followRedirects: true });
  await session.send("through");
  t.is(await session.receive(), "through");
  t.deepEqual(session.response.request.headers.get("cookie"), "a=b");
  t.regex(session.response.request.headers.get("authorization")!, /^Digest username="user"/);
});

test("hooks see the handshake, and relative URLs have the client's base", async (t) => {
  const seen: unknown[] = [];
  await using server = await startWebSocketServer(echo);
  await using client = new AsyncClient({
    baseUrl: `${server.url}/base/`,
    eventHooks: {
      request: [(request) => void seen.push(request.headers.get("upgrade"))],
      response: [(response) => void seen.push(response.statusCode)],
    },
  });
  await using session = await client.websocket("chat");
  await session.send("x");
  t.is(await session.receive(), "x");
  t.deepEqual(seen, ["websocket", 101]);
  t.is(server.requests[0]!.line, "GET /base/chat HTTP/1.1");
});

test("the total timeout ends the handshake and not the session; the read timeout ends with the handshake", async (t) => {
  await using silent = await startRawServer((connection) => connection.closed());
  await using server = await startWebSocketServer(echo);
  await withLimit(async (total) => {
    await using client = new AsyncClient({ timeout: { read: total / 2, total } });
    await failsAs(t, client.websocket(silent.url, { timeout: { read: null, total: 100 } }), {
      as: TotalTimeout,
    });
    await using session = await client.websocket(server.url);
    await pause(1.1 * total);
    await session.send("still here");
    t.is(await session.receive(), "still here");
  });
});

test("a signal aborts the handshake", async (t) => {
  await using silent = await startRawServer((connection) => connection.closed());
  await using client = new AsyncClient();
  const controller = new AbortController();
  const opening = rejection(client.websocket(silent.url, { signal: controller.signal }));
  const reason = new Error("enough");
  setTimeout(() => controller.abort(reason), 20);
  t.is(await opening, reason);
});

test("a refused connection is the error of any request", async (t) => {
  await using client = new AsyncClient();
  await failsAs(t, client.websocket("ws://127.0.0.1:1/"), { as: ConnectError, code: "ECONNREFUSED" });
});

test("a transport of the user's gets a GET, and any answer but 101 is refused", async (t) => {
  const transport = new MockTransport((request) => {
    t.is(request.method, "GET");
    t.is(String(request.url), "https://example.org/chat");
    return new Response(200, { text: "no" });
  });
  await using client = new AsyncClient({ transport });
  const error = (await rejection(client.websocket("wss://example.org/chat"))) as WebSocketUpgradeError;
  t.true(error instanceof WebSocketUpgradeError);
  t.is(error.response.text, "no");
});

test("options that a session cannot have are refused before anything is sent", async (t) => {
  await using client = new AsyncClient();
  for (const [options, message] of [
    [{ subprotocol: ["a"] }, /Did you mean subprotocols/],
    [{ protocols: ["a"] }, /did you mean subprotocols/],
    [{ maxPayload: 1 }, /maxMessageBytes/],
    [{ json: 1 }, /session\.send/],
    [{ subprotocols: ["a b"] }, /tokens/],
    [{ subprotocols: ["a", "a"] }, /twice/],
    [{ pingInterval: 0 }, /pingInterval/],
    [{ closeTimeout: null }, /closeTimeout/],
    [{ maxMessageBytes: -1 }, /maxMessageBytes/],
  ] as const) {
    const error = (await rejection(client.websocket("ws://127.0.0.1:1/", options as never))) as Error;
    t.true(error instanceof TypeError || error instanceof RangeError, String(error));
    t.regex(error.message, message);
  }
});

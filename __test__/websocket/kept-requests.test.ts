/** What sessions keep of their handshakes, which share what they have in common. */
import test from "ava";
import {
  AsyncClient,
  type NetworkStream,
  type Response,
  StreamClosed,
  type WebSocketSession,
} from "httpxide";
import { agreement, startWebSocketServer } from "../helpers/websocket-server.js";
import { head, startRawServer } from "../helpers/raw-server.js";

/** The headers of a handshake in the order in which they were sent. */
function headersOf({ response }: WebSocketSession): [string, string][] {
  return [...response.request.headers.multiItems()];
}

test("the request of each session has the headers that were sent", async (t) => {
  const sent: string[][] = [];
  await using server = await startWebSocketServer(async (session) => {
    sent.push([...session.request.headerLines]);
    await session.answerClose();
  });
  await using client = new AsyncClient();
  const sessions: WebSocketSession[] = [];
  const own = ["é", "é", "a", "a", "other", "other", "", "b".repeat(300), "c".repeat(300)];
  for (const value of own) {
    sessions.push(await client.websocket(server.url, { headers: { "X-Own": value, "X-Last": "same" } }));
  }
  for (const [at, session] of sessions.entries()) {
    const { request } = session.response;
    t.is(request.headers.get("x-own"), own[at]!);
    t.deepEqual(
      headersOf(session).map(([name, value]) => `${name}: ${value}`.toLowerCase()),
      sent[at]!.map((line) => Buffer.from(line, "latin1").toString("latin1").toLowerCase()),
    );
  }
  const keys = sessions.map(({ response }) => response.request.headers.get("sec-websocket-key"));
  t.is(new Set(keys).size, own.length);
});

test("headers of the request that a hook has read or changed are kept", async (t) => {
  await using server = await startWebSocketServer(async (session) => void (await session.answerClose()));
  let count = 0;
  const mark = (request: { headers: { set(name: string, value: string): void } }): void =>
    request.headers.set("X-Mark", String(count++));
  await using client = new AsyncClient({ eventHooks: { request: [mark] } });
  for (const expected of ["0", "1", "2"]) {
    await using session = await client.websocket(server.url);
    t.is(session.response.request.headers.get("x-mark"), expected);
  }
});

test("connections to one server and to another tell their own addresses", async (t) => {
  const start = () =>
    startRawServer(async (connection) => {
      const request = (await connection.readRequest())!;
      const isUpgrade = request.values("upgrade").length > 0;
      await connection.send(isUpgrade ? agreement(request) : head("204 No Content"));
      await connection.closed();
    });
  await using one = await start();
  await using other = await start();
  await using client = new AsyncClient();
  const seen = new Set<string>();
  for (const { url } of [one, one, other, one, other]) {
    const { connection } = (await client.websocket(url)).response.extensions;
    t.is(connection.remotePort, Number(new URL(url).port));
    t.is(connection.remoteAddress, "127.0.0.1");
    seen.add(`${connection.id} ${connection.localPort}`);
  }
  t.is(seen.size, 5);
});

test("the response that a session makes when it is asked for is as the one that came, and stays the same", async (t) => {
  await using server = await startRawServer(async (connection) => {
    const request = (await connection.readRequest())!;
    const fields = [`X-Path: ${request.line.split(" ")[1]}`, "X-Accept: é"];
    await connection.send(agreement(request, ...fields));
    await connection.closed();
  });
  await using client = new AsyncClient();
  const plain = await client.websocket(`${server.url}/plain`);
  const sessions = [
    plain,
    await client.websocket(`${server.url}/plain`),
    await client.websocket(`${server.url}/other`),
  ];
  const responses: Response[] = [];
  await using shown = new AsyncClient({
    eventHooks: { response: [(response) => void responses.push(response)] },
  });
  const whole = await shown.websocket(`${server.url}/plain`);
  t.is(whole.response, responses[0]!);
  for (const [at, session] of sessions.entries()) {
    const { response } = session;
    t.is(session.response, response);
    t.is(response.request, response.request);
    t.is(response.statusCode, 101);
    t.is(response.reasonPhrase, whole.response.reasonPhrase);
    t.is(response.httpVersion, "HTTP/1.1");
    t.deepEqual([...response.headers.keys()].map(String), [...whole.response.headers.keys()].map(String));
    t.is(response.headers.get("x-path"), at === 2 ? "/other" : "/plain");
    t.is(response.headers.get("x-accept"), "é");
    t.is(response.headers.get("sec-websocket-accept")!.length, 28);
    t.is(response.url.pathname, at === 2 ? "/other" : "/plain");
    t.is(response.request.method, "GET");
    const { timings, connection, streamId, attempt } = response.extensions;
    t.true(timings.firstByte! > 0 && timings.connect! > 0);
    t.false(connection.reused);
    t.is(connection.remotePort, Number(new URL(server.url).port));
    t.deepEqual([streamId, attempt], [null, 1]);
    t.true(response.elapsed > 0 && response.elapsed < 60_000);
    t.false(response.isClosed);
    t.deepEqual(response.history, []);
    t.is((await response.aread()).length, 0);
  }
  const accepted = sessions.map(({ response }) => response.headers.get("sec-websocket-accept"));
  t.is(new Set(accepted).size, sessions.length);
});

test("errors of a session have the request of its response, whichever is asked for first", async (t) => {
  await using server = await startWebSocketServer(async (session) => void (await session.answerClose()));
  await using client = new AsyncClient();
  for (const isFirst of [true, false]) {
    const session = await client.websocket(server.url);
    const before = isFirst ? session.response : null;
    await session.close();
    const error = await t.throwsAsync(session.receive(), { name: "WebSocketDisconnect" });
    const { request } = error as unknown as { request: unknown };
    t.is(request, session.response.request);
    if (before !== null) t.is(before, session.response);
  }
});

test("closing the response that a session has made closes the session, and nothing else can be done with its stream", async (t) => {
  const codes: number[] = [];
  await using server = await startWebSocketServer(
    async (session) => void codes.push(await session.answerClose()),
  );
  await using client = new AsyncClient();
  const session = await client.websocket(server.url);
  const stream: NetworkStream = session.response.extensions.networkStream;
  t.is(session.response.extensions.networkStream, stream);
  await t.throwsAsync(stream.read(), { instanceOf: StreamClosed });
  await t.throwsAsync(stream.write("bytes"), { instanceOf: StreamClosed });
  await t.throwsAsync(stream.startTls(), { instanceOf: StreamClosed });
  await session.response.aclose();
  t.true(session.isClosed);
  t.true(session.response.isClosed);
  t.deepEqual(codes, [1000]);
});

test("cookies of a handshake's answer are the client's, and those of its response", async (t) => {
  await using server = await startRawServer(async (connection) => {
    const request = (await connection.readRequest())!;
    await connection.send(agreement(request, "Set-Cookie: from=handshake"));
    await connection.closed();
  });
  await using client = new AsyncClient();
  const { response } = await client.websocket(server.url);
  t.is(client.cookies.get("from"), "handshake");
  t.is(response.cookies.get("from"), "handshake");
});

/** What sessions keep of their handshakes, which share what they have in common. */
import test from "ava";
import { AsyncClient, type WebSocketSession } from "httpxide";
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

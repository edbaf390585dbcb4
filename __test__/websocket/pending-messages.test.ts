/** Messages whose bytes the program has yet to give, and the messages behind them. */
import test from "ava";
import { AsyncClient, MockTransport, WebSocketDisconnect, type WebSocketSession } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { deferred, eventually, settling } from "../helpers/waiting.js";
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  type RawSession,
  TEXT,
  closeFrame,
  frame,
  startWebSocketServer,
} from "../helpers/websocket-server.js";

/** Gives one piece and then nothing, not even its end. */
async function* endless(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("first");
  await new Promise(() => {});
}

/** Sends that wait for the program, and for each other. */
function pendingSends(session: WebSocketSession): Promise<unknown>[] {
  const sends = [session.send(endless()), session.send("behind it"), session.send([Buffer.from("and it")])];
  return sends.map(rejection);
}

const ends: [string, (session: WebSocketSession, peer: RawSession, abort: AbortController) => unknown][] = [
  ["a close of the server", (_session, peer) => peer.send(closeFrame(4000))],
  ["a cut", (_session, peer) => peer.connection.reset()],
  ["an offence of the server", (_session, peer) => peer.send(frame(3, "reserved"))],
  ["an abort", (_session, _peer, controller) => controller.abort(new Error("enough"))],
  ["close(), at the close timeout", (session) => session.close()],
];

for (const [name, end] of ends) {
  test(`${name} ends sends whose bytes the program does not give`, async (t) => {
    const over = deferred();
    const opened = deferred<RawSession>();
    await using server = await startWebSocketServer(async (session) => {
      opened.resolve(session);
      await over.promise;
    });
    await using client = new AsyncClient();
    const controller = new AbortController();
    const { signal } = controller;
    const session = await client.websocket(server.url, { signal, closeTimeout: 50 });
    const sends = pendingSends(session);
    const ending = Promise.resolve(end(session, await opened.promise, controller));
    for (const send of sends) {
      const error = await settling(send);
      if (signal.aborted) t.is(error, signal.reason);
      else t.true(error instanceof WebSocketDisconnect, String(error));
    }
    await settling(ending);
    await settling(session.close());
    over.resolve();
  });
}

test("a closed client ends sends whose bytes the program does not give", async (t) => {
  await using server = await startWebSocketServer((session) => session.connection.closed());
  const client = new AsyncClient();
  const sends = pendingSends(await client.websocket(server.url));
  await settling(client.aclose());
  for (const send of sends) t.true((await settling(send)) instanceof WebSocketDisconnect);
});

test("close() waits for an iterable that gives its pieces in time", async (t) => {
  const frames: [number, boolean, string][] = [];
  await using server = await startWebSocketServer(async (session) => {
    for (let next = await session.receiveData(); next; next = await session.receiveData()) {
      frames.push([next.opcode, next.isFinal, next.opcode === CLOSE ? "" : next.payload.toString()]);
      if (next.opcode === CLOSE) return void (await session.send(frame(CLOSE, next.payload)));
    }
  });
  await using client = new AsyncClient();
  const session = await client.websocket(server.url);
  const gate = deferred();
  const sent = session.send(
    (async function* () {
      yield Buffer.from("a");
      yield Buffer.from("b");
      await gate.promise;
      yield Buffer.from("c");
    })(),
  );
  const behind = session.send("text");
  const closed = session.close();
  await eventually("the first piece came", () => frames.length > 0);
  gate.resolve();
  await Promise.all([sent, behind, closed]);
  t.deepEqual(frames, [
    [BINARY, false, "a"],
    [CONTINUATION, false, "b"],
    [CONTINUATION, true, "c"],
    [TEXT, true, "text"],
    [CLOSE, true, ""],
  ]);
});

test("an iterable is left when its session has ended", async (t) => {
  await using server = await startWebSocketServer((session) => session.connection.closed());
  await using client = new AsyncClient();
  const session = await client.websocket(server.url);
  const left = deferred();
  let asked = 0;
  const sent = session.send({
    [Symbol.asyncIterator]: () => ({
      next: () => ++asked === 1 && new Promise<never>(() => {}),
      return: () => {
        left.resolve();
        return Promise.reject(new Error("nobody hears of it"));
      },
    }),
  } as unknown as AsyncIterable<Uint8Array>);
  const ended = rejection(sent);
  await eventually("the first piece is awaited", () => asked === 1);
  const closed = client.aclose();
  t.true((await settling(ended)) instanceof WebSocketDisconnect);
  await settling(left.promise);
  await closed;
});

test("bytes that wait behind an iterable may be changed, and count as buffered", async (t) => {
  const received: string[] = [];
  await using server = await startWebSocketServer(async (session) => {
    for (let next = await session.receiveData(); next; next = await session.receiveData()) {
      if (next.opcode === CLOSE) return void (await session.send(frame(CLOSE, next.payload)));
      received.push(next.payload.toString());
    }
  });
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  const gate = deferred();
  const bytes = Buffer.from("as sent");
  const sends = [
    session.send(
      (async function* (): AsyncGenerator<Uint8Array> {
        await gate.promise;
        yield Buffer.from("pieces");
      })(),
    ),
    session.send(bytes),
    session.send("é"),
    session.send(new Blob(["blob"])),
  ];
  t.is(session.bufferedAmount, 7 + 2 + 4);
  bytes.fill(0);
  gate.resolve();
  await Promise.all(sends);
  await eventually("all has come", () => received.length === 4);
  t.deepEqual(received, ["pieces", "as sent", "é", "blob"]);
  await eventually("the connection has taken all", () => session.bufferedAmount === 0);
});

test("an abort ends a session whose server is a script", async (t) => {
  const closeCodes: (number | null)[] = [];
  const played = deferred();
  await using client = new AsyncClient({
    transport: new MockTransport(() =>
      MockTransport.webSocket(async (socket) => {
        t.is(await socket.receive(), "heard");
        void socket.send("not received before the abort");
        await played.promise;
        closeCodes.push(socket.closeCode);
      }),
    ),
  });
  const controller = new AbortController();
  const { signal } = controller;
  const session = await client.websocket("ws://chat.test/", { signal });
  await session.send("heard");
  const sends = [...pendingSends(session), rejection(session.send("nobody receives it"))];
  const reason = new Error("enough");
  controller.abort(reason);
  for (const send of sends) t.is(await settling(send), reason);
  t.is(await rejection(settling(session.receive())), reason);
  t.is(session.closeCode, 1006);
  played.resolve();
  await eventually("the script has seen the end", () => closeCodes.length === 1);
  t.deepEqual(closeCodes, [1001]);
});

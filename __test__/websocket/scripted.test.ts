/** WebSockets whose server is a script of a MockTransport. */
import test from "ava";
import {
  AsyncClient,
  MockTransport,
  type MockWebSocket,
  WebSocketDisconnect,
  type WebSocketNetworkError,
  WebSocketUpgradeError,
} from "httpxide";
import { rejection } from "../helpers/failures.js";
import { deferred, settling } from "../helpers/waiting.js";

function clientOf(
  script: (socket: MockWebSocket) => void | Promise<void>,
  subprotocol?: string,
): AsyncClient {
  const options = subprotocol === undefined ? {} : { subprotocol };
  return new AsyncClient({ transport: new MockTransport(() => MockTransport.webSocket(script, options)) });
}

test("messages go both ways, and the session ends with the script", async (t) => {
  await using client = clientOf(async (socket) => {
    t.is(String(socket.request.url), "https://chat.test/room");
    await socket.send("welcome");
    t.is(await socket.receive(), "text");
    t.deepEqual(await socket.receive(), new Uint8Array([1, 2, 3]));
    t.deepEqual(await socket.receive(), new Uint8Array([4, 5]));
    await socket.send(new Uint8Array([6]));
  }, "own");
  const session = await client.websocket("wss://chat.test/room", { subprotocols: ["own"] });
  t.is(session.subprotocol, "own");
  t.is(await session.receive(), "welcome");
  await session.send("text");
  await session.send(new Uint8Array([1, 2, 3]));
  await session.send([new Uint8Array([4]), new Uint8Array([5])]);
  const rest = [];
  for await (const message of session) rest.push(message);
  t.deepEqual(rest, [new Uint8Array([6])]);
  t.is(session.closeCode, 1000);
});

test("what either side has sent may be changed", async (t) => {
  const change = async (send: (bytes: Uint8Array) => void | Promise<void>): Promise<void> => {
    const bytes = Buffer.from("as sent");
    const sent = send(bytes);
    bytes.fill(0);
    await sent;
  };
  await using client = clientOf(async (socket) => {
    t.is(Buffer.from((await socket.receive()) as Uint8Array).toString(), "as sent");
    await change((bytes) => socket.send(bytes));
  });
  const session = await client.websocket("ws://chat.test/");
  await change((bytes) => session.send(bytes));
  t.is(Buffer.from(await session.receiveBytes()).toString(), "as sent");
});

test("either side may close, and the other learns code and reason", async (t) => {
  await using closing = clientOf((socket) => socket.close(4000, "own"));
  const closed = await closing.websocket("ws://chat.test/");
  t.like(await rejection(closed.receive()), { code: 4000, reason: "own" });
  const codes: (number | null)[] = [];
  await using waiting = clientOf(async (socket) => {
    t.is(await socket.receive(), null);
    codes.push(socket.closeCode);
  });
  const session = await waiting.websocket("ws://chat.test/");
  await session.close(3000);
  await rejection(session.receive());
  t.deepEqual(codes, [3000]);
});

test("an exception of the script ends the session with 1011, and is its cause", async (t) => {
  const reason = new Error("the script's own");
  await using client = clientOf(() => Promise.reject(reason));
  const session = await client.websocket("ws://chat.test/");
  const error = (await rejection(session.receive())) as WebSocketDisconnect;
  t.true(error instanceof WebSocketDisconnect);
  t.is(error.code, 1011);
  t.is(error.cause, reason);
});

test("a closed client ends its session, and the script learns 1001", async (t) => {
  const code = deferred<number | null>();
  const client = clientOf(async (socket) => {
    t.is(await socket.receive(), null);
    code.resolve(socket.closeCode);
  });
  const session = await client.websocket("ws://chat.test/");
  const received = rejection(session.receive());
  await client.aclose();
  const error = (await settling(received)) as WebSocketDisconnect;
  t.true(error instanceof WebSocketDisconnect);
  t.is(error.code, 1006);
  t.is((error.cause as WebSocketNetworkError).code, "ERR_CLIENT_CLOSED");
  t.is(await settling(code.promise), 1001);
});

test("closing the response of the handshake closes the session", async (t) => {
  const codes: (number | null)[] = [];
  await using client = clientOf(async (socket) => {
    t.is(await socket.receive(), null);
    codes.push(socket.closeCode);
  });
  const session = await client.websocket("ws://chat.test/");
  const waiting = rejection(session.receive());
  t.false(session.response.isClosed);
  await session.response.aclose();
  t.like(await waiting, { code: 1000 });
  t.true(session.response.isClosed && session.isClosed);
  t.deepEqual(codes, [1000]);
});

test("a session that its script has closed was not closed by the client", async (t) => {
  const closed = deferred();
  const code = deferred<number | null>();
  await using client = clientOf(async (socket) => {
    socket.close(4000);
    await closed.promise;
    code.resolve(socket.closeCode);
  });
  const session = await client.websocket("ws://chat.test/");
  await session.response.aclose();
  await session.close(3000);
  closed.resolve();
  t.is(await code.promise, null);
  t.is(session.closeCode, 4000);
});

test("a subprotocol that was not offered is refused", async (t) => {
  await using client = clientOf(() => {}, "other");
  const error = await rejection(client.websocket("ws://chat.test/", { subprotocols: ["own"] }));
  t.true(error instanceof WebSocketUpgradeError);
});

/** The platform's class, `httpxide/websocket`. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test from "ava";
import { WebSocket, type PlatformWebSocket, createWebSocket } from "httpxide/websocket";
import { WebSocketServer } from "ws";
import { closeFrame, frame, startWebSocketServer } from "../helpers/websocket-server.js";

async function startEcho() {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "two" });
  server.on("connection", (socket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await once(server, "listening");
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.dispose]: () => void server.close(),
  };
}

function event(socket: PlatformWebSocket, type: string): Promise<any> {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
}

test("it opens, carries messages and closes as the platform's class does", async (t) => {
  using server = await startEcho();
  const socket = new WebSocket(server.url, ["one", "two"]);
  t.is(socket.readyState, WebSocket.CONNECTING);
  t.is(socket.url, server.url);
  t.is(socket.binaryType, "blob");
  t.throws(() => socket.send("early"), { any: true, name: "InvalidStateError" });
  t.throws(() => Reflect.apply(socket.send, socket, []) as unknown, { instanceOf: TypeError });
  await event(socket, "open");
  t.is(socket.readyState, socket.OPEN);
  t.is(socket.protocol, "two");
  let received = event(socket, "message");
  socket.send("text");
  t.like(await received, { data: "text", origin: server.url.slice(0, -1) });
  t.is(String(await received), "[object MessageEvent]");
  received = event(socket, "message");
  socket.send(new Uint8Array([1, 2, 3]));
  const blob: Blob = (await received).data;
  t.true(blob instanceof Blob);
  t.deepEqual(new Uint8Array(await blob.arrayBuffer()), new Uint8Array([1, 2, 3]));
  socket.binaryType = "arraybuffer";
  socket.binaryType = "other" as never;
  received = event(socket, "message");
  socket.send(new Blob(["blob"]));
  const { data } = await received;
  t.true(data instanceof ArrayBuffer);
  t.is(Buffer.from(data).toString(), "blob");
  const closing = event(socket, "close");
  socket.close(3000, "done");
  t.is(socket.readyState, WebSocket.CLOSING);
  socket.send("late");
  t.is(socket.bufferedAmount, 4);
  t.like(await closing, { code: 3000, reason: "done", wasClean: true });
  t.is(String(await closing), "[object CloseEvent]");
  t.is(socket.readyState, WebSocket.CLOSED);
});

for (const [name, replaced] of [
  ["another class", EventTarget],
  ["a plain object", {}],
] as const) {
  test.serial(`a Blob is sent as bytes while ${name} stands in the place of its class`, async (t) => {
    using server = await startEcho();
    const socket = new WebSocket(server.url);
    await event(socket, "open");
    socket.binaryType = "arraybuffer";
    const received = event(socket, "message");
    const platform = globalThis.Blob;
    const blob = new Blob(["blob"]);
    try {
      Object.assign(globalThis, { Blob: replaced });
      socket.send(blob);
      t.is(socket.bufferedAmount, 4);
    } finally {
      globalThis.Blob = platform;
    }
    const { data } = await received;
    t.true(data instanceof ArrayBuffer);
    t.is(Buffer.from(data).toString(), "blob");
    socket.close();
  });
}

test("close() without a code sends none", async (t) => {
  using server = await startEcho();
  const socket = new WebSocket(server.url);
  await event(socket, "open");
  const closing = event(socket, "close");
  socket.close();
  t.like(await closing, { code: 1005, reason: "", wasClean: true });
});

test("a server that closes, and one that breaks off", async (t) => {
  await using closing = await startWebSocketServer(async (session) => {
    await session.send(frame(1, "last"), closeFrame(4000, "own"));
    await session.receive();
  });
  const seen: string[] = [];
  const socket = new WebSocket(closing.url);
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the attribute is what is tested
  socket.onmessage = ({ data }) => seen.push(data);
  socket.addEventListener("error", () => seen.push("error"));
  t.like(await event(socket, "close"), { code: 4000, reason: "own", wasClean: true });
  t.deepEqual(seen, ["last"]);

  await using breaking = await startWebSocketServer(async () => {});
  const broken = new WebSocket(breaking.url);
  const failing = event(broken, "error");
  t.like(await event(broken, "close"), { code: 1006, wasClean: false });
  t.is((await failing).error.code, 1006);
});

test("a handshake that fails is an error, then a close", async (t) => {
  const socket = new WebSocket("ws://127.0.0.1:1/");
  const failing = event(socket, "error");
  t.like(await event(socket, "close"), { code: 1006, reason: "", wasClean: false });
  t.is((await failing).error.code, "ECONNREFUSED");
  t.is(socket.readyState, 3);
});

test("a WebSocket closed while it connects never opens", async (t) => {
  await using server = await startWebSocketServer((session) => session.connection.closed());
  const socket = new WebSocket(server.url);
  socket.addEventListener("open", () => t.fail("it opened"));
  socket.close();
  t.is(socket.readyState, 2);
  t.like(await event(socket, "close"), { code: 1006, wasClean: false });
});

test("arguments that it cannot have are DOMExceptions", async (t) => {
  using server = await startEcho();
  for (const [url, protocols] of [
    ["not a URL", []],
    ["ftp://a/", []],
    ["ws://a/#b", []],
    [server.url, ["a", "a"]],
    [server.url, ["a b"]],
    [server.url, ""],
  ] as const) {
    t.throws(
      () => new WebSocket(url, protocols),
      { any: true, name: "SyntaxError", instanceOf: DOMException },
      url,
    );
  }
  const socket = new WebSocket(server.url.replace("ws", "http"));
  t.is(socket.url, server.url);
  await event(socket, "open");
  t.throws(() => socket.close(1001), { any: true, name: "InvalidAccessError" });
  t.throws(() => socket.close(1000, "é".repeat(62)), { any: true, name: "SyntaxError" });
  socket.close();
  await event(socket, "close");
});

test("a class of a client has its headers and auth, and the limit that it was given", async (t) => {
  const seen: string[][] = [];
  await using server = await startWebSocketServer(async (session) => {
    seen.push(session.request.values("authorization"), session.request.values("x-own"));
    await session.send(frame(2, Buffer.alloc(11)));
    await session.receive();
  });
  const Limited = createWebSocket({ auth: ["user", "password"] }, { maxMessageBytes: 10 });
  const socket = new Limited(server.url, { headers: { "X-Own": "1" } });
  t.like(await event(socket, "close"), { code: 1006, wasClean: false });
  t.deepEqual(seen, [[`Basic ${Buffer.from("user:password").toString("base64")}`], ["1"]]);
});

test("a relative URL belongs to the client's base URL", async (t) => {
  const paths: (string | undefined)[] = [];
  const app = createServer();
  new WebSocketServer({ server: app }).on("connection", (socket, { url }) => {
    paths.push(url);
    socket.close();
  });
  const socket = new (createWebSocket({ app, baseUrl: "https://app/v1" }))("/chat");
  t.is(socket.url, "wss://app/v1/chat");
  await event(socket, "close");
  t.deepEqual(paths, ["/v1/chat"]);
});

test("a server that chooses none of the subprotocols, and one that breaks the protocol, fail with 1006", async (t) => {
  await using server = await startWebSocketServer(async (session) => {
    await session.send(frame(3, "reserved"));
    await session.receive();
  });
  for (const [protocols, opens] of [
    [["one"], false],
    [[], true],
  ] as const) {
    const socket = new WebSocket(server.url, protocols);
    let opened = false;
    socket.addEventListener("open", () => (opened = true));
    const failing = event(socket, "error");
    t.like(await event(socket, "close"), { code: 1006, reason: "", wasClean: false });
    t.true((await failing).error instanceof Error);
    t.is(opened, opens);
  }
});

test("its state is read-only, and it is named as the platform's class", async (t) => {
  using server = await startEcho();
  const socket = new WebSocket(server.url, "two");
  for (const name of ["readyState", "url", "protocol", "extensions"] as const) {
    t.false(Object.hasOwn(socket, name));
    t.throws(() => ((socket as unknown as Record<string, unknown>)[name] = 7), { instanceOf: TypeError });
  }
  t.is(String(socket), "[object WebSocket]");
  const closing = event(socket, "close");
  socket.close();
  await closing;
  t.throws(() => Reflect.construct(WebSocket, []), { instanceOf: TypeError });
});

test("its members are those of the platform's class", async (t) => {
  using server = await startEcho();
  const socket = new WebSocket(server.url, ["two"]);
  t.deepEqual([WebSocket.length, socket.send.length, socket.close.length], [1, 1, 0]);
  const names = new Set<string>();
  // oxlint-disable-next-line guard-for-in -- inherited members are what is looked at
  for (const name in socket) names.add(name);
  for (const name of ["url", "readyState", "bufferedAmount", "send", "close", "onopen", "OPEN"]) {
    t.true(names.has(name), name);
  }
  t.false(names.has("constructor"));
  // an object of another class has no handlers
  t.throws(() => WebSocket.prototype.onopen, { instanceOf: TypeError });
  t.throws(() => Object.assign(WebSocket.prototype, { onopen: () => {} }), { instanceOf: TypeError });
  t.is(WebSocket.prototype.addEventListener, EventTarget.prototype.addEventListener);
  const closing = event(socket, "close");
  socket.close();
  await closing;
});

test("a handler keeps its place among the listeners until it is taken away, and may be any object", async (t) => {
  using server = await startEcho();
  const seen: string[] = [];
  const socket = new WebSocket(server.url, "two");
  const handle = (name: string) => () => void seen.push(name);
  // oxlint-disable unicorn/prefer-add-event-listener -- the attribute is what is tested
  socket.onopen = handle("replaced");
  socket.addEventListener("open", handle("listener"));
  socket.onopen = handle("first");
  socket.onclose = handle("taken away");
  socket.addEventListener("close", handle("listener"));
  socket.onclose = null;
  t.is(socket.onclose, null);
  socket.onclose = handle("last");
  const object = { handleEvent: handle("not called") };
  socket.onmessage = object as never;
  t.is(socket.onmessage as unknown, object);
  // oxlint-enable unicorn/prefer-add-event-listener
  await event(socket, "open");
  socket.send("x");
  await event(socket, "message");
  const closing = event(socket, "close");
  socket.close();
  await closing;
  t.deepEqual(seen, ["first", "listener", "listener", "last"]);
});

test("arguments are converted as the platform converts them", async (t) => {
  using server = await startEcho();
  for (const [given, offered] of [
    [null, "null"],
    [123, "123"],
    [[null, 4], "null"],
    [new Set(["two"]), "two"],
  ] as const) {
    const protocols: unknown[] = [];
    await using raw = await startWebSocketServer(async (session) => {
      protocols.push(session.request.values("sec-websocket-protocol")[0]?.split(", ")[0]);
      await session.answerClose();
    });
    const socket = new WebSocket(raw.url, given as never);
    await event(socket, "close");
    t.deepEqual(protocols, [offered]);
  }
  const symbol = Symbol("name") as never;
  t.throws(() => new WebSocket(symbol), { instanceOf: TypeError });
  t.throws(() => new WebSocket(server.url, symbol), { instanceOf: TypeError });
  for (const [code, reason, sent] of [
    ["1000", undefined, { code: 1000, reason: "" }],
    ["3000", 7, { code: 3000, reason: "7" }],
    [999.6, null, { code: 1000, reason: "null" }],
    [3000.5, "half", { code: 3000, reason: "half" }],
    [undefined, "alone", { code: 1000, reason: "alone" }],
  ] as const) {
    const socket = new WebSocket(server.url, "two");
    await event(socket, "open");
    t.throws(() => socket.send(symbol), { instanceOf: TypeError });
    for (const refused of [null, "text", NaN, 2 ** 16 + 1000, 2999, 4999.6]) {
      t.throws(() => socket.close(refused as never), { any: true, name: "InvalidAccessError" });
    }
    const closing = event(socket, "close");
    socket.close(code as never, reason as never);
    t.like(await closing, { ...sent, wasClean: true });
  }
});

test("what waits behind a Blob is buffered, and sent in order", async (t) => {
  using server = await startEcho();
  const socket = new WebSocket(server.url, "two");
  await event(socket, "open");
  socket.binaryType = "arraybuffer";
  const received: string[] = [];
  socket.addEventListener("message", ({ data }) => {
    received.push(typeof data === "string" ? data : Buffer.from(data).toString());
    if (received.length === 4) socket.close();
  });
  for (const message of [new Blob(["blob"]), "text", new Blob(["other"]), Buffer.from("bytes")])
    socket.send(message);
  t.is(socket.bufferedAmount, 4 + 4 + 5 + 5);
  await event(socket, "close");
  t.deepEqual(received, ["blob", "text", "other", "bytes"]);
});

test("createWebSocket refuses options that it does not have", (t) => {
  const create = createWebSocket as (client: undefined, options: unknown) => unknown;
  t.throws(() => create(undefined, { maxMessageByte: 1 }), {
    instanceOf: TypeError,
    message: /Did you mean maxMessageBytes\?/,
  });
  t.throws(() => create(undefined, { maxMessageBytes: -1 }), { instanceOf: RangeError });
  t.throws(() => create(undefined, null), { instanceOf: TypeError });
});

/** Messages of a session, both ways, and its ends. */
import test from "ava";
import {
  AsyncClient,
  NetworkError,
  RemoteProtocolError,
  WebSocketDisconnect,
  WebSocketInvalidType,
  WebSocketNetworkError,
  type WebSocketSession,
} from "httpxide";
import { rejection } from "../helpers/failures.js";
import { deferred, eventually, steady } from "../helpers/waiting.js";
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  PING,
  PONG,
  TEXT,
  closeFrame,
  codeOf,
  echo,
  frame,
  startWebSocketServer,
} from "../helpers/websocket-server.js";

async function disconnection(promise: Promise<unknown>): Promise<WebSocketDisconnect> {
  const error = await rejection(promise);
  if (!(error instanceof WebSocketDisconnect)) throw error;
  return error;
}

async function gather(session: WebSocketSession): Promise<(string | Uint8Array)[]> {
  const messages = [];
  for await (const message of session) messages.push(message);
  return messages;
}

test("every kind of message goes to the server and comes back", async (t) => {
  await using server = await startWebSocketServer(echo);
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url.replace("http", "ws"));
  for (const text of ["", "a", "é€😀", "x".repeat(126), "é".repeat(40_000), "y".repeat(200_000)]) {
    await session.send(text);
    t.is(await session.receive(), text);
  }
  for (const length of [0, 1, 125, 126, 65_535, 65_536, 300_000]) {
    const bytes = new Uint8Array(length).map((_, at) => at % 251);
    await session.send(bytes);
    t.deepEqual(await session.receiveBytes(), bytes);
  }
  await session.send(new Uint8Array([1, 2]).buffer);
  t.deepEqual(await session.receiveBytes(), new Uint8Array([1, 2]));
  await session.send(new Blob(["blob"]));
  t.deepEqual(Buffer.from(await session.receiveBytes()).toString(), "blob");
  await session.sendJson({ a: [1, null] });
  t.deepEqual(await session.receiveJson(), { a: [1, null] });
  t.is(session.bufferedAmount, 0);
});

test("sendJson() refuses what the option json refuses, and sends nothing", async (t) => {
  await using server = await startWebSocketServer(echo);
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  for (const [value, message] of [
    [Promise.resolve({ a: 1 }), /^value must be .*not a promise: await it first/],
    [new Map([["a", 1]]), /^value must be .*not a Map/],
    [session.response, /^value must be .*not a Response: read its body first/],
    [undefined, /^value: Object of type undefined is not JSON serializable/],
  ] as const) {
    await t.throwsAsync(session.sendJson(value), {
      instanceOf: TypeError,
      message,
      code: "ERR_INVALID_ARG_TYPE",
    });
  }
  await t.throwsAsync(session.sendJson({ a: NaN }), { instanceOf: RangeError });
  await session.sendJson({ a: 1 });
  t.deepEqual(await session.receiveJson(), { a: 1 });
});

test("a message of pieces goes as fragments of one message, and others wait for its end", async (t) => {
  const frames: [number, boolean, string][] = [];
  await using server = await startWebSocketServer(async (session) => {
    for (let next = await session.receiveData(); next; next = await session.receiveData()) {
      if (next.opcode === CLOSE) return void (await session.send(frame(CLOSE, next.payload)));
      frames.push([next.opcode, next.isFinal, next.payload.toString()]);
      t.true(next.isMasked);
    }
  });
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  const gate = deferred();
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("one ");
    yield Buffer.from("two ");
    await gate.promise;
    yield Buffer.from("three");
  }
  const sent = [
    session.send(pieces()),
    session.send("after"),
    session.send([Buffer.from("a")]),
    session.send([]),
  ];
  await eventually("the first fragment came", () => frames.length === 1);
  gate.resolve();
  await Promise.all(sent);
  await session.close();
  t.deepEqual(frames, [
    [BINARY, false, "one "],
    [CONTINUATION, false, "two "],
    [CONTINUATION, true, "three"],
    [TEXT, true, "after"],
    [BINARY, true, "a"],
    [BINARY, true, ""],
  ]);
});

test("an iterable that throws ends a session whose message it has begun", async (t) => {
  const codes: number[] = [];
  await using server = await startWebSocketServer(
    async (session) => void codes.push(await session.answerClose()),
  );
  await using client = new AsyncClient();
  const session = await client.websocket(server.url);
  const reason = new Error("no more");
  const failing = (async function* () {
    yield Buffer.from("a");
    yield Buffer.from("b");
    throw reason;
  })();
  t.is(await rejection(session.send(failing)), reason);
  await session.close();
  t.deepEqual(codes, [1011]);
});

test("what is sent may be changed as soon as send() has returned", async (t) => {
  await using server = await startWebSocketServer(echo);
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  for (const bytes of [new Uint8Array(10), new Uint8Array(100_000), Buffer.alloc(100_000)]) {
    bytes.fill(1);
    const sending = session.send(bytes);
    bytes.fill(2);
    await sending;
    t.true((await session.receiveBytes()).every((byte) => byte === 1));
  }
});

test("the pieces of a message may lie in one buffer, which is filled again for each", async (t) => {
  await using server = await startWebSocketServer(echo);
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  const buffer = Buffer.alloc(2);
  await session.send(
    (async function* () {
      for (const text of ["ab", "cd", "ef"]) {
        buffer.write(text);
        yield buffer;
      }
    })(),
  );
  t.is(Buffer.from(await session.receiveBytes()).toString(), "abcdef");
});

test("concurrent receive() calls are answered in order", async (t) => {
  await using server = await startWebSocketServer(async (session) => {
    await session.receiveData();
    await session.send(...["a", "b", "c", "d"].map((text) => frame(TEXT, text)));
    await session.answerClose();
  });
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  const receiving = [session.receive(), session.receiveText(), session.receive()];
  await session.send("go");
  t.deepEqual(await Promise.all(receiving), ["a", "b", "c"]);
  t.is(await session.receive(), "d");
});

test("a message of the other type is an error that has it", async (t) => {
  await using server = await startWebSocketServer(async (session) => {
    await session.send(frame(TEXT, "text"), frame(BINARY, "bytes"));
    await session.answerClose();
  });
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  const first = (await rejection(session.receiveBytes())) as WebSocketInvalidType;
  t.true(first instanceof WebSocketInvalidType);
  t.is(first.data, "text");
  t.true((await rejection(session.receiveText())) instanceof WebSocketInvalidType);
});

test("fragments with control frames between them are one message", async (t) => {
  await using server = await startWebSocketServer(async (session) => {
    await session.send(
      frame(TEXT, "frag", { isFinal: false }),
      frame(PING, "between"),
      frame(CONTINUATION, "", { isFinal: false }),
      frame(PONG, "unasked"),
      frame(CONTINUATION, "ment"),
    );
    const pong = await session.receiveData();
    t.is(pong?.opcode, PONG);
    t.is(pong?.payload.toString(), "between");
    await session.answerClose();
  });
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  t.is(await session.receive(), "fragment");
});

test("frames that arrive byte by byte are the same frames", async (t) => {
  const message = "é€😀".repeat(50);
  await using server = await startWebSocketServer(async (session) => {
    const bytes = Buffer.concat([frame(TEXT, message), frame(BINARY, "x"), closeFrame(1000, "tschüß")]);
    await session.connection.sendPieces([...bytes].map((byte) => Buffer.from([byte])));
    await session.receiveData();
  });
  await using client = new AsyncClient();
  const session = await client.websocket(server.url);
  t.deepEqual(await gather(session), [message, new Uint8Array([0x78])]);
  t.is(session.closeReason, "tschüß");
  await session.close();
});

test("ping() tells the time of its pong, and a pong answers all pings before it", async (t) => {
  await using server = await startWebSocketServer(async (session) => {
    const pings = [await session.receive(), await session.receive(), await session.receive()];
    await session.send(frame(PONG, "unasked"), frame(PONG, pings[2]!.payload));
    await echo(session);
  });
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url, { pingInterval: null });
  const times = await Promise.all([session.ping(), session.ping(), session.ping()]);
  t.true(
    times.every((time) => time >= 0 && time < 10_000),
    String(times),
  );
  t.true((await session.ping(Buffer.from("own"))) >= 0);
  t.true((await rejection(session.ping(new Uint8Array(126)))) instanceof RangeError);
});

for (const [code, reason, isGood] of [
  [1000, "bye", true],
  [1001, "", true],
  [undefined, "", true],
  [1008, "policy", false],
  [4000, "own", false],
] as const) {
  test(`a close of the server with ${code ?? "no code"} ends the messages`, async (t) => {
    const answers: number[] = [];
    await using server = await startWebSocketServer(async (session) => {
      await session.send(frame(TEXT, "last"), closeFrame(code, reason));
      answers.push(codeOf((await session.receiveData())!));
    });
    await using client = new AsyncClient();
    const session = await client.websocket(server.url);
    const gathered: unknown[] = [];
    const iterating = (async () => {
      for await (const message of session) gathered.push(message);
    })();
    const expected = code ?? 1005;
    if (isGood) await iterating;
    else t.like(await disconnection(iterating), { code: expected, reason });
    t.deepEqual(gathered, ["last"]);
    t.like(await disconnection(session.receive()), { code: expected, reason, cause: undefined });
    t.like(await disconnection(session.send("late")), { code: expected });
    t.like(await disconnection(session.ping()), { code: expected });
    t.true(session.isClosed);
    t.is(session.closeCode, expected);
    await session.close();
    t.deepEqual(answers, [expected]);
    t.like(client.stats(), { connections: { active: 0, idle: 0 } });
  });
}

test("close() sends what was sent before it, then code and reason, and waits for the answer", async (t) => {
  const frames: string[] = [];
  await using server = await startWebSocketServer(async (session) => {
    for (let next = await session.receiveData(); next; next = await session.receiveData()) {
      frames.push(next.payload.toString("latin1"));
      if (next.opcode === CLOSE) return void (await session.send(closeFrame(3001, "seen")));
    }
  });
  await using client = new AsyncClient();
  const session = await client.websocket(server.url);
  void session.send("first");
  await session.close(3000, "because");
  t.deepEqual(frames, ["first", "\x0b\xb8because"]);
  t.is(session.closeCode, 3001);
  t.is(session.closeReason, "seen");
  await session.close();
  t.true((await rejection(session.close(1005))) instanceof RangeError);
  t.true((await rejection(session.close(1000, "é".repeat(62)))) instanceof RangeError);
  t.like(client.stats(), { connections: { active: 0 } });
});

test("a server that does not answer the close frame is waited for until closeTimeout", async (t) => {
  await using server = await startWebSocketServer(async (session) => {
    await session.connection.closed();
  });
  await using client = new AsyncClient();
  const session = await client.websocket(server.url, { closeTimeout: 200 });
  const receiving = disconnection(session.receive());
  await session.close();
  const error = await receiving;
  t.is(error.code, 1006);
  t.true(error.cause instanceof WebSocketNetworkError);
  t.is((error.cause as WebSocketNetworkError).code, "ERR_WEBSOCKET_CLOSE_TIMEOUT");
  t.like(client.stats(), { connections: { active: 0 } });
});

test("a cut connection is a 1006 with a network error, after the messages that came", async (t) => {
  for (const end of ["close", "reset"] as const) {
    await using server = await startWebSocketServer(async (session) => {
      await session.send(frame(TEXT, "last"));
      if (end === "close") return;
      await session.receiveData();
      session.connection.reset();
    });
    await using client = new AsyncClient();
    const session = await client.websocket(server.url);
    t.is(await session.receive(), "last");
    const receiving = disconnection(session.receive());
    if (end === "reset") await session.send("go");
    const error = await receiving;
    t.is(error.code, 1006);
    t.true(error.cause instanceof WebSocketNetworkError && error.cause instanceof NetworkError);
    t.is((error.cause as WebSocketNetworkError).code, end === "close" ? "ERR_WEBSOCKET_CUT" : "ECONNRESET");
    await session.close();
    t.like(client.stats(), { connections: { active: 0 } });
  }
});

test("an abort ends an open session with its reason", async (t) => {
  await using server = await startWebSocketServer(async (session) => session.connection.closed());
  await using client = new AsyncClient();
  const controller = new AbortController();
  const session = await client.websocket(server.url, { signal: controller.signal });
  const pending = [rejection(session.receive()), rejection(session.ping())];
  const reason = new Error("enough");
  controller.abort(reason);
  t.deepEqual(await Promise.all(pending), [reason, reason]);
  t.is(await rejection(session.send("x")), reason);
  t.true(session.isClosed);
  await session.close();
  t.like(client.stats(), { connections: { active: 0 } });
});

test("a closed client ends its sessions and tells the server", async (t) => {
  const codes: (number | null)[] = [];
  await using server = await startWebSocketServer(async (session) => {
    const last = await session.receiveData();
    codes.push(last && codeOf(last));
  });
  const client = new AsyncClient();
  const session = await client.websocket(server.url);
  const receiving = disconnection(session.receive());
  await client.aclose();
  const error = await receiving;
  t.is(error.code, 1006);
  t.is((error.cause as WebSocketNetworkError).code, "ERR_CLIENT_CLOSED");
  await eventually("the server knows", () => codes.length === 1);
  t.deepEqual(codes, [1001]);
});

test("the form with a function closes the session on every exit", async (t) => {
  const codes: number[] = [];
  await using server = await startWebSocketServer(
    async (session) => void codes.push(await session.answerClose()),
  );
  await using client = new AsyncClient();
  t.is(await client.websocket(server.url, {}, (session) => session.closeCode ?? "open"), "open");
  const reason = new Error("failed");
  t.is(await rejection(client.websocket(server.url, {}, () => Promise.reject(reason))), reason);
  t.deepEqual(codes, [1000, 1000]);
});

test("leaving a loop early leaves the session open", async (t) => {
  await using server = await startWebSocketServer(echo);
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  await session.send("one");
  for await (const message of session) {
    t.is(message, "one");
    break;
  }
  await session.send("two");
  t.is(await session.receive(), "two");
});

test("a flood that nobody receives is held back in the socket, and a ping before it is answered", async (t) => {
  const all = 64;
  const size = 512 * 1024;
  for (const pingTimeout of [1000, 6000]) {
    let pong = "";
    await using server = await startWebSocketServer(async (session) => {
      await session.send(frame(PING, "before"));
      pong = (await session.receiveData())!.payload.toString();
      for (let sent = 0; sent < all; sent += 1) await session.send(frame(BINARY, Buffer.alloc(size, sent)));
      await session.answerClose();
    });
    await using client = new AsyncClient();
    await using session = await client.websocket(server.url, { pingTimeout, pingInterval: 100 });
    const sent = await steady(() => server.bytesSent, 1.5 * pingTimeout);
    // the pong of a busy machine may be too late, while nothing holds it back
    if (session.isClosed && pingTimeout === 1000) continue;
    t.is(pong, "before");
    t.true(sent < (all * size) / 2, `${sent} bytes were sent`);
    t.false(session.isClosed, "the pong clock stands still while messages hold the pong back");
    for (let received = 0; received < all; received += 1) {
      const bytes = await session.receiveBytes();
      if (bytes.length !== size || bytes[0] !== received) return t.fail(`message ${received}`);
    }
    return;
  }
});

test("send() waits for a server that does not read", async (t) => {
  const go = deferred();
  let received = 0;
  await using server = await startWebSocketServer(async (session) => {
    await go.promise;
    for (let next = await session.receiveData(); next; next = await session.receiveData()) {
      received += next.payload.length;
      if (next.opcode === CLOSE) return void (await session.send(frame(CLOSE, next.payload)));
    }
  });
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url, { pingInterval: null });
  const piece = new Uint8Array(64 * 1024);
  const all = 512;
  let sent = 0;
  const sending = (async () => {
    for (; sent < all; sent += 1) await session.send(piece);
  })();
  const accepted = await steady(() => sent);
  t.true(accepted > 0 && accepted < all, `${accepted} messages were accepted`);
  t.true(session.bufferedAmount >= 512 * 1024, String(session.bufferedAmount));
  go.resolve();
  await sending;
  await session.close();
  t.is(received, all * piece.length + 2);
  t.is(session.bufferedAmount, 0);
});

test("a server that answers no ping is a 1006", async (t) => {
  await using server = await startWebSocketServer(async (session) => {
    while ((await session.receive()) !== null);
  });
  await using client = new AsyncClient();
  const session = await client.websocket(server.url, { pingInterval: 50, pingTimeout: 100 });
  const error = await disconnection(session.receive());
  t.is(error.code, 1006);
  t.is((error.cause as WebSocketNetworkError).code, "ERR_WEBSOCKET_PING_TIMEOUT");
  t.like(client.stats(), { connections: { active: 0 } });
});

test("a server that answers pings keeps a quiet session", async (t) => {
  let pings = 0;
  await using server = await startWebSocketServer(async (session) => {
    for (let next = await session.receive(); next; next = await session.receive()) {
      if (next.opcode === PING) {
        pings += 1;
        await session.send(frame(PONG, next.payload));
      } else if (next.opcode === CLOSE) return void (await session.send(frame(CLOSE, next.payload)));
    }
  });
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url, { pingInterval: 20, pingTimeout: 5_000 });
  await eventually("ten pings came", () => pings >= 10);
  t.false(session.isClosed);
});

test("what the server must not do is a disconnect with the code that was sent, caused by a protocol error", async (t) => {
  const codes: number[] = [];
  await using server = await startWebSocketServer(async (session) => {
    await session.send(frame(TEXT, "good"), frame(TEXT, Buffer.from([0xff])), frame(TEXT, "never seen"));
    codes.push(codeOf((await session.receiveData())!));
  });
  await using client = new AsyncClient();
  const session = await client.websocket(server.url);
  t.is(await session.receive(), "good");
  const error = await disconnection(session.receive());
  t.is(error.code, 1007);
  t.true(error.cause instanceof RemoteProtocolError);
  t.is(session.closeCode, 1007);
  await session.close();
  t.deepEqual(codes, [1007]);
});

/**
 * Streamed uploads that do not go as planned: the server answers early or stops reading, the caller's generator
 * fails, or its length is not what was announced.
 */
import test from "ava";
import { AsyncClient, LocalProtocolError, StreamConsumed } from "httpxide";
import { failsAs, rejection } from "../helpers/failures.js";
import { head, ok, replying, startRawServer } from "../helpers/raw-server.js";
import { eventually, pause, settling, steady } from "../helpers/waiting.js";

const PIECE = 65_536;
const MEGABYTE = 1024 * 1024;

/** An upload without end, that tells how far it was pulled and whether it was told to stop. */
class EndlessUpload implements AsyncIterable<Uint8Array> {
  pulledBytes = 0;
  stopped = false;

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const piece = new Uint8Array(PIECE);
    try {
      for (;;) {
        this.pulledBytes += piece.byteLength;
        yield piece;
      }
    } finally {
      this.stopped = true;
    }
  }
}

const TOO_LARGE = Buffer.concat([
  head("413 Content Too Large", "Connection: close", "Content-Length: 9"),
  Buffer.from("too large"),
]);

test("a server that answers while the upload goes on is heard, and the generator is stopped", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    await connection.send(TOO_LARGE);
  });
  await using client = new AsyncClient();
  const upload = new EndlessUpload();
  const response = await settling(client.post(server.url, { content: upload }));
  t.is(response.statusCode, 413);
  t.is(response.text, "too large");
  await eventually("the generator is stopped", () => upload.stopped);
});

test("a server that answers early and then resets the connection is heard", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    await connection.send(TOO_LARGE);
    await pause(100);
    connection.reset();
  });
  await using client = new AsyncClient();
  const upload = new EndlessUpload();
  const response = await settling(client.post(server.url, { content: upload }));
  t.is(response.statusCode, 413);
  await eventually("the generator is stopped", () => upload.stopped);
});

test("a connection on which the upload was cut short by an answer is not used again", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    await connection.send(ok("early"));
    await connection.closed();
  });
  await using client = new AsyncClient();
  t.is((await settling(client.post(server.url, { content: new EndlessUpload() }))).text, "early");
  t.is((await settling(client.get(server.url))).text, "early");
  t.is(server.connections, 2);
});

test("an upload that fails rejects the call with its own error", async (t) => {
  await using server = await startRawServer(replying((request) => ok(request.line)));
  await using client = new AsyncClient();
  const failure = new Error("the disk is gone");
  async function* failing(): AsyncGenerator<string> {
    yield "a";
    await pause(5);
    yield "b";
    throw failure;
  }
  t.is(await rejection(client.post(server.url, { content: failing() })), failure);
  t.is((await client.get(`${server.url}/next`)).text, "GET /next HTTP/1.1");
  t.is(server.connections, 2, "the broken connection was used again");
  // on a busy machine the server may not even have read its head
  const isWhole = server.requests.some(({ line, complete }) => line.startsWith("POST") && complete);
  t.false(isWhole, "the server took the broken upload for a whole one");
});

test("an upload that fails at its first piece rejects the call with its own error", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const failure = new Error("nothing to send");
  // oxlint-disable-next-line require-yield -- it fails before it yields
  function* failing(): Generator<string> {
    throw failure;
  }
  t.is(await rejection(client.post(server.url, { content: failing() })), failure);
  t.is((await client.get(server.url)).text, "ok");
});

test("a piece that is neither text nor bytes rejects the call", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const content = ["fine", 42 as unknown as string];
  t.true((await rejection(client.post(server.url, { content }))) instanceof TypeError);
  t.is((await client.get(server.url)).text, "ok");
});

test("fewer bytes than the Content-Length are an error, and the connection is not used again", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const call = client.post(server.url, { content: ["abc"], headers: { "Content-Length": "10" } });
  await failsAs(t, call, { as: LocalProtocolError, phase: "write" });
  t.is((await client.get(server.url)).text, "ok");
  t.is(server.requests.filter((request) => request.complete).length, 1);
});

test("more bytes than the Content-Length are an error, and are not sent", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  const call = client.post(server.url, { content: ["abc", smuggled], headers: { "Content-Length": "3" } });
  await failsAs(t, call, { as: LocalProtocolError, phase: "write" });
  t.is((await client.get(`${server.url}/next`)).text, "ok");
  t.false(server.requests.some((request) => request.line.includes("smuggled")));
});

test("text whose length is not the caller's Content-Length is refused", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  for (const length of ["2", "4"]) {
    const call = client.post(server.url, { content: "abc", headers: { "Content-Length": length } });
    await failsAs(t, call, { as: LocalProtocolError });
  }
  t.is((await client.get(server.url)).text, "ok");
});

test("a generator can be sent once only", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  function* once(): Generator<string> {
    yield "x";
  }
  const request = client.buildRequest("POST", server.url, { content: once() });
  t.is((await client.send(request)).text, "ok");
  t.true((await rejection(client.send(request))) instanceof StreamConsumed);
  t.is(server.requests.length, 1);
});

test("a server that does not read pauses the upload, with a bounded amount pulled", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await new Promise((resolve) => connection.socket.once("close", resolve));
  });
  await using client = new AsyncClient({ timeout: null });
  const upload = new EndlessUpload();
  const abort = new AbortController();
  const call = client.post(server.url, { content: upload, signal: abort.signal });
  const outcome = rejection(call);
  await eventually("the upload begins", () => upload.pulledBytes > 0);
  const pulled = await steady(() => upload.pulledBytes);
  t.true(pulled < 32 * MEGABYTE, `${pulled} bytes were pulled for a server that reads none`);
  abort.abort();
  t.is(await outcome, abort.signal.reason);
  await eventually("the generator is stopped", () => upload.stopped);
});

test("a paused upload goes on when the server reads again", async (t) => {
  const total = 256 * PIECE;
  await using server = await startRawServer(async (connection) => {
    await pause(500);
    const request = await connection.readRequest();
    await connection.send(ok(String(request?.body.length)));
  });
  await using client = new AsyncClient();
  function* upload(): Generator<Uint8Array> {
    for (let sent = 0; sent < total; sent += PIECE) yield new Uint8Array(PIECE);
  }
  t.is((await client.post(server.url, { content: upload() })).text, String(total));
});

test("a server that closes while the upload goes on is an error, and the generator is stopped", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    connection.reset();
  });
  await using client = new AsyncClient();
  const upload = new EndlessUpload();
  const error = await failsAs(t, client.post(server.url, { content: upload }), {
    as: Error,
    requestSent: "maybe",
  });
  t.true(["WriteError", "ReadError"].includes(error.name), `${error.name} ${error.code}`);
  await eventually("the generator is stopped", () => upload.stopped);
});

test("timers have their turn while a generator always has a chunk ready", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const enough = 2_000_000;
  let yielded = 0;
  const timer = { fired: false };
  setTimeout(() => (timer.fired = true), 20);
  function* chunks(): Generator<string> {
    // empty ones take no room, and so never have to wait for it
    while (!timer.fired && yielded++ < enough) yield "";
  }
  t.is((await client.post(server.url, { content: chunks() })).statusCode, 200);
  t.true(yielded < enough);
});

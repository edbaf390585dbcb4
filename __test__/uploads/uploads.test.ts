/**
 * Streamed uploads that end early: the server responds early or stops reading, the caller's generator fails, or the
 * length differs from the announced one.
 */
import test from "ava";
import { AsyncClient, LocalProtocolError, StreamConsumed } from "httpxide";
import { failsAs, rejection } from "../helpers/failures.js";
import { head, ok, replying, startRawServer } from "../helpers/raw-server.js";
import { eventually, settling, steady, turn } from "../helpers/waiting.js";

const PIECE = 65_536;
const MEGABYTE = 1024 * 1024;

/** An endless upload that counts the bytes pulled and records whether it was stopped. */
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

test("a response during the upload arrives, and the generator is stopped", async (t) => {
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

test("an early response arrives although the server then resets the connection", async (t) => {
  const upload = new EndlessUpload();
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    await connection.send(TOO_LARGE);
    await eventually("the generator is stopped", () => upload.stopped);
    connection.reset();
  });
  await using client = new AsyncClient();
  const response = await settling(client.post(server.url, { content: upload }));
  t.is(response.statusCode, 413);
  await eventually("the generator is stopped", () => upload.stopped);
});

test("a connection whose upload was ended by a response is not reused", async (t) => {
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
    await turn();
    yield "b";
    throw failure;
  }
  t.is(await rejection(client.post(server.url, { content: failing() })), failure);
  t.is((await client.get(`${server.url}/next`)).text, "GET /next HTTP/1.1");
  t.is(server.connections, 2, "the broken connection was used again");
  // On a busy machine the server may not even have read its head.
  const isWhole = server.requests.some(({ line, complete }) => line.startsWith("POST") && complete);
  t.false(isWhole, "the server took the broken upload for a whole one");
});

test("an upload that fails at its first piece rejects the call with its own error", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const failure = new Error("nothing to send");
  // oxlint-disable-next-line require-yield -- it throws before it yields
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

test("fewer bytes than the Content-Length are an error, and the connection is not reused", async (t) => {
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

test("a text whose length differs from the caller's Content-Length is refused", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  for (const length of ["2", "4"]) {
    const call = client.post(server.url, { content: "abc", headers: { "Content-Length": length } });
    await failsAs(t, call, { as: LocalProtocolError });
  }
  t.is((await client.get(server.url)).text, "ok");
});

test("a generator can be sent only once", async (t) => {
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

test("a server that does not read stops the upload, which pulls a bounded amount", async (t) => {
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

test("a stopped upload continues when the server reads again", async (t) => {
  const total = 256 * PIECE;
  let pulled = 0;
  await using server = await startRawServer(async (connection) => {
    await steady(() => pulled);
    const request = await connection.readRequest();
    await connection.send(ok(String(request?.body.length)));
  });
  await using client = new AsyncClient();
  function* upload(): Generator<Uint8Array> {
    for (; pulled < total; pulled += PIECE) yield new Uint8Array(PIECE);
  }
  t.is((await client.post(server.url, { content: upload() })).text, String(total));
});

test("a server that closes during the upload causes an error, and the generator is stopped", async (t) => {
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

test("timers run while a generator always has a chunk ready", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const enough = 2_000_000;
  let yielded = 0;
  const timer = { fired: false };
  setTimeout(() => (timer.fired = true), 20);
  function* chunks(): Generator<string> {
    // Empty chunks take no room, so they never have to wait for it.
    while (!timer.fired && yielded++ < enough) yield "";
  }
  t.is((await client.post(server.url, { content: chunks() })).statusCode, 200);
  t.true(yielded < enough);
});

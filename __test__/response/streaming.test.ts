/**
 * Reading a body piece by piece: each iterator, the sizes of pieces, when a response counts as read and as closed, and
 * backpressure from a reader to the server.
 */
import test from "ava";
import { AsyncClient, ResponseNotRead, StreamClosed, StreamConsumed } from "httpxide";
import { gather, gatherBytes, patterned } from "../helpers/bytes.js";
import { rejection } from "../helpers/failures.js";
import { answering, type Handler, startHttpServer } from "../helpers/http-server.js";
import {
  chunk,
  chunkedHead,
  LAST_CHUNK,
  replying,
  type Script,
  startRawServer,
} from "../helpers/raw-server.js";
import { eventually, steady, turn } from "../helpers/waiting.js";

const BODY = patterned(300_001);
const MEGABYTE = 1024 * 1024;

/** Answers with an endless body, as fast as the client takes it. */
const endless: Script = async (connection) => {
  await connection.readRequest();
  await connection.send(chunkedHead());
  const piece = chunk(Buffer.alloc(65_536, "x"));
  while (await connection.send(piece));
};

/** Answers with these pieces, each sent separately. */
function inPieces(...pieces: readonly (string | Uint8Array)[]): Script {
  return async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead());
    for (const piece of pieces) {
      await connection.send(chunk(piece));
      await turn();
    }
    await connection.send(LAST_CHUNK);
    await connection.closed();
  };
}

test("stream() resolves when the head has arrived", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead("X-Head: here"));
    await connection.closed();
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  t.is(response.statusCode, 200);
  t.is(response.headers.get("x-head"), "here");
  t.false(response.isClosed);
  t.false(response.isStreamConsumed);
});

test("aiterBytes() without a size yields non-empty pieces that make up the body", async (t) => {
  await using server = await startHttpServer(answering(BODY));
  await using client = new AsyncClient();
  const response = await client.stream("GET", server.url);
  const pieces = await gather(response.aiterBytes());
  t.true(pieces.every((piece) => piece.byteLength > 0));
  t.true(BODY.equals(Buffer.concat(pieces)));
  t.true(response.isStreamConsumed);
  t.true(response.isClosed);
  t.is(response.numBytesDownloaded, BODY.length);
});

for (const size of [1, 7, 4096, 65_536, 65_537, 300_000, 300_001, 1_000_000]) {
  for (const iterate of ["aiterBytes", "aiterRaw"] as const) {
    test(`${iterate}(${size}) yields pieces of exactly that size, the last one shorter`, async (t) => {
      const body = size === 1 ? BODY.subarray(0, 5000) : BODY;
      await using server = await startHttpServer(answering(body));
      await using client = new AsyncClient();
      await using response = await client.stream("GET", server.url);
      const pieces = await gather(response[iterate](size));
      t.true(pieces.slice(0, -1).every((piece) => piece.byteLength === size));
      t.is(pieces.at(-1)?.byteLength, body.length % size || size);
      t.true(body.equals(Buffer.concat(pieces)));
    });
  }
}

for (const size of [0, -1, 1.5, Number.NaN]) {
  test(`pieces of ${size} bytes are refused, not waited for`, async (t) => {
    await using server = await startHttpServer(answering(BODY));
    await using client = new AsyncClient();
    await using response = await client.stream("GET", server.url);
    const reading = (async () => gather(response.aiterBytes(size)))();
    t.true((await rejection(reading)) instanceof RangeError);
  });
}

test("an empty body yields nothing", async (t) => {
  await using server = await startHttpServer(answering(""));
  await using client = new AsyncClient();
  for (const iterate of ["aiterBytes", "aiterRaw", "aiterText", "aiterLines"] as const) {
    await using response = await client.stream("GET", server.url);
    t.deepEqual(await gather<unknown>(response[iterate]()), [], iterate);
    t.true(response.isClosed);
  }
});

test("aiterText() decodes characters that arrive in several pieces", async (t) => {
  const bytes = Buffer.from("トラベル 🌍!");
  await using server = await startRawServer(inPieces(...[...bytes].map((byte) => Buffer.from([byte]))));
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  t.is((await gather(response.aiterText())).join(""), "トラベル 🌍!");
});

test("aiterText() uses the charset of the Content-Type", async (t) => {
  const bytes = Buffer.from([0x83, 0x67, 0x83, 0x89, 0x83, 0x78, 0x83, 0x8b]);
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead("Content-Type: text/plain; charset=shift-jis"));
    for (const byte of bytes) await connection.send(chunk(Buffer.from([byte])));
    await connection.send(LAST_CHUNK);
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  t.is((await gather(response.aiterText())).join(""), "トラベル");
});

test("aiterText(size) counts characters", async (t) => {
  await using server = await startRawServer(inPieces("Zoë, ", "wörld", "!!"));
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  t.deepEqual(await gather(response.aiterText(7)), ["Zoë, wö", "rld!!"]);
});

const LINES: readonly (readonly [pieces: string[], lines: string[]])[] = [
  [["a\n\nb\nc"], ["a", "", "b", "c"]],
  [
    ["12345\n", "foo ", "bar ", "baz\n"],
    ["12345", "foo bar baz"],
  ],
  [
    ["a\r", "\n\r\nb\r\nc"],
    ["a", "", "b", "c"],
  ],
  [["a\r\rb\rc\r"], ["a", "", "b", "c"]],
  [["end\r"], ["end"]],
  [["x\u2028y\u2029z\u0085w\x0bv\x0cu\x1ct\x1ds\x1er"], ["x", "y", "z", "w", "v", "u", "t", "s", "r"]],
  [["a\n\n"], ["a", ""]],
  [["\r"], [""]],
];

for (const [pieces, lines] of LINES) {
  test(`aiterLines() reads ${JSON.stringify(pieces)} as ${JSON.stringify(lines)}`, async (t) => {
    await using server = await startRawServer(inPieces(...pieces));
    await using client = new AsyncClient();
    await using response = await client.stream("GET", server.url);
    t.deepEqual(await gather(response.aiterLines()), lines);
  });
}

test("aiterLines() yields a line when it arrives, not at the end of the body", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead());
    await connection.send(chunk('{"event":1}\n'));
    await connection.closed();
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  const { value } = await response.aiterLines().next();
  t.is(value, '{"event":1}');
});

test("content, text and json() work after aread()", async (t) => {
  await using server = await startHttpServer(answering('{"a":"ü"}'));
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  for (const look of [() => response.content, () => response.text, () => response.json()]) {
    t.throws(look, { instanceOf: ResponseNotRead });
  }
  t.is(Buffer.from(await response.aread()).toString(), '{"a":"ü"}');
  t.is(Buffer.from(response.content).toString(), '{"a":"ü"}');
  t.is(response.text, '{"a":"ü"}');
  t.deepEqual(response.json(), { a: "ü" });
  t.true(response.isClosed);
  t.is(await response.aread(), response.content, "read again, it is the same");
});

test("a body that was read can be iterated in bytes, text and lines, any number of times, but not raw", async (t) => {
  await using server = await startHttpServer(answering("one\ntwo"));
  await using client = new AsyncClient();
  const response = await client.get(server.url);
  for (let time = 0; time < 2; time++) {
    t.deepEqual((await gather(response.aiterBytes(3))).map(String), ["111,110,101", "10,116,119", "111"]);
    t.deepEqual(await gather(response.aiterText(4)), ["one\n", "two"]);
    t.deepEqual(await gather(response.aiterLines()), ["one", "two"]);
  }
  t.true((await rejection(gather(response.aiterRaw()))) instanceof StreamConsumed);
});

test("a body can be iterated only once", async (t) => {
  await using server = await startHttpServer(answering(BODY));
  await using client = new AsyncClient();
  for (const iterate of ["aiterBytes", "aiterRaw", "aiterText", "aiterLines"] as const) {
    await using response = await client.stream("GET", server.url);
    await gather<unknown>(response.aiterRaw());
    t.true((await rejection(gather<unknown>(response[iterate]()))) instanceof StreamConsumed, iterate);
    t.true((await rejection(response.aread())) instanceof StreamConsumed);
  }
});

test("a partly iterated body cannot be read as a whole", async (t) => {
  await using server = await startHttpServer(answering(BODY));
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  const pieces = response.aiterBytes(10);
  await pieces.next();
  t.true((await rejection(response.aread())) instanceof StreamConsumed);
  t.throws(() => response.content, { instanceOf: ResponseNotRead });
});

test("a closed response cannot be read", async (t) => {
  await using server = await startHttpServer(answering(BODY));
  await using client = new AsyncClient();
  for (const iterate of ["aiterBytes", "aiterRaw", "aiterText", "aiterLines"] as const) {
    const response = await client.stream("GET", server.url);
    await response.aclose();
    await response.aclose();
    t.true(response.isClosed);
    t.true((await rejection(gather<unknown>(response[iterate]()))) instanceof StreamClosed, iterate);
    t.true((await rejection(response.aread())) instanceof StreamClosed);
  }
});

for (const iterate of ["aiterBytes", "aiterRaw", "aiterText", "aiterLines"] as const) {
  test(`leaving ${iterate}() early closes the response and its connection`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send(chunkedHead());
      const piece = chunk("some line\n".repeat(1000));
      while (await connection.send(piece)) await turn();
    });
    await using client = new AsyncClient();
    const response = await client.stream("GET", server.url);
    for await (const piece of response[iterate]()) {
      t.truthy(piece);
      break;
    }
    t.true(response.isClosed);
    await eventually("the server's socket is closed", () => server.openSockets === 0);
  });
}

test("closing during a read ends the read", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead());
    await connection.closed();
  });
  await using client = new AsyncClient();
  const response = await client.stream("GET", server.url);
  const reading = gather(response.aiterBytes());
  await turn();
  await response.aclose();
  const outcome = await rejection(reading).catch(() => "ended");
  t.true(outcome === "ended" || outcome instanceof StreamClosed, String(outcome));
  await eventually("the server's socket is closed", () => server.openSockets === 0);
});

test("stream() with a function closes the response on every exit", async (t) => {
  await using server = await startRawServer(endless);
  await using client = new AsyncClient();
  const result = await client.stream("GET", server.url, {}, async (response) => {
    t.false(response.isClosed);
    return [response, (await response.aiterBytes(10).next()).value as Uint8Array] as const;
  });
  t.true(result[0].isClosed);
  t.is(result[1].byteLength, 10);
  const failure = new Error("no");
  const failing = client.stream("GET", server.url, {}, () => {
    throw failure;
  });
  t.is(await rejection(failing), failure);
  await eventually("the server's sockets are closed", () => server.openSockets === 0);
});

test("the connection of a body that was read to its end is reused", async (t) => {
  await using server = await startHttpServer(answering(BODY));
  await using client = new AsyncClient();
  for (let time = 0; time < 5; time++) {
    const response = await client.stream("GET", server.url);
    t.true(BODY.equals(await gatherBytes(response.aiterRaw())));
  }
  t.is(server.connections, 1);
});

test("a small unread rest does not harm the next request", async (t) => {
  await using server = await startHttpServer((request, response) => {
    response.end(`${request.url} `.repeat(100));
  });
  await using client = new AsyncClient({ limits: { maxConnections: 1 } });
  for (let time = 0; time < 20; time++) {
    const response = await client.stream("GET", `${server.url}/unread`);
    await response.aclose();
    t.true((await client.get(`${server.url}/next`)).text.startsWith("/next "));
  }
});

test("a reader that stops reading stops the server, which sends a bounded amount", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead());
    const piece = chunk(Buffer.alloc(65_536));
    for (let sent = 0; sent < 64 * MEGABYTE; sent += 65_536) {
      if (!(await connection.send(piece))) return;
    }
    await connection.send(LAST_CHUNK);
    await connection.closed();
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  const unread = await steady(() => server.bytesSent);
  t.true(unread < 24 * MEGABYTE, `${unread} bytes were sent to a reader that reads none`);
  const pieces = response.aiterBytes(65_536);
  for (let piece = 0; piece < 64; piece++) await pieces.next();
  const partlyRead = await steady(() => server.bytesSent);
  t.true(partlyRead < 32 * MEGABYTE, `${partlyRead} bytes were sent to a reader that read 4 MiB`);
  let rest = 0;
  for await (const piece of pieces) rest += piece.byteLength;
  t.is(rest, 60 * MEGABYTE, "the rest of the body is incomplete");
});

test("forty bodies of 1 MB, read concurrently, do not mix", async (t) => {
  const bodyOf = (path: string): Buffer => Buffer.alloc(1_000_000, path);
  const handler: Handler = (request, response) => {
    response.end(bodyOf(request.url ?? ""));
  };
  await using server = await startHttpServer(handler);
  await using client = new AsyncClient({ timeout: 30_000 });
  const read = async (path: string): Promise<boolean> => {
    await using response = await client.stream("GET", server.url + path);
    return bodyOf(path).equals(await gatherBytes(response.aiterBytes(10_007)));
  };
  const paths = Array.from({ length: 40 }, (_, index) => `/number/${index}`);
  t.true((await Promise.all(paths.map(read))).every(Boolean));
});

test("numBytesDownloaded grows with the bytes read", async (t) => {
  await using server = await startHttpServer(answering(BODY));
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  t.is(response.numBytesDownloaded, 0);
  let read = 0;
  for await (const piece of response.aiterRaw()) {
    read += piece.byteLength;
    t.true(response.numBytesDownloaded >= read);
  }
  t.is(response.numBytesDownloaded, BODY.length);
});

test("trailers are available after the body", async (t) => {
  const answer = Buffer.concat([
    chunkedHead("Trailer: X-Sum"),
    chunk("body"),
    Buffer.from("0\r\nX-Sum: 42\r\n\r\n"),
  ]);
  await using server = await startRawServer(replying(answer));
  await using client = new AsyncClient();
  t.is((await client.get(server.url)).trailers.get("x-sum"), "42");
  await using response = await client.stream("GET", server.url);
  t.is(response.trailers.get("x-sum"), null);
  await response.aread();
  t.is(response.trailers.get("x-sum"), "42");
  t.is(server.connections, 1);
});

/**
 * Servers that flood: the request ends as an error that says so, in bounded time, and the client's memory stays bounded. The
 * client runs in a process of its own, whose resident set is measured.
 */
import test from "ava";
import { AsyncClient } from "httpxide";
import { runProgram } from "../helpers/child.js";
import { startHttp2Server, startPlainHttp2Server } from "../helpers/http2-server.js";
import { certificates } from "../helpers/certificates.js";
import {
  CONTINUATION,
  DATA,
  END_HEADERS,
  flood,
  frame,
  HEADERS,
  OK,
  PING,
  PRIORITY,
  RST_STREAM,
  SETTINGS,
  startFrameServer,
  WINDOW_UPDATE,
} from "../helpers/http2-frames.js";

const MEBIBYTE = 1024 * 1024;

interface Outcome {
  readonly end: string;
  readonly milliseconds: number;
  readonly growth: number;
}

/** A field that HPACK stores in its table: `a`, with a value of 4,000 bytes. */
const STORED = Buffer.concat([Buffer.from([0x40, 1, 0x61, 0x7f, 0xa1, 0x1e]), Buffer.alloc(4000, 0x62)]);
/** Refers to it again and again: each byte becomes a field of 4,000 bytes. */
const BOMB = Buffer.concat([OK, STORED, Buffer.alloc(12_000, 0xbe)]);
const NONE = Buffer.alloc(0);

const floods: Readonly<Record<string, { readonly begin?: Buffer; readonly repeated: Buffer }>> = {
  SETTINGS: { repeated: frame(SETTINGS, 0, 0, NONE) },
  PING: { repeated: frame(PING, 0, 0, Buffer.alloc(8)) },
  PRIORITY: { repeated: frame(PRIORITY, 0, 1, Buffer.from([0, 0, 0, 0, 1])) },
  WINDOW_UPDATE: { repeated: frame(WINDOW_UPDATE, 0, 1, Buffer.from([0, 0, 0, 1])) },
  "frames of an unknown type": { repeated: frame(0x77, 0, 1, Buffer.alloc(16)) },
  RST_STREAM: { repeated: frame(RST_STREAM, 0, 1, Buffer.from([0, 0, 0, 8])) },
  "empty DATA": { begin: frame(HEADERS, END_HEADERS, 1, OK), repeated: frame(DATA, 0, 1, NONE) },
  "padding only": {
    begin: frame(HEADERS, END_HEADERS, 1, OK),
    repeated: frame(DATA, 8, 1, Buffer.concat([Buffer.from([255]), Buffer.alloc(255)])),
  },
  CONTINUATION: { begin: frame(HEADERS, 0, 1, OK), repeated: frame(CONTINUATION, 0, 1, NONE) },
  "a header block without end": {
    begin: frame(HEADERS, 0, 1, OK),
    repeated: frame(CONTINUATION, 0, 1, Buffer.concat([STORED, STORED, STORED])),
  },
  "a header block that grows by decompression": { repeated: frame(HEADERS, END_HEADERS, 1, BOMB) },
  "interim responses": {
    repeated: frame(HEADERS, END_HEADERS, 1, Buffer.concat([Buffer.from([0x48, 3]), Buffer.from("103")])),
  },
};

for (const [name, { begin = NONE, repeated }] of Object.entries(floods)) {
  test.serial(`${name}: an endless number is an error in bounded time and memory`, async (t) => {
    t.timeout(60_000);
    await using server = await startFrameServer(async (socket) => {
      socket.write(begin);
      await flood(socket, repeated);
    });
    const run = await runProgram("http2-flood", { args: [server.url], limit: 50_000 });
    t.is(run.code, 0, run.stderr);
    const { end, milliseconds, growth } = JSON.parse(run.stdout) as Outcome;
    t.log(`${end} after ${Math.round(milliseconds)} ms, ${(growth / MEBIBYTE).toFixed(1)} MiB`);
    t.regex(end, /^RemoteProtocolError /);
    t.true(milliseconds < 25_000, `${milliseconds} ms`);
    t.true(growth < 64 * MEBIBYTE, `the resident set grew by ${growth} bytes`);
  });
}

test.serial(
  "1,000 unread streams of tiny frames cost no other request, and are all read in the end",
  async (t) => {
    t.timeout(120_000);
    const { good, ca } = await certificates();
    const FRAMES = 100;
    await using server = await startHttp2Server(
      good,
      (stream, headers) => {
        stream.respond({ ":status": 200 });
        if (headers[":path"] === "/") return void stream.end("ok");
        for (let count = 0; count < FRAMES; count++) stream.write("tiny!");
        stream.end();
      },
      { settings: { maxConcurrentStreams: 2000 } },
    );
    await using client = new AsyncClient({
      verify: { ca },
      http2: true,
      limits: { maxConnections: 1 },
      timeout: 60_000,
    });
    await client.get(server.url);
    const unread = await Promise.all(
      Array.from({ length: 1000 }, () => client.stream("GET", `${server.url}/tiny`)),
    );
    t.is((await client.get(server.url)).text, "ok");
    t.is(server.sessions.length, 1);
    for (const response of unread) t.is((await response.aread()).length, 5 * FRAMES);
    t.is(server.sessions.length, 1);
  },
);

test.serial("64 unread responses cost bounded memory and stop no other request", async (t) => {
  t.timeout(120_000);
  const piece = Buffer.alloc(MEBIBYTE, "x");
  await using server = await startPlainHttp2Server(
    (stream, headers) => {
      stream.respond({ ":status": 200 });
      if (headers[":path"] === "/") return void stream.end(piece);
      const write = (): void => void stream.write(piece, (error) => error ?? write());
      write();
    },
    undefined,
    // MB of what waits in the server
    { maxSessionMemory: 1000 },
  );
  const run = await runProgram("http2-unread", { args: [server.url], limit: 100_000 });
  t.is(run.code, 0, run.stderr);
  const { growth } = JSON.parse(run.stdout) as { readonly growth: number };
  t.log(`${(growth / MEBIBYTE).toFixed(1)} MiB`);
  // 64 MiB of windows, 1 MiB for each response, and what the allocator keeps
  t.true(growth < 192 * MEBIBYTE, `the resident set grew by ${growth} bytes`);
});

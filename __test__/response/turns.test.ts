/**
 * A body that arrives faster than its consumer takes it, or whose pieces are in memory, lets the event loop run: a timer
 * ends each of these endless bodies.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline, Readable } from "node:stream";
import test from "ava";
import { AsyncClient, MockTransport, Request, Response } from "httpxide";
import { startFloodThread } from "../helpers/flood-thread.js";
import { chunk, chunkedHead } from "../helpers/raw-server.js";
import { rejection } from "../helpers/failures.js";

const LINES = Buffer.from(`${"x".repeat(62)}\r\n`.repeat(1024));
/** More bytes than arrive before a timer fires; fewer than memory holds. */
const TOO_MANY = 512 * 1024 * 1024;

/** Pieces that are ready at once. Those of a process in which no timer fires come to an end. */
async function* endless(): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent <= TOO_MANY; sent += LINES.length) yield LINES;
}

/** Consumes until a timer fires. False if none fired before the body was over. */
async function endedByTimer(pieces: AsyncIterable<Uint8Array | string>): Promise<boolean> {
  let hasFired = false;
  setTimeout(() => {
    hasFired = true;
  }, 1);
  // slower than the network
  const hash = createHash("sha512");
  let length = 0;
  for await (const piece of pieces) {
    for (let time = 0; time < 8; time++) hash.update(piece);
    length += piece.length;
    if (hasFired || length > TOO_MANY) break;
  }
  return hasFired;
}

const readings: Record<string, (response: Response) => AsyncIterable<Uint8Array | string>> = {
  "as it arrives": (response) => response.aiterBytes(),
  "as received": (response) => response.aiterRaw(),
  "in sized bytes": (response) => response.aiterBytes(1000),
  "in large sized bytes": (response) => response.aiterBytes(1_000_000),
  "as text": (response) => response.aiterText(),
  "in sized text": (response) => response.aiterText(100),
  "in lines": (response) => response.aiterLines(),
};

const app = (_request: IncomingMessage, response: ServerResponse): void => {
  pipeline(Readable.from(endless()), response, () => undefined);
};
const mock = new MockTransport(() => new Response(200, { content: endless() }));
const handler = { fetch: () => new globalThis.Response(ReadableStream.from(endless())) };

for (const [how, read] of Object.entries(readings)) {
  test(`a body from a socket, read ${how}, lets timers fire`, async (t) => {
    await using server = await startFloodThread(chunkedHead().toString(), chunk(LINES));
    await using client = new AsyncClient();
    await using response = await client.stream("GET", server.url);
    t.true(await endedByTimer(read(response)));
  });

  const options = {
    "a mock": { transport: mock },
    "a request listener": { app },
    "a fetch handler": { app: handler },
  };
  for (const [source, made] of Object.entries(options)) {
    test(`a body from ${source}, read ${how}, lets timers fire`, async (t) => {
      await using client = new AsyncClient({ ...made, baseUrl: "http://example.org" });
      await using response = await client.stream("GET", "/");
      t.true(await endedByTimer(read(response)));
    });
  }

  if (how !== "as received" && how !== "as it arrives" && how !== "as text") {
    test(`a body in memory, read ${how}, lets timers fire`, async (t) => {
      t.true(await endedByTimer(read(new Response(200, { content: Buffer.alloc(64 * 1024 * 1024, LINES) }))));
    });
  }
}

for (const [source, made] of Object.entries({
  "a mock": { transport: mock },
  "a fetch handler": { app: handler },
})) {
  test(`AbortSignal.timeout() ends a call whose body from ${source} has no end`, async (t) => {
    await using client = new AsyncClient({
      ...made,
      baseUrl: "http://example.org",
      maxResponseBytes: TOO_MANY,
    });
    const error = await rejection(client.get("/", { signal: AbortSignal.timeout(1) }));
    t.is((error as Error).name, "TimeoutError");
  });
}

test("other responses arrive while a body is read that has its pieces ready", async (t) => {
  await using server = await startFloodThread(
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    Buffer.from("\r\n"),
  );
  await using client = new AsyncClient();
  let hasArrived = false;
  const call = client.get(server.url).finally(() => {
    hasArrived = true;
  });
  for await (const _ of new Response(200, { content: endless() }).aiterLines()) if (hasArrived) break;
  t.true(hasArrived);
  t.is((await call).text, "ok");
});

test("a request's generator lets timers fire: read into memory, or sent into an application", async (t) => {
  let hasFired = false;
  const untilFired = async function* (): AsyncGenerator<Uint8Array> {
    hasFired = false;
    setTimeout(() => {
      hasFired = true;
    }, 1);
    for await (const piece of endless()) {
      yield piece;
      if (hasFired) return;
    }
  };
  await new Request("POST", "http://example.org/", { content: untilFired() }).aread();
  t.true(hasFired);
  const reader = {
    fetch: async (request: globalThis.Request) =>
      new globalThis.Response(`${(await request.arrayBuffer()).byteLength > 0}`),
  };
  await using client = new AsyncClient({ app: reader, baseUrl: "http://example.org" });
  t.is((await client.post("/", { content: untilFired() })).text, "true");
  t.true(hasFired);
});

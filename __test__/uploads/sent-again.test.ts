/**
 * Streamed bodies of requests that go once more over another connection, because the server closed the first one or
 * refused the request: a source that can be read again is read again, and the beginning of any other is kept.
 */
import { randomBytes } from "node:crypto";
import { openAsBlob } from "node:fs";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import type { ServerHttp2Stream } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { AsyncClient, RemoteProtocolError, type RequestOptions } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { startPlainHttp2Server } from "../helpers/http2-server.js";
import { eventually } from "../helpers/waiting.js";
import { ok, type RawServer, type Script, startRawServer } from "../helpers/raw-server.js";

/** Longer than what is kept of a body that can be read once. */
const LONG = 200 * 1024;
const bytes = randomBytes(LONG);

function* inPieces(content: Uint8Array = bytes): Generator<Uint8Array> {
  for (let at = 0; at < content.length; at += 10_000) yield content.subarray(at, at + 10_000);
}

/** Each makes the body of one request: a form or the bytes themselves. */
const readAgain: Readonly<Record<string, () => RequestOptions | Promise<RequestOptions>>> = {
  "a Blob": () => ({ content: new Blob([bytes]) }),
  "a list of pieces": () => ({ content: [...inPieces()] }),
  "an iterable": () => ({ content: { [Symbol.iterator]: () => inPieces() } }),
  "an async iterable": () => ({
    content: {
      async *[Symbol.asyncIterator]() {
        yield* inPieces();
      },
    },
  }),
  "a FormData": () => {
    const form = new FormData();
    form.append("file", new Blob([bytes]), "a.bin");
    return { content: form };
  },
  files: () => ({ data: { title: "one" }, files: { file: ["a.bin", new Blob([bytes])] } }),
};

/** Reads the second request of each connection, and closes without an answer; of the third connection on, answers all. */
const forgetful: Script = async (connection) => {
  for (let number = 1; ; number++) {
    if ((await connection.readRequest()) === null) return;
    if (number === 2 && connection.number === 1) return;
    await connection.send(ok());
  }
};

/** Sends a request that is lost on the first connection. */
async function lost(server: RawServer, client: AsyncClient, options: RequestOptions) {
  await client.get(server.url);
  return client.post(server.url, { ...options, headers: { "Idempotency-Key": "1" } });
}

function arrivedTwice(t: ExecutionContext, server: RawServer, content: Uint8Array): void {
  const [, first, second] = server.requests;
  t.true(first!.body.includes(Buffer.from(content)), "the first attempt was not complete");
  t.true(first!.body.equals(second!.body));
  t.is(server.connections, 2);
}

for (const [name, make] of Object.entries(readAgain)) {
  test(`${name} is read again for the second attempt`, async (t) => {
    await using server = await startRawServer(forgetful);
    await using client = new AsyncClient({ timeout: null });
    t.is((await lost(server, client, await make())).statusCode, 200);
    arrivedTwice(t, server, bytes);
  });
}

test("a file is read again for the second attempt: openAsBlob and an open FileHandle", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "httpxide-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, "content");
  await writeFile(path, bytes);
  await using handle = await open(path);
  for (const content of [await openAsBlob(path), handle]) {
    await using server = await startRawServer(forgetful);
    await using client = new AsyncClient({ timeout: null });
    t.is((await lost(server, client, { content })).statusCode, 200);
    arrivedTwice(t, server, bytes);
  }
});

test("a short generator is kept, and sent again without reading it twice", async (t) => {
  await using server = await startRawServer(forgetful);
  await using client = new AsyncClient({ timeout: null });
  const short = bytes.subarray(0, 64 * 1024);
  t.is((await lost(server, client, { content: inPieces(short) })).statusCode, 200);
  const [, , second] = server.requests;
  t.true(second!.body.equals(short));
});

test("a long generator is an error that says why it is not sent again", async (t) => {
  await using server = await startRawServer(forgetful);
  await using client = new AsyncClient({ timeout: null });
  const error = await failsAs(t, lost(server, client, { content: inPieces() }), {
    as: RemoteProtocolError,
    code: "ERR_INCOMPLETE_RESPONSE",
    requestSent: "maybe",
  });
  t.regex(error.message, /the request is not sent again, because its body was read in part/);
  t.is(server.requests.length, 2);
});

test("a source that fails when it is read again fails the call with its own error", async (t) => {
  await using server = await startRawServer(forgetful);
  await using client = new AsyncClient({ timeout: null });
  let readings = 0;
  const content = {
    [Symbol.iterator]: () => {
      readings += 1;
      if (readings === 2) throw new RangeError("gone");
      return inPieces();
    },
  };
  await t.throwsAsync(lost(server, client, { content }), { instanceOf: RangeError, message: "gone" });
  await eventually("the request is over", () => client.stats().requests.inFlight === 0);
});

/** Refuses the first request once it has read some of its body, and answers later ones with their bodies. */
function refusingOnce(): (stream: ServerHttp2Stream) => void {
  let refused = false;
  return (stream) => {
    const pieces: Buffer[] = [];
    stream.on("data", (piece: Buffer) => {
      pieces.push(piece);
      if (!refused && Buffer.concat(pieces).length >= LONG / 2) {
        refused = true;
        stream.close(0x7); // REFUSED_STREAM
      }
    });
    stream.on("end", () => {
      if (stream.closed || stream.destroyed) return;
      stream.respond({ ":status": 200 });
      stream.end(Buffer.concat(pieces));
    });
  };
}

test("HTTP/2: a Blob that the server refused half-way is read again, whatever the method", async (t) => {
  await using server = await startPlainHttp2Server(refusingOnce());
  await using client = new AsyncClient({ http1: false, http2: true, timeout: null });
  const response = await client.post(server.url, { content: new Blob([bytes]) });
  t.true(bytes.equals(response.content));
});

test("HTTP/2: a long generator that the server refused half-way is an error that says why", async (t) => {
  await using server = await startPlainHttp2Server(refusingOnce());
  await using client = new AsyncClient({ http1: false, http2: true, timeout: null });
  const error = await failsAs(t, client.post(server.url, { content: inPieces() }), {
    as: RemoteProtocolError,
    code: "ERR_HTTP2_STREAM_ERROR",
    requestSent: false,
  });
  t.regex(error.message, /its body was read in part/);
});

test("a generator of which nothing was read can still be sent", async (t) => {
  await using server = await startRawServer(forgetful);
  await using client = new AsyncClient({ timeout: null });
  const request = client.buildRequest("POST", server.url, { content: inPieces() });
  await t.throwsAsync(client.send(request, { signal: AbortSignal.abort(new Error("early")) }), {
    message: "early",
  });
  t.is((await client.send(request)).statusCode, 200);
  t.true(server.requests[0]!.body.equals(bytes));
});

/**
 * Multipart over the wire: framed by length where all parts have one, else in chunks; pulled part by part; and parts
 * that fail, differ from their announced length, or are no longer needed.
 */
import { createReadStream } from "node:fs";
import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import test from "ava";
import { AsyncClient, type FileContent, LocalProtocolError, StreamConsumed } from "httpxide";
import { patterned } from "../helpers/bytes.js";
import { failsAs, rejection } from "../helpers/failures.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";
import type { ReceivedRequest } from "../helpers/received-request.js";
import { deferred, eventually, steady, turn } from "../helpers/waiting.js";

const CONTENT = patterned(200_000);

let folder: string;
let path: string;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "httpxide-multipart-streaming-"));
  path = await fileOf("content.bin", CONTENT);
});

test.after.always(() => rm(folder, { recursive: true, force: true }));

async function fileOf(name: string, content: Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

/** The file named "file" of a request, parsed by the platform. */
async function fileIn(request: ReceivedRequest): Promise<Buffer> {
  const headers = { "Content-Type": request.values("content-type")[0]! };
  const form = await new Response(request.body, { headers }).formData();
  return Buffer.from(await (form.get("file") as File).arrayBuffer());
}

async function* delayedPieces(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < CONTENT.length; at += 50_000) {
    await turn();
    yield CONTENT.subarray(at, at + 50_000);
  }
}

for (const [what, make, known] of [
  ["bytes", () => CONTENT, true],
  ["text", () => CONTENT.toString("latin1"), true],
  ["a Blob", () => new Blob([CONTENT]), true],
  ["an fs.ReadStream", () => createReadStream(path), true],
  ["a FileHandle", () => open(path), true],
  ["a generator", delayedPieces, false],
  ["a web stream", () => new Blob([CONTENT]).stream() as ReadableStream<Uint8Array>, false],
  ["a Node.js stream", () => Readable.from(delayedPieces()), false],
] as [string, () => FileContent | Promise<FileContent>, boolean][]) {
  test(`${what} as a file arrives whole, ${known ? "with its length" : "in chunks"}`, async (t) => {
    await using server = await startRawServer(replying(ok()));
    await using client = new AsyncClient();
    const content = await make();
    await client.post(server.url, { data: { before: "1" }, files: { file: ["f.bin", content] } });
    if (what === "a FileHandle") await (content as Awaited<ReturnType<typeof open>>).close();
    const [request] = server.requests as [ReceivedRequest];
    t.true(request.complete);
    t.deepEqual(request.values("content-length"), known ? [String(request.body.length)] : []);
    t.deepEqual(request.values("transfer-encoding"), known ? [] : ["chunked"]);
    const expected = what === "text" ? Buffer.from(CONTENT.toString("latin1")) : CONTENT;
    t.true(expected.equals(await fileIn(request)));
  });
}

test("a file is not pulled before the preceding parts are sent", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const gate = deferred();
  let opened = false;
  async function* first(): AsyncGenerator<string> {
    yield "1";
    await gate.promise;
    yield "2";
  }
  async function* second(): AsyncGenerator<string> {
    opened = true;
    yield "3";
  }
  const call = client.post(server.url, { files: { first: first(), file: second() } });
  await eventually("the first part arrives", () => server.bytesReceived > 0);
  await steady(() => server.bytesReceived);
  t.false(opened);
  gate.resolve();
  await call;
  t.is((await fileIn(server.requests[0]!)).toString(), "3");
});

test("the caller's Content-Length frames files of unknown length", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const boundary = "B";
  const frame = `--B\r\nContent-Disposition: form-data; name="file"\r\n\r\n\r\n--B--\r\n`.length;
  await client.post(server.url, {
    files: { file: [null, delayedPieces()] },
    headers: {
      "Content-Length": String(frame + CONTENT.length),
      "Content-Type": `multipart/form-data; boundary=${boundary}`,
    },
  });
  const [request] = server.requests as [ReceivedRequest];
  t.true(request.complete);
  t.deepEqual(request.values("transfer-encoding"), []);
  t.is(request.body.length, frame + CONTENT.length);
});

for (const [what, make] of [
  ["an fs.ReadStream", (path: string) => createReadStream(path)],
  ["a FileHandle", (path: string) => open(path)],
] as [string, (path: string) => FileContent | Promise<FileContent>][]) {
  for (const [change, length] of [
    ["shorter", 150_000],
    ["longer", 250_000],
  ] as const) {
    test(`${what} that turns out ${change} than announced is an error, and no byte follows the announced length`, async (t) => {
      await using server = await startRawServer(replying(ok()));
      await using client = new AsyncClient();
      const changing = await fileOf(`${what} ${change}`, CONTENT);
      const content = await make(changing);
      const request = client.buildRequest("POST", `${server.url}/upload`, { files: { file: content } });
      await truncate(changing, length);
      await failsAs(t, client.send(request), { as: LocalProtocolError, phase: "write" });
      if (what === "a FileHandle") await (content as Awaited<ReturnType<typeof open>>).close();
      t.is((await client.get(`${server.url}/next`)).text, "ok");
      // the reset may discard what the server has not read yet, even the head
      const broken = server.requests.slice(0, -1);
      t.true(broken.length <= 1);
      t.true(
        broken.every(({ complete }) => !complete),
        "the server took the broken body for a whole one",
      );
      t.is(server.requests.at(-1)?.line, "GET /next HTTP/1.1");
      t.is(server.connections, 2, "the broken connection was used again");
    });
  }
}

test("a missing file rejects the call with the system's error, even if it is never reached", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const missing = join(folder, "missing");
  const error = await rejection(client.post(server.url, { files: { file: createReadStream(missing) } }));
  t.is((error as NodeJS.ErrnoException).code, "ENOENT");

  const failure = new Error("the first file fails");
  // oxlint-disable-next-line require-yield -- it throws before it yields
  async function* failing(): AsyncGenerator<string> {
    await turn();
    throw failure;
  }
  const call = client.post(server.url, { files: { first: failing(), file: createReadStream(missing) } });
  t.is(await rejection(call), failure);
});

test("a file that fails rejects the call, and the following files are closed", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const failure = new Error("the disk is gone");
  async function* failing(): AsyncGenerator<string> {
    yield "a";
    throw failure;
  }
  const file = createReadStream(path);
  let cancelled = false;
  const web = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
  t.is(await rejection(client.post(server.url, { files: { failing: failing(), file, web } })), failure);
  await eventually("the unread file is closed", () => file.closed);
  await eventually("the unread web stream is cancelled", () => cancelled);
  t.false(server.requests[0]?.complete ?? false);
  t.is((await client.get(server.url)).text, "ok");
});

test("an aborted call closes the file being read, and the following ones", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    await new Promise((resolve) => connection.socket.once("close", resolve));
  });
  await using client = new AsyncClient({ timeout: null });
  const large = await fileOf("large", Buffer.alloc(30_000_000));
  const [reading, waiting] = [createReadStream(large), createReadStream(path)];
  const abort = new AbortController();
  const call = client.post(server.url, { files: { reading, waiting }, signal: abort.signal });
  const outcome = rejection(call);
  await eventually("the upload begins", () => reading.bytesRead > 1_000_000);
  abort.abort();
  t.is(await outcome, abort.signal.reason);
  await eventually("both are closed", () => reading.closed && waiting.closed);
  t.is(waiting.bytesRead, 0);
});

test("repeatable files are sent again; a stream is refused the second time", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  await using handle = await open(path);
  const replayable = {
    bytes: CONTENT,
    blob: new Blob([CONTENT]),
    file: handle,
    pieces: new Set(["a", "b"]),
  };
  const request = client.buildRequest("POST", server.url, { files: replayable });
  await client.send(request);
  await client.send(request);
  const [first, second] = server.requests as [ReceivedRequest, ReceivedRequest];
  t.true(first.complete && second.complete);
  t.true(first.body.equals(second.body));

  for (const once of [createReadStream(path), delayedPieces(), new Blob(["x"]).stream()] as FileContent[]) {
    const request = client.buildRequest("POST", server.url, { files: { ...replayable, once } });
    await client.send(request);
    const sent = server.requests.length;
    t.true((await rejection(client.send(request))) instanceof StreamConsumed);
    t.true((await rejection(client.post(server.url, { files: { other: once } }))) instanceof StreamConsumed);
    t.is(server.requests.length, sent);
  }
});

test("one stream for two files is refused, and can still be sent once", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const once = delayedPieces();
  t.true(
    (await rejection(client.post(server.url, { files: { a: once, b: once } }))) instanceof StreamConsumed,
  );
  await client.post(server.url, { files: { file: once } });
  t.true(CONTENT.equals(await fileIn(server.requests[0]!)));
});

test("a used stream next to an unused one is refused, and the unused one can still be sent", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const [used, fresh] = [delayedPieces(), delayedPieces()];
  await client.post(server.url, { content: used });
  t.true((await rejection(client.post(server.url, { files: { fresh, used } }))) instanceof StreamConsumed);
  await client.post(server.url, { files: { file: fresh } });
  t.true(CONTENT.equals(await fileIn(server.requests[1]!)));
});

/**
 * Files on disk as content: sent with their length where it is certain, in chunks where it is not, and never beyond the
 * announced length.
 */
import { execFileSync } from "node:child_process";
import { closeSync, createReadStream, openAsBlob, openSync } from "node:fs";
import { appendFile, mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { AsyncClient, type ContentTypes, LocalProtocolError, Request, StreamConsumed } from "httpxide";
import { patterned } from "../helpers/bytes.js";
import { failsAs, rejection } from "../helpers/failures.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";
import type { ReceivedRequest } from "../helpers/received-request.js";

const CONTENT = patterned(200_000);

let folder: string;
let path: string;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "httpxide-known-lengths-"));
  path = join(folder, "content.bin");
  await writeFile(path, CONTENT);
  await writeFile(join(folder, "empty"), "");
});

test.after.always(() => rm(folder, { recursive: true, force: true }));

async function received(content: ContentTypes): Promise<ReceivedRequest> {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  await client.post(server.url, { content });
  const [request] = server.requests;
  if (!request?.complete) throw new Error("the body did not come whole");
  return request;
}

for (const [what, make, expected] of [
  ["an fs.ReadStream", () => createReadStream(path), CONTENT],
  [
    "an fs.ReadStream from a start",
    () => createReadStream(path, { start: 70_000 }),
    CONTENT.subarray(70_000),
  ],
  ["an fs.ReadStream up to an end", () => createReadStream(path, { end: 9 }), CONTENT.subarray(0, 10)],
  [
    "an fs.ReadStream from a start to an end",
    () => createReadStream(path, { start: 10, end: 99_999 }),
    CONTENT.subarray(10, 100_000),
  ],
  [
    "an fs.ReadStream to an end beyond the file's",
    () => createReadStream(path, { start: 199_990, end: 1_000_000 }),
    CONTENT.subarray(199_990),
  ],
  [
    "an fs.ReadStream from a start beyond the file's end",
    () => createReadStream(path, { start: 300_000 }),
    Buffer.alloc(0),
  ],
  ["an fs.ReadStream of an empty file", () => createReadStream(join(folder, "empty")), Buffer.alloc(0)],
  [
    "an fs.ReadStream of a descriptor, from a start",
    () => createReadStream("", { fd: openSync(path, "r"), start: 5 }),
    CONTENT.subarray(5),
  ],
  ["a Blob of a file", () => openAsBlob(path), CONTENT],
  [
    "a part of such a Blob",
    async () => (await openAsBlob(path)).slice(7, 150_000),
    CONTENT.subarray(7, 150_000),
  ],
] as [string, () => ContentTypes | Promise<ContentTypes>, Buffer][]) {
  test(`${what} is sent with its length`, async (t) => {
    const request = await received(await make());
    t.deepEqual(request.values("content-length"), [String(expected.length)]);
    t.deepEqual(request.values("transfer-encoding"), []);
    t.true(expected.equals(request.body));
  });
}

test("a FileHandle is sent with its length, from its beginning, any number of times, and stays open", async (t) => {
  await using handle = await open(path);
  await handle.read(Buffer.alloc(1000), 0, 1000);
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const request = client.buildRequest("PUT", server.url, { content: handle });
  await client.send(request);
  await client.send(request);
  for (const { body, headerLines } of server.requests) {
    t.true(headerLines.includes(`Content-Length: ${CONTENT.length}`));
    t.true(CONTENT.equals(body));
  }
  t.is((await handle.read(Buffer.alloc(10), 0, 10)).bytesRead, 10);
});

test("a closed FileHandle is refused", async (t) => {
  const handle = await open(path);
  await handle.close();
  t.throws(() => new Request("POST", "http://h/", { content: handle }), {
    instanceOf: TypeError,
    message: /has been closed/,
  });
});

for (const [what, make, expected] of [
  ["of a descriptor with an unknown position", () => fromDescriptor(1000), CONTENT.subarray(1000)],
  [
    "with an encoding",
    () => createReadStream(path, { encoding: "base64", highWaterMark: 66_000 }),
    Buffer.from(CONTENT.toString("base64")),
  ],
  ["that was read in part", partlyRead, CONTENT.subarray(1000)],
] as [string, () => ContentTypes | Promise<ContentTypes>, Buffer][]) {
  test(`an fs.ReadStream ${what} is sent in chunks`, async (t) => {
    const request = await received(await make());
    t.deepEqual(request.values("transfer-encoding"), ["chunked"]);
    t.true(expected.equals(request.body));
  });
}

async function fromDescriptor(position: number): Promise<ContentTypes> {
  const fd = openSync(path, "r");
  const before = createReadStream("", { fd, autoClose: false, highWaterMark: position, end: position - 1 });
  for await (const chunk of before) void chunk;
  return createReadStream("", { fd });
}

async function partlyRead(): Promise<ContentTypes> {
  const stream = createReadStream(path);
  await new Promise<void>((resolve) => stream.once("readable", () => resolve()));
  stream.read(1000);
  return stream;
}

const onPosix = process.platform === "win32" ? test.skip : test;

onPosix("a pipe has no length: it is sent in chunks, once", async (t) => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const writing = openSync(pipe, "r+");
  await using handle = await open(pipe);
  const filled = writeFile(pipe, "through the pipe");
  const request = new Request("POST", "http://h/", { content: handle });
  await filled;
  closeSync(writing);
  t.deepEqual(request.headers.getList("transfer-encoding"), ["chunked"]);
  t.is(Buffer.from(await request.aread()).toString(), "through the pipe");
  const second = new Request("POST", "http://h/", { content: handle });
  await t.throwsAsync(second.aread(), { instanceOf: StreamConsumed });
});

for (const [what, make] of [
  ["an fs.ReadStream", (path: string) => createReadStream(path)],
  ["a FileHandle", (path: string) => open(path)],
] as [string, (path: string) => ContentTypes | Promise<ContentTypes>][]) {
  test(`${what} that shrinks or grows before it is sent is an error, and no byte follows the announced length`, async (t) => {
    await using server = await startRawServer(replying(ok()));
    await using client = new AsyncClient();
    const changing = join(folder, `changing ${what}`);
    const smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const change of [() => truncate(changing, 10), () => appendFile(changing, smuggled)]) {
      await writeFile(changing, CONTENT);
      const content = await make(changing);
      const request = client.buildRequest("POST", server.url, { content });
      await change();
      await failsAs(t, client.send(request), { as: LocalProtocolError, phase: "write" });
      if (what === "a FileHandle") await (content as Awaited<ReturnType<typeof open>>).close();
    }
    t.is((await client.get(`${server.url}/next`)).text, "ok");
    t.deepEqual(
      server.requests.filter((request) => request.complete).map((request) => request.line),
      ["GET /next HTTP/1.1"],
    );
  });
}

test("a Blob of a changed file is refused by the platform, and no byte follows the announced length", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const changing = join(folder, "changing blob");
  await writeFile(changing, CONTENT);
  const content = await openAsBlob(changing);
  await appendFile(changing, "more");
  const error = await rejection(client.post(server.url, { content }));
  t.is((error as Error).name, "NotReadableError");
  t.false(server.requests[0]?.complete ?? false);
});

test("a missing file rejects the call with the system's error, whenever it is sent", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const content = createReadStream(join(folder, "missing"));
  const request = client.buildRequest("POST", server.url, { content });
  await new Promise<void>((resolve) => content.once("close", () => resolve()));
  t.is(((await rejection(client.send(request))) as NodeJS.ErrnoException).code, "ENOENT");
});

test("the caller's Content-Length overrides the file's", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const headers = { "Content-Length": "5" };
  const call = client.post(server.url, { content: createReadStream(path), headers });
  await failsAs(t, call, { as: LocalProtocolError, phase: "write" });
  await client.post(server.url, { content: createReadStream(path, { end: 4 }), headers });
  t.true(CONTENT.subarray(0, 5).equals(server.requests.find((request) => request.complete)!.body));
});

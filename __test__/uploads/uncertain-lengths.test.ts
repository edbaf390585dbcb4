/**
 * Bodies whose length is not what it seems: a length that is not certain is not announced, and bytes beyond the announced
 * length are an error, also when the server has responded already.
 */
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import test, { type ExecutionContext } from "ava";
import { AsyncClient, type ContentTypes, LocalProtocolError } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";
import { deferred, type Deferred } from "../helpers/waiting.js";

/** Files whose size is not the number of their bytes: of size 0, and of size 4,096. */
const UNCERTAIN = ["/proc/version", "/sys/kernel/mm/transparent_hugepage/enabled"];

for (const path of UNCERTAIN) {
  const onThisSystem = existsSync(path) ? test : test.skip;
  for (const [what, make] of [
    ["an fs.ReadStream", () => createReadStream(path)],
    ["a FileHandle", (t) => openFor(t, path)],
  ] as [string, (t: ExecutionContext) => ContentTypes | Promise<ContentTypes>][]) {
    onThisSystem(`${what} of ${path} is sent in chunks, and whole`, async (t) => {
      await using server = await startRawServer(replying(ok()));
      await using client = new AsyncClient();
      await client.post(server.url, { content: await make(t) });
      const [request] = server.requests;
      t.deepEqual(request?.values("transfer-encoding"), ["chunked"]);
      t.true(readFileSync(path).equals(request!.body));
    });
  }

  onThisSystem(`a multipart body with ${path} is sent in chunks, and whole`, async (t) => {
    await using server = await startRawServer(replying(ok()));
    await using client = new AsyncClient();
    await client.post(server.url, { files: { file: createReadStream(path) } });
    const [request] = server.requests;
    t.deepEqual(request?.values("transfer-encoding"), ["chunked"]);
    t.true(request!.body.includes(readFileSync(path)));
  });
}

/** A file that is closed when its test ends: the client does not close it. */
async function openFor(t: ExecutionContext, path: string): Promise<FileHandle> {
  const file = await open(path);
  t.teardown(() => file.close());
  return file;
}

/** A Blob that is longer than its size says, as Node.js makes of files beyond 4 GiB. */
function wrongBlob(content: string, size: number): Blob {
  return Object.defineProperty(new Blob([content]), "size", { value: size });
}

/** Yields the announced bytes, and the surplus when the server has responded. */
async function* surplusAfter(announced: string, responded: Promise<void>): AsyncGenerator<string> {
  if (announced !== "") yield announced;
  await responded;
  yield "surplus";
}

async function* surplus(announced: string): AsyncGenerator<string> {
  yield announced;
  yield "surplus";
}

const tooLong: [name: string, content: (responded: Promise<void>) => ContentTypes, length: string | null][] =
  [
    ["a Blob of size 0 that has bytes", () => wrongBlob("content", 0), null],
    ["a Blob with more bytes than its size", () => wrongBlob("content", 3), null],
    ["a generator of more bytes than its Content-Length", () => surplus("abc"), "3"],
    ["a generator of bytes with Content-Length 0", () => surplus(""), "0"],
    ["a generator that continues after the response", (responded) => surplusAfter("abc", responded), "3"],
    ["a generator that begins after the response", (responded) => surplusAfter("", responded), "0"],
  ];

for (const [name, content, length] of tooLong) {
  for (const stream of [false, true]) {
    test(`${name} is a LocalProtocolError${stream ? ", streamed" : ""}, though the server responds at once`, async (t) => {
      const responded: Deferred<void> = deferred();
      await using server = await startRawServer(async (connection) => {
        await connection.readHead();
        await connection.send(ok());
        responded.resolve();
        await connection.closed();
      });
      await using client = new AsyncClient();
      const headers = length === null ? {} : { "Content-Length": length };
      const options = { content: content(responded.promise), headers };
      const call = async (): Promise<void> => {
        if (!stream) return void (await client.post(server.url, options));
        await using response = await client.stream("POST", server.url, options);
        await response.aread();
      };
      const error = await failsAs(t, call(), { as: LocalProtocolError, code: "ERR_CONTENT_LENGTH_MISMATCH" });
      t.regex(error.message, /Too much data/);
    });
  }
}

test("a generator with Content-Length 0 and no bytes is sent, and the connection is used again", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const nothing = async function* (): AsyncGenerator<string> {
    yield "";
  };
  for (let time = 0; time < 2; time++) {
    const headers = { "Content-Length": "0" };
    t.is((await client.post(server.url, { content: nothing(), headers })).text, "ok");
  }
  t.is(server.connections, 1);
});

test("a response does not wait for announced bytes that have yet to come", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    await connection.send(ok());
    await connection.closed();
  });
  await using client = new AsyncClient();
  const never = async function* (): AsyncGenerator<string> {
    yield "abc";
    await new Promise(() => undefined);
  };
  const response = await client.post(server.url, { content: never(), headers: { "Content-Length": "6" } });
  t.is(response.text, "ok");
});

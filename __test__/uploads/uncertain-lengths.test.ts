/**
 * Bodies whose length is not what it seems: a length that is not certain is not announced, and bytes beyond the announced
 * length are an error, also when the server has responded already.
 */
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import http from "node:http";
import { Readable } from "node:stream";
import test, { type ExecutionContext } from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  type ContentTypes,
  type FilesTypes,
  LocalProtocolError,
} from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { ok, type RawServer, replying, startRawServer } from "../helpers/raw-server.js";
import { deferred, type Deferred, turn } from "../helpers/waiting.js";

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

/** A Blob of size 3, whose stream gives three bytes and, once `released`, the others. */
function slowBlob(released: Promise<void>, rest: string): Blob {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("abc");
    await released;
    if (rest !== "") yield Buffer.from(rest);
  }
  const stream = (): ReadableStream<Uint8Array> =>
    Readable.toWeb(Readable.from(pieces())) as ReadableStream<Uint8Array>;
  return Object.defineProperty(wrongBlob(`abc${rest}`, 3), "stream", { value: stream });
}

/** A server that responds when it has the first bytes of {@link slowBlob}, before the end of the body. */
function respondingAtOnce(): Promise<RawServer> {
  return startRawServer(async (connection) => {
    await connection.readHead();
    while (!connection.held.includes("\r\n\r\nabc") && (await connection.more()));
    // until the engine knows that the file has its announced size
    for (let turns = 0; turns < 5; turns++) await turn();
    await connection.send(ok());
    await connection.closed();
  });
}

/** Resolves when the client has received the head of the response. */
function untilResponded(): { heard: Promise<void>; trace: (name: string) => void } {
  const { promise: heard, resolve } = deferred();
  const trace = (name: string): void => {
    if (name === "http11.receive_response_headers.complete") resolve();
  };
  return { heard, trace };
}

/** Where the file is among others: whatever it gives, the announced length of the whole is not exceeded. */
const places: [name: string, files: (file: Blob) => FilesTypes][] = [
  ["the only file", (file) => ({ file })],
  ["the first of two files", (file) => [["first", file], ["second", "x".repeat(100)]]], // prettier-ignore
  ["the last of two files", (file) => [["first", "x"], ["second", file]]], // prettier-ignore
];

for (const [place, files] of places) {
  for (const stream of [false, true]) {
    test(`${place} with more bytes than its size is a LocalProtocolError${stream ? ", streamed" : ""}, though the server has responded`, async (t) => {
      await using server = await respondingAtOnce();
      await using client = new AsyncClient();
      const call = async (): Promise<void> => {
        const { heard, trace } = untilResponded();
        const options = { files: files(slowBlob(heard, "surplus")), extensions: { trace } };
        if (!stream) return void (await client.post(server.url, options));
        await using response = await client.stream("POST", server.url, options);
        await response.aread();
      };
      const error = await failsAs(t, call(), {
        as: LocalProtocolError,
        code: "ERR_CONTENT_LENGTH_MISMATCH",
        phase: "write",
      });
      t.regex(error.message, /Too much data/);
    });
  }
}

test("a file of its announced size ends the wait of an early response", async (t) => {
  await using server = await respondingAtOnce();
  await using client = new AsyncClient();
  const { heard, trace } = untilResponded();
  const files = { file: slowBlob(heard, "") };
  t.is((await client.post(server.url, { files, extensions: { trace } })).text, "ok");
});

const reading = http.createServer((request, response) => {
  request.resume().on("end", () => response.end("ok"));
});
for (const [name, clientOptions] of [
  ["a server", {}],
  ["an application of node:http", { app: reading }],
  [
    "a fetch handler",
    { app: async (request: globalThis.Request) => new globalThis.Response(await request.text()) },
  ],
] as [string, AsyncClientOptions][]) {
  test(`a file with more bytes than its size is a LocalProtocolError to ${name}, though another has as many fewer`, async (t) => {
    await using server = await startRawServer(replying(ok()));
    await using client = new AsyncClient(clientOptions);
    const files = { first: wrongBlob("content", 3), second: wrongBlob("abc", 7) };
    await failsAs(t, client.post(server.url, { files }), {
      as: LocalProtocolError,
      code: "ERR_CONTENT_LENGTH_MISMATCH",
      phase: "write",
    });
  });

  test(`a file with more bytes than its size is sent to ${name} in chunks, if no length is announced`, async (t) => {
    await using server = await startRawServer(replying(ok()));
    await using client = new AsyncClient(clientOptions);
    const files = { first: wrongBlob("content", 3) };
    const response = await client.post(server.url, { files, headers: { "Transfer-Encoding": "chunked" } });
    t.is(response.statusCode, 200);
  });
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

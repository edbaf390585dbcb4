/** A body that can be read once is read while its connection is opened. If the server has seen nothing of it, it is sent again. */
import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { callbackify } from "node:util";
import test, { type ExecutionContext } from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  AsyncHTTPTransport,
  ConnectError,
  type ContentTypes,
  LocalProtocolError,
  ReadError,
  RemoteProtocolError,
  type Request,
  type RequestOptions,
  type Response,
  RetryTransport,
} from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { bodyOf, startHttpServer } from "../helpers/http-server.js";
import { deferred, eventually, turn } from "../helpers/waiting.js";

const AT_ONCE = { backoff: { initial: 0 } } as const;

/** Does not know the name until `wait` has resolved, and then still says once that it does not. */
function unknownUntil(wait: Promise<unknown>): () => Promise<readonly string[]> {
  let asked = 0;
  return async () => {
    asked += 1;
    if (asked > 1) return ["127.0.0.1"];
    await wait;
    throw Object.assign(new Error("not known yet"), { code: "ENOTFOUND" });
  };
}

/** A source that notes how many pieces were pulled, and whether it was closed. */
function noted(pieces: readonly (Uint8Array | string)[]) {
  const of = { pulled: 0, isClosed: false };
  async function* content(): AsyncGenerator<Uint8Array | string> {
    try {
      for (const piece of pieces) {
        of.pulled += 1;
        yield piece;
      }
    } finally {
      of.isClosed = true;
    }
  }
  return Object.assign(of, { content: content() });
}

interface Outcome {
  readonly body: Buffer;
  readonly attempt: unknown;
}

async function put(
  content: ContentTypes,
  wait: Promise<unknown>,
  options: AsyncClientOptions = { retry: AT_ONCE },
  call: RequestOptions = {},
): Promise<Outcome> {
  await using server = await startHttpServer(async (request, response) => {
    response.end(await bodyOf(request));
  });
  const network = { dns: { cache: false }, resolver: unknownUntil(wait), trustEnv: false, timeout: 30_000 };
  await using client = new AsyncClient({ ...network, ...options });
  const url = server.url.replace("127.0.0.1", "service.test");
  const response = await client.put(url, { content, ...call });
  return { body: Buffer.from(response.content), attempt: response.extensions.attempt };
}

const KIB = 1024;
const sizes: Record<string, readonly number[]> = {
  "one piece": [10],
  "no piece": [],
  "many small pieces": Array.from({ length: 100 }, (_, index) => index + 1),
  "more than is pulled ahead": Array.from({ length: 40 }, () => 64 * KIB),
  "pieces of 300 KiB": Array.from({ length: 6 }, () => 300 * KIB),
};

for (const [name, lengths] of Object.entries(sizes)) {
  test(`a generator of ${name} is sent again, whole and in order, when the first attempt had no connection`, async (t) => {
    const pieces = lengths.map((length, index) => Buffer.alloc(length, index + 1));
    const source = noted(pieces);
    // all that is pulled ahead of the connection: a MiB, and the rest of a piece
    let ahead = 0;
    const count = lengths.findIndex((length) => (ahead += length) >= KIB * KIB) + 1 || lengths.length;
    const pulled = eventually("the body is read ahead", () =>
      count === lengths.length ? source.isClosed : source.pulled === count,
    );
    const { body, attempt } = await put(source.content, pulled);
    t.is(attempt, 2);
    t.true(body.equals(Buffer.concat(pieces)));
    t.is(source.pulled, lengths.length);
    t.true(source.isClosed);
  });
}

test("a piece that is awaited while the first attempt fails goes with the second", async (t) => {
  const [begun, goesOn] = [deferred(), deferred()];
  async function* content(): AsyncGenerator<string> {
    yield "one ";
    begun.resolve();
    await goesOn.promise;
    yield "two ";
    yield "three";
  }
  const onRetry = (): void => void setImmediate(goesOn.resolve);
  const { body, attempt } = await put(content(), begun.promise, { retry: { ...AT_ONCE, onRetry } });
  t.is(attempt, 2);
  t.is(body.toString(), "one two three");
});

test("a source may use its memory again for the next piece", async (t) => {
  const read = deferred();
  async function* content(): AsyncGenerator<Uint8Array> {
    const memory = Buffer.alloc(4);
    for (const text of ["one ", "two ", "tri "]) {
      memory.write(text);
      yield memory;
    }
    read.resolve();
  }
  t.is((await put(content(), read.promise)).body.toString(), "one two tri ");
});

test("a part of a multipart body with a length of its own is sent again with it", async (t) => {
  const read = deferred();
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(Buffer.from("of the stream"));
      controller.close();
      read.resolve();
    },
  });
  const files = { a: ["a.txt", "of the text"], b: ["b.txt", stream] } as RequestOptions["files"];
  const options = { retry: AT_ONCE };
  const { body, attempt } = await put(undefined as never, read.promise, options, { content: null, files });
  t.is(attempt, 2);
  t.regex(body.toString(), /of the text\r\n[^]*of the stream\r\n/);
});

test("one RetryTransport sends it again as a client does, and one without attempts left closes it", async (t) => {
  const source = noted(["the body"]);
  const wait = eventually("the body is read", () => source.isClosed);
  const network = new AsyncHTTPTransport({ dns: { cache: false }, resolver: unknownUntil(wait) });
  const { body, attempt } = await put(source.content, wait, {
    transport: new RetryTransport(network, AT_ONCE),
    resolver: undefined,
    dns: undefined,
  });
  t.is(attempt, 2);
  t.is(body.toString(), "the body");
});

test("after the last attempt the source is closed, and its error is that of the connection", async (t) => {
  const source = noted(Array.from({ length: 100 }, () => Buffer.alloc(64 * KIB)));
  await using client = new AsyncClient({ retry: { ...AT_ONCE, attempts: 2 }, trustEnv: false });
  const error = await failsAs(t, client.put("http://127.0.0.1:1/", { content: source.content }), {
    as: ConnectError,
    code: "ECONNREFUSED",
    requestSent: false,
  });
  t.is(error.attempt, 2);
  await eventually("the source is closed", () => source.pulled === 0 || source.isClosed);
});

for (const [what, start] of [
  ["the first piece", ""],
  ["a later piece", "start "],
] as const) {
  test(`${what} is sent whole when it comes between two attempts and is longer than can be kept`, async (t) => {
    const [begun, goesOn] = [deferred(), deferred()];
    const report = Buffer.alloc(5 * KIB * KIB, "r");
    async function* content(): AsyncGenerator<Uint8Array | string> {
      if (start !== "") yield start;
      begun.resolve();
      await goesOn.promise;
      yield report;
      yield " end";
    }
    const onRetry = async (): Promise<void> => {
      goesOn.resolve();
      await turn();
      await turn();
    };
    const { body, attempt } = await put(content(), begun.promise, { retry: { ...AT_ONCE, onRetry } });
    t.is(attempt, 2);
    t.true(body.equals(Buffer.concat([Buffer.from(start), report, Buffer.from(" end")])));
  });
}

test("small pieces and text count with the memory that they take", async (t) => {
  // 600,000 bytes, and 1,500,000 UTF-16 code units that are 4,500,000 bytes
  for (const pieces of [
    Array.from({ length: 40_000 }, () => "one more row.\r\n"),
    ["\u20ac".repeat(1_500_000)],
  ]) {
    const source = noted(pieces);
    const wait = eventually("all is pulled", () => source.pulled === pieces.length);
    const unsent = { as: ConnectError, code: "ENOTFOUND", requestSent: false } as const;
    t.is((await failsAs(t, put(source.content, wait), unsent)).attempt, 1);
  }
});

/** A file of 10 bytes, of which `content` is read once `wait` has resolved. */
function fileOfTen(
  t: ExecutionContext,
  content: string,
  wait: Promise<void>,
  reads?: () => void,
): fs.ReadStream {
  const folder = fs.mkdtempSync(path.join(tmpdir(), "bodies-read-once-"));
  t.teardown(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, "file");
  fs.writeFileSync(file, "0123456789");
  let left = Buffer.from(content);
  type Done = (error: Error | null, bytes: number, buffer: Buffer) => void;
  const bytes = async (buffer: Buffer, offset: number): Promise<number> => {
    await wait;
    const copied = left.copy(buffer, offset);
    left = left.subarray(copied);
    return copied;
  };
  const read = (
    _: number,
    buffer: Buffer,
    offset: number,
    _length: number,
    _at: unknown,
    done: Done,
  ): void => {
    reads?.();
    callbackify(bytes)(buffer, offset, (error, count) => done(error, count, buffer));
  };
  return fs.createReadStream(file, { fs: { open: fs.open, close: fs.close, read } as never });
}

test("a part that turns out too long between two attempts fails the next one", async (t) => {
  const [begun, goesOn] = [deferred(), deferred()];
  const files = {
    a: fileOfTen(t, "fifteen letters", goesOn.promise, begun.resolve),
    b: fileOfTen(t, "five.", goesOn.promise),
  } as RequestOptions["files"];
  const onRetry = async (): Promise<void> => {
    goesOn.resolve();
    await turn();
    await turn();
  };
  const options = { retry: { ...AT_ONCE, onRetry } };
  const sent = put(undefined as never, begun.promise, options, { content: null, files });
  t.is((await failsAs(t, sent, { as: LocalProtocolError })).attempt, 2);
});

test("what a transport of one's own has begun to read is not sent again", async (t) => {
  const [begun, goesOn] = [deferred(), deferred()];
  async function* content(): AsyncGenerator<string> {
    yield "one";
    begun.resolve();
    await goesOn.promise;
    yield "two";
  }
  let calls = 0;
  const transport = {
    async handleAsyncRequest(request: Request): Promise<Response> {
      calls += 1;
      request.aread().catch(() => undefined);
      await begun.promise;
      throw new ReadError("cut off");
    },
  };
  for (const options of [
    { transport, retry: AT_ONCE },
    { transport: new RetryTransport(transport, AT_ONCE) },
  ]) {
    calls = 0;
    await using client = new AsyncClient(options);
    const sent = client.put("http://h/", { content: content() });
    const error = await t.throwsAsync(sent, { instanceOf: ReadError });
    t.deepEqual([error.attempt, calls], [1, 1]);
  }
  goesOn.resolve();
});

test("what is longer than can be kept is sent once, and so is a body with trailers", async (t) => {
  const long = noted([Buffer.alloc(5 * KIB * KIB), "end"]);
  const wait = eventually("the piece is pulled", () => long.pulled > 0);
  const unsent = { as: ConnectError, code: "ENOTFOUND", requestSent: false } as const;
  t.is((await failsAs(t, put(long.content, wait), unsent)).attempt, 1);
  await eventually("the source is closed", () => long.isClosed);
  const short = noted(["the body"]);
  const read = eventually("the body is read", () => short.isClosed);
  const trailers = (): Record<string, string> => ({ Digest: "of the body" });
  const once = put(short.content, read, { retry: AT_ONCE }, { trailers });
  t.is((await failsAs(t, once, unsent)).attempt, 1);
});

test("a body of which the server may have seen a byte is not sent again", async (t) => {
  await using server = await startHttpServer((request) => void request.once("data", () => request.destroy()));
  await using client = new AsyncClient({ retry: AT_ONCE, trustEnv: false });
  async function* content(): AsyncGenerator<string> {
    yield "the body";
  }
  const error = await failsAs(t, client.put(server.url, { content: content() }), { as: RemoteProtocolError });
  t.is(error.attempt, 1);
  t.is(server.requests.length, 1);
});

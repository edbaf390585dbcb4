/**
 * Every kind of content as it arrives at the server, with known and unknown length.
 */
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import test from "ava";
import { AsyncClient, type ContentTypes, type RequestOptions } from "httpxide";
import { patterned } from "../helpers/bytes.js";
import { rejection } from "../helpers/failures.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";
import type { ReceivedRequest } from "../helpers/received-request.js";
import { turn } from "../helpers/waiting.js";

async function receivedFrom(options: RequestOptions): Promise<ReceivedRequest> {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  await client.post(server.url, options);
  const [request] = server.requests;
  if (!request?.complete) throw new Error("the body did not come whole");
  return request;
}

const TEXT = "Grüße, 世界 🌍";
const BYTES = Buffer.from(TEXT);

function* pieces(): Generator<string> {
  for (const character of TEXT) yield character;
}

async function* delayedPieces(): AsyncGenerator<string> {
  for (const character of TEXT) {
    await turn();
    yield character;
  }
}

interface KnownLength {
  readonly kind: string;
  readonly options: () => RequestOptions;
  readonly type?: RegExp;
}

const KNOWN_LENGTH: readonly KnownLength[] = [
  { kind: "text", options: () => ({ content: TEXT }) },
  { kind: "a Uint8Array", options: () => ({ content: new Uint8Array(BYTES) }) },
  { kind: "a Buffer", options: () => ({ content: BYTES }) },
  {
    kind: "a part of a larger array",
    options: () => ({
      content: Buffer.concat([Buffer.from("<<"), BYTES, Buffer.from(">>")]).subarray(2, -2),
    }),
  },
  { kind: "an ArrayBuffer", options: () => ({ content: new Uint8Array(BYTES).buffer }) },
  { kind: "a Blob", options: () => ({ content: new Blob([TEXT]) }) },
  {
    kind: "a Blob with a type",
    options: () => ({ content: new Blob([TEXT], { type: "text/x-greeting" }) }),
    type: /^text\/x-greeting$/,
  },
];

for (const { kind, options, type } of KNOWN_LENGTH) {
  test(`${kind} is sent with its length`, async (t) => {
    const request = await receivedFrom(options());
    t.deepEqual(request.values("content-length"), [String(BYTES.length)]);
    t.deepEqual(request.values("transfer-encoding"), []);
    t.is(request.body.toString(), TEXT);
    const [given] = request.values("content-type");
    if (type) t.regex(given ?? "", type);
    else t.is(given, undefined);
  });
}

const UNKNOWN_LENGTH: readonly (readonly [kind: string, content: () => ContentTypes])[] = [
  ["a generator of text", pieces],
  ["an array of pieces", () => [BYTES.subarray(0, 5), BYTES.subarray(5)]],
  ["an async generator", delayedPieces],
  ["a web stream", () => ReadableStream.from([BYTES.subarray(0, 3), BYTES.subarray(3)])],
  ["the stream of a Blob", () => new Blob([TEXT]).stream() as ReadableStream<Uint8Array>],
  ["a Node.js stream of bytes", () => Readable.from([BYTES.subarray(0, 3), BYTES.subarray(3)])],
  ["a Node.js stream of text", () => Readable.from(pieces())],
  ["an empty generator", () => [] as string[]],
];

for (const [kind, content] of UNKNOWN_LENGTH) {
  test(`${kind} is sent in chunks`, async (t) => {
    const request = await receivedFrom({ content: content() });
    t.deepEqual(request.values("transfer-encoding"), ["chunked"]);
    t.deepEqual(request.values("content-length"), []);
    t.is(request.body.toString(), kind.startsWith("an empty") ? "" : TEXT);
  });
}

test("an empty piece in the middle does not end the body", async (t) => {
  const request = await receivedFrom({ content: ["one ", "", new Uint8Array(0), "two"] });
  t.is(request.body.toString(), "one two");
  t.is(request.chunkSizes.filter((size) => size === 0).length, 1);
});

test("text and bytes may be mixed", async (t) => {
  const request = await receivedFrom({ content: ["a", Buffer.from([0, 255]), "🌍"] });
  t.deepEqual([...request.body], [...Buffer.from("a"), 0, 255, ...Buffer.from("🌍")]);
});

test("a generator may reuse one buffer for all of its pieces", async (t) => {
  async function* reusing(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(4);
    for (let value = 1; value <= 50; value++) yield buffer.fill(value);
  }
  const request = await receivedFrom({ content: reusing() });
  const expected = Array.from({ length: 50 }, (_, index) => [index + 1, index + 1, index + 1, index + 1]);
  t.deepEqual([...request.body], expected.flat());
});

test("a stream with the caller's Content-Length is sent without chunks", async (t) => {
  const request = await receivedFrom({
    content: delayedPieces(),
    headers: { "Content-Length": String(BYTES.length) },
  });
  t.deepEqual(request.values("content-length"), [String(BYTES.length)]);
  t.deepEqual(request.values("transfer-encoding"), []);
  t.is(request.body.toString(), TEXT);
});

test("json is sent compact, as UTF-8, with its type", async (t) => {
  const request = await receivedFrom({ json: { text: TEXT, list: [1, null, true], nested: { a: 1.5 } } });
  t.is(request.body.toString(), `{"text":"${TEXT}","list":[1,null,true],"nested":{"a":1.5}}`);
  t.deepEqual(request.values("content-type"), ["application/json"]);
  t.deepEqual(request.values("content-length"), [String(request.body.length)]);
});

test("data is sent as a form", async (t) => {
  const request = await receivedFrom({
    data: { name: "Zoë & Co", list: ["1", "2"], yes: true, nothing: null, "key with space": "%+=" },
  });
  t.deepEqual(request.values("content-type"), ["application/x-www-form-urlencoded"]);
  t.deepEqual(
    [...new URLSearchParams(request.body.toString())],
    [
      ["name", "Zoë & Co"],
      ["list", "1"],
      ["list", "2"],
      ["yes", "true"],
      ["nothing", ""],
      ["key with space", "%+="],
    ],
  );
  t.deepEqual(request.values("content-length"), [String(request.body.length)]);
});

test("URLSearchParams are sent as a form", async (t) => {
  const request = await receivedFrom({ content: new URLSearchParams({ a: "1 2", b: "ü" }) });
  t.regex(request.values("content-type")[0] ?? "", /^application\/x-www-form-urlencoded\b/);
  t.is(request.body.toString(), "a=1+2&b=%C3%BC");
});

test("FormData is sent as multipart", async (t) => {
  const form = new FormData();
  form.append("field", TEXT);
  form.append("file", new Blob([patterned(100_000)], { type: "application/x-test" }), "file.bin");
  const request = await receivedFrom({ content: form });
  const [type = ""] = request.values("content-type");
  const parsed = await new Response(request.body, { headers: { "Content-Type": type } }).formData();
  t.is(parsed.get("field"), TEXT);
  const file = parsed.get("file") as File;
  t.is(file.name, "file.bin");
  t.is(file.type, "application/x-test");
  t.true(patterned(100_000).equals(Buffer.from(await file.arrayBuffer())));
});

for (const size of [1, 16_384, 65_535, 65_536, 65_537, 5_000_000]) {
  test(`${size} bytes arrive whole, at once and in pieces`, async (t) => {
    const body = patterned(size);
    t.true(body.equals((await receivedFrom({ content: body })).body));
    async function* cut(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < size; at += 100_003) yield body.subarray(at, at + 100_003);
    }
    t.true(body.equals((await receivedFrom({ content: cut() })).body));
    t.true(body.equals((await receivedFrom({ content: new Blob([body]) })).body));
  });
}

test("twenty concurrent uploads do not mix", async (t) => {
  await using server = await startRawServer(replying((request) => ok(request.body)));
  await using client = new AsyncClient();
  async function* letters(letter: string): AsyncGenerator<string> {
    for (let piece = 0; piece < 50; piece++) {
      for (let count = piece % 3; count > 0; count--) await turn();
      yield letter.repeat(piece);
    }
  }
  const alphabet = [..."abcdefghijklmnopqrst"];
  const echoes = await Promise.all(
    alphabet.map(async (letter) => (await client.post(server.url, { content: letters(letter) })).text),
  );
  t.deepEqual(
    echoes,
    alphabet.map((letter) => letter.repeat((49 * 50) / 2)),
  );
});

for (const [kind, content] of [
  ["a number", 5],
  ["a plain object", { a: 1 }],
  ["a boolean", true],
] as const) {
  test(`${kind} as content is refused before the request is sent`, async (t) => {
    await using server = await startRawServer(replying(ok()));
    await using client = new AsyncClient();
    const error = await rejection(client.post(server.url, { content: content as unknown as ContentTypes }));
    t.true(error instanceof TypeError, String(error));
    t.is(server.connections, 0);
  });
}

test("json without a JSON text is refused before the request is sent", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  t.true((await rejection(client.post(server.url, { json: circular }))) instanceof TypeError);
  t.true((await rejection(client.post(server.url, { json: { big: 1n } }))) instanceof TypeError);
  t.is(server.connections, 0);
});

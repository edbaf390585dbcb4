// Content codings of responses made in JavaScript: whole, split at every byte, truncated and invalid. The decoder vectors
// are HTTPX's own cases.
import * as zlib from "node:zlib";
import test from "ava";
import { AsyncClient, DecodingError, MockTransport, Response } from "httpxide";
import { gather, inChunks } from "../helpers/bytes.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
const plain = "test 123";
const coded: readonly [coding: string, body: Uint8Array][] = [
  ["gzip", zlib.gzipSync(plain)],
  ["deflate", zlib.deflateSync(plain)],
  ["deflate", zlib.deflateRawSync(plain)],
  ["br", hex("8b 03 80 74 65 73 74 20 31 32 33 03")],
  ["deflate, gzip", zlib.gzipSync(zlib.deflateSync(plain))],
  ["gzip,br", zlib.brotliCompressSync(zlib.gzipSync(plain))],
  ["GZip", zlib.gzipSync(plain)],
  ["identity, gzip", zlib.gzipSync(plain)],
  ["gzip, identity", zlib.gzipSync(plain)],
  ["unheard-of, gzip", zlib.gzipSync(plain)],
  ["unheard-of", encode(plain)],
  ["gzip, gzip, gzip, gzip, gzip", [1, 2, 3, 4, 5].reduce((b) => zlib.gzipSync(b), encode(plain))],
];

for (const [coding, body] of coded) {
  const headers = { "Content-Encoding": coding };

  test(`${coding} of ${body.byteLength} bytes is decoded, at once and split at every byte`, async (t) => {
    t.is(new Response(200, { headers, content: body }).text, plain);
    for (let at = 0; at <= body.byteLength; at += 1) {
      const response = new Response(200, {
        headers,
        content: inChunks(body.subarray(0, at), body.subarray(at)),
      });
      await response.aread();
      t.is(response.text, plain);
    }
  });

  test(`${coding} of ${body.byteLength} bytes is unchanged when read raw`, async (t) => {
    const response = new Response(200, { headers, content: inChunks(body) });
    t.deepEqual(Buffer.concat(await gather(response.aiterRaw())), Buffer.from(body));
  });
}

for (const coding of ["gzip", "deflate", "br", "gzip, br"]) {
  const headers = { "Content-Encoding": coding };

  test(`an empty body is valid with ${coding}`, async (t) => {
    t.is(new Response(200, { headers, content: new Uint8Array(0) }).text, "");
    const response = new Response(200, { headers, content: inChunks(new Uint8Array(0)) });
    t.is((await response.aread()).byteLength, 0);
  });

  test(`invalid data is an error with ${coding}`, async (t) => {
    const content = encode("this is not compressed at all");
    t.throws(() => new Response(200, { headers, content }), { instanceOf: DecodingError });
    const response = new Response(200, { headers, content: inChunks(content) });
    await t.throwsAsync(response.aread(), { instanceOf: DecodingError });
    t.true(response.isClosed);
  });
}

for (const [coding, body] of coded.slice(0, 6)) {
  test(`${coding} of ${body.byteLength} bytes truncated is an error`, async (t) => {
    const headers = { "Content-Encoding": coding };
    const content = body.subarray(0, body.byteLength - 1);
    t.throws(() => new Response(200, { headers, content }), { instanceOf: DecodingError });
    await t.throwsAsync(new Response(200, { headers, content: inChunks(content) }).aread(), {
      instanceOf: DecodingError,
    });
  });
}

test("more than five codings are refused", async (t) => {
  const headers = { "Content-Encoding": Array(6).fill("gzip").join(", ") };
  t.throws(() => new Response(200, { headers, content: "x" }), { instanceOf: DecodingError });
  await t.throwsAsync(new Response(200, { headers, content: inChunks("x") }).aread(), {
    instanceOf: DecodingError,
  });
});

test("a decoding error names the request", async (t) => {
  const headers = { "Content-Encoding": "gzip" };
  const transport = new MockTransport(() => new Response(200, { headers, content: inChunks("nonsense") }));
  await using client = new AsyncClient({ transport });
  const error = await t.throwsAsync(client.get("http://u:p@h/x"), { instanceOf: DecodingError });
  t.true(error.message.startsWith("GET http://[secure]@h/x: the body is not valid gzip: "));
  t.is(error.request.url.pathname, "/x");
  t.is(error.phase, "decode");
});

test("the body's own error is not reported as a decoding error", async (t) => {
  const failure = new Error("gone");
  const response = new Response(200, {
    headers: { "Content-Encoding": "gzip" },
    content: (async function* () {
      yield zlib.gzipSync("a").subarray(0, 5);
      throw failure;
    })(),
  });
  t.is(await t.throwsAsync(response.aread()), failure);
});

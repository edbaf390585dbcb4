/** Content codings over a socket: split at any byte, truncated at any byte, counted, and large. */
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import test from "ava";
import { AsyncClient, DecodingError } from "httpxide";
import { gatherBytes, patterned } from "../helpers/bytes.js";
import { CODED, TEXT } from "../helpers/content-codings.js";
import { failsAs } from "../helpers/failures.js";
import { chunk, chunkedHead, head, LAST_CHUNK, ok, replying, startRawServer } from "../helpers/raw-server.js";

function coded(bytes: Uint8Array, coding: string): Buffer {
  return ok(bytes, `Content-Encoding: ${coding}`);
}

test("aiterRaw() works with more codings than the engine decodes", async (t) => {
  const coding = "gzip, gzip, gzip, gzip, gzip, gzip";
  await using server = await startRawServer(replying(coded(Buffer.from(TEXT), coding)));
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  t.is((await gatherBytes(response.aiterRaw())).toString(), TEXT);
  await failsAs(t, client.get(server.url), { as: DecodingError, phase: "decode", requestSent: true });
});

for (const { name, coding, bytes } of CODED) {
  test(`${name}: the body is decoded`, async (t) => {
    await using server = await startRawServer(replying(coded(bytes, coding)));
    await using client = new AsyncClient();
    const response = await client.get(server.url);
    t.is(response.text, TEXT);
    t.is(response.headers.get("content-encoding"), coding);
    t.is(response.numBytesDownloaded, bytes.length, "counted before decoding");
    await using streamed = await client.stream("GET", server.url);
    t.is((await gatherBytes(streamed.aiterBytes())).toString(), TEXT);
    t.is(streamed.numBytesDownloaded, bytes.length);
  });

  test(`${name}: aiterRaw() yields the bytes as received`, async (t) => {
    await using server = await startRawServer(replying(coded(bytes, coding)));
    await using client = new AsyncClient();
    await using response = await client.stream("GET", server.url);
    t.deepEqual(await gatherBytes(response.aiterRaw()), bytes);
    t.is(response.numBytesDownloaded, bytes.length);
  });

  test(`${name}: the body may arrive in two pieces, split at any byte`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      for (let request = await connection.readRequest(); request; request = await connection.readRequest()) {
        const cut = Number(request.line.split("/")[1]?.split(" ")[0]);
        const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)].filter((piece) => piece.length > 0);
        await connection.send(chunkedHead(`Content-Encoding: ${coding}`));
        await connection.sendPieces(pieces.map(chunk));
        await connection.send(LAST_CHUNK);
      }
    });
    await using client = new AsyncClient();
    for (let cut = 0; cut <= bytes.length; cut++) {
      t.is((await client.get(`${server.url}/${cut}`)).text, TEXT, `cut at ${cut}`);
    }
  });

  test(`${name}: the whole response may arrive byte by byte`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.sendPieces([...coded(bytes, coding)].map((byte) => Buffer.from([byte])));
      await connection.closed();
    });
    await using client = new AsyncClient();
    t.is((await client.get(server.url)).text, TEXT);
  });

  test(`${name}: a truncated body is an error, at any length`, async (t) => {
    await using server = await startRawServer(
      replying((request) =>
        coded(bytes.subarray(0, Number(request.line.split("/")[1]?.split(" ")[0])), coding),
      ),
    );
    await using client = new AsyncClient();
    for (let length = 1; length < bytes.length; length++) {
      const call = client.get(`${server.url}/${length}`);
      await failsAs(t, call, { as: DecodingError, phase: "decode", requestSent: true });
    }
  });

  test(`${name}: garbage is an error, also in a stream`, async (t) => {
    await using server = await startRawServer(
      replying(coded(Buffer.from("\xff\xff this is not it"), coding)),
    );
    await using client = new AsyncClient();
    const expected = { as: DecodingError, phase: "decode", requestSent: true } as const;
    await failsAs(t, client.get(server.url), expected);
    await using response = await client.stream("GET", server.url);
    t.is(response.statusCode, 200);
    await failsAs(t, gatherBytes(response.aiterBytes()), expected);
    t.true(response.isClosed);
  });

  test(`${name}: an empty body is empty`, async (t) => {
    await using server = await startRawServer(replying(coded(Buffer.alloc(0), coding)));
    await using client = new AsyncClient();
    t.is((await client.get(server.url)).text, "");
  });

  test(`${name}: responses without a body are not decoded`, async (t) => {
    const statuses: Record<string, string> = {
      HEAD: "200 OK",
      GET: "204 No Content",
      POST: "304 Not Modified",
    };
    await using server = await startRawServer(
      replying((request) =>
        head(statuses[request.line.split(" ")[0] ?? ""] ?? "", `Content-Encoding: ${coding}`),
      ),
    );
    await using client = new AsyncClient();
    t.is((await client.head(server.url)).text, "");
    t.is((await client.get(server.url)).text, "");
    t.is((await client.post(server.url)).text, "");
    t.is(server.connections, 1);
  });
}

test("bytes received before decoding failed are counted", async (t) => {
  const wrongChecksum = gzipSync(TEXT);
  wrongChecksum[wrongChecksum.length - 8]! ^= 1;
  for (const bytes of [Buffer.from("no gzip at all"), wrongChecksum, gzipSync(TEXT).subarray(0, -1)]) {
    await using server = await startRawServer(replying(coded(bytes, "gzip")));
    await using client = new AsyncClient();
    await using response = await client.stream("GET", server.url);
    await failsAs(t, gatherBytes(response.aiterBytes()), { as: DecodingError, phase: "decode" });
    t.is(response.numBytesDownloaded, bytes.length);
  }
});

test("valid data before garbage is yielded before the error", async (t) => {
  const body = patterned(500_000);
  const broken = gzipSync(body);
  broken.fill(0xff, broken.length - 8);
  await using server = await startRawServer(replying(coded(broken, "gzip")));
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  const parts: Uint8Array[] = [];
  const reading = (async () => {
    for await (const part of response.aiterBytes()) parts.push(part);
  })();
  await failsAs(t, reading, { as: DecodingError, phase: "decode" });
  const good = Buffer.concat(parts);
  t.true(good.length > 0 && body.subarray(0, good.length).equals(good));
});

test("5 MB are decoded whole in every coding", async (t) => {
  const body = Buffer.concat([patterned(1_000_000), Buffer.alloc(4_000_000, "all the same ")]);
  // Brotli's default quality takes seconds, and all servers of these tests share this thread.
  const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  const compressors = {
    gzip: gzipSync,
    deflate: deflateSync,
    br: (data: Buffer) => brotliCompressSync(data, fast),
  };
  for (const [coding, compress] of Object.entries(compressors)) {
    await using server = await startRawServer(replying(coded(compress(body), coding)));
    await using client = new AsyncClient({ timeout: 30_000 });
    t.true(body.equals((await client.get(server.url)).content), coding);
    await using response = await client.stream("GET", server.url);
    t.true(body.equals(await gatherBytes(response.aiterBytes(65_536))), coding);
  }
});

test("white space around Content-Encoding is ignored", async (t) => {
  await using server = await startRawServer(replying(coded(gzipSync(TEXT), " gzip ")));
  await using client = new AsyncClient();
  t.is((await client.get(server.url)).text, TEXT);
});

test("several Content-Encoding lines are one list", async (t) => {
  const bytes = gzipSync(deflateSync(TEXT));
  await using server = await startRawServer(
    replying(ok(bytes, "Content-Encoding: deflate", "Content-Encoding: gzip")),
  );
  await using client = new AsyncClient();
  t.is((await client.get(server.url)).text, TEXT);
});

test("a body that does not decode leaves the client usable", async (t) => {
  await using server = await startRawServer(
    replying((request) => (request.line.includes("/bad") ? coded(Buffer.from("bad"), "gzip") : ok("good"))),
  );
  await using client = new AsyncClient({ limits: { maxConnections: 1 } });
  for (let time = 0; time < 10; time++) {
    await failsAs(t, client.get(`${server.url}/bad`), { as: DecodingError });
    t.is((await client.get(server.url)).text, "good");
  }
});

test("bytes that a coding adds after the end of the body are counted", async (t) => {
  const bytes = gzipSync(TEXT);
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead("Content-Encoding: gzip"));
    await connection.sendPieces([chunk(bytes.subarray(0, -8)), chunk(bytes.subarray(-8))]);
    await connection.send(LAST_CHUNK);
    await connection.closed();
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  t.is((await gatherBytes(response.aiterBytes())).toString(), TEXT);
  t.is(response.numBytesDownloaded, bytes.length);
});

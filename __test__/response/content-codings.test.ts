/**
 * Content codings: a table of valid and invalid bodies, read from every kind of response: over a socket, from a mock, from
 * an application and made by hand.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import test from "ava";
import { AsyncClient, DecodingError, MockTransport, Response } from "httpxide";
import { BAD, type CodedBody, GOOD } from "../helpers/content-codings.js";
import { gatherBytes } from "../helpers/bytes.js";
import { isFailure, rejection } from "../helpers/failures.js";
import { chunk, chunkedHead, LAST_CHUNK, ok, replying, startRawServer } from "../helpers/raw-server.js";

type Reading = (body: CodedBody) => Promise<Uint8Array>;

const headersOf = ({ coding }: CodedBody): Record<string, string> => ({ "Content-Encoding": coding });

async function* byteByByte(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const byte of bytes) yield Uint8Array.of(byte);
}

/** The body that a client over `app` or `transport` reads, whole or as a stream. */
function through(
  options: (body: CodedBody) => ConstructorParameters<typeof AsyncClient>[0],
  stream: boolean,
): Reading {
  return async (body) => {
    await using client = new AsyncClient({ baseUrl: "http://example.org", ...options(body) });
    if (!stream) return (await client.get("/")).content;
    await using response = await client.stream("GET", "/");
    return await gatherBytes(response.aiterBytes());
  };
}

const sourcesOf: Record<string, Reading> = {
  "over a socket": async (body) => {
    await using server = await startRawServer(replying(ok(body.bytes, `Content-Encoding: ${body.coding}`)));
    await using client = new AsyncClient();
    return (await client.get(server.url)).content;
  },
  "over a socket, byte by byte, streamed": async (body) => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send(chunkedHead(`Content-Encoding: ${body.coding}`));
      await connection.sendPieces([...body.bytes].map((byte) => chunk(Buffer.from([byte]))));
      await connection.send(LAST_CHUNK);
      await connection.closed();
    });
    await using client = new AsyncClient();
    await using response = await client.stream("GET", server.url);
    return await gatherBytes(response.aiterBytes());
  },
  "in a Response": async (body) =>
    new Response(200, { headers: headersOf(body), content: body.bytes }).content,
  "in a Response, byte by byte": (body) =>
    new Response(200, { headers: headersOf(body), content: byteByByte(body.bytes) }).aread(),
  "from a mock": through(
    (body) => ({
      transport: new MockTransport(
        () => new Response(200, { headers: headersOf(body), content: byteByByte(body.bytes) }),
      ),
    }),
    true,
  ),
  "from a request listener": through(
    (body) => ({
      app: (_request: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, headersOf(body)).end(body.bytes);
      },
    }),
    false,
  ),
  "from a fetch handler, streamed": through(
    (body) => ({
      app: { fetch: () => new globalThis.Response(body.bytes, { headers: headersOf(body) }) },
    }),
    true,
  ),
};

for (const [source, read] of Object.entries(sourcesOf)) {
  for (const body of GOOD) {
    test(`${source}: ${body.name} is decoded`, async (t) => {
      t.is(Buffer.from(await read(body)).toString(), body.text);
    });
  }

  for (const body of BAD) {
    test(`${source}: ${body.name} is a DecodingError`, async (t) => {
      const error = await rejection(read(body));
      if (source.startsWith("in a Response")) {
        t.true(error instanceof DecodingError);
        t.is((error as DecodingError).code, body.code);
      } else {
        isFailure(t, error, { as: DecodingError, code: body.code, phase: "decode", requestSent: true });
      }
    });
  }
}

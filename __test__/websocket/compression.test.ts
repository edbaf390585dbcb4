/** Messages through permessage-deflate of another implementation: every agreement, many sizes, whole and in fragments. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import test from "ava";
import { AsyncClient } from "httpxide";
import { type PerMessageDeflateOptions, WebSocketServer } from "ws";
import { TEXT, frame, startWebSocketServer } from "../helpers/websocket-server.js";

const SIZES = [16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072];

/** Sends each message back, in fragments of so many bytes; 0: whole. */
async function startEcho(perMessageDeflate: PerMessageDeflateOptions, fragment: number) {
  const server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    perMessageDeflate: { threshold: 0, ...perMessageDeflate },
  });
  server.on("connection", (socket) => {
    socket.on("message", (data: Buffer, binary) => {
      const step = fragment || data.length;
      for (let at = 0; at < data.length; at += step) {
        const fin = at + step >= data.length;
        socket.send(data.subarray(at, at + step), { binary, fin, compress: true });
      }
    });
  });
  await once(server, "listening");
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]: () => void server.close(),
  };
}

/** Records whose parts repeat, with characters of two and three bytes. */
function textOf(bytes: number): string {
  let text = "";
  for (let id = 0; text.length < bytes; id += 1) text += `{"id":${id},"name":"Größe €${(id * 7919) % 997}"}`;
  return text.slice(0, bytes);
}

const AGREEMENTS: Record<string, PerMessageDeflateOptions> = {
  "as it is offered": {},
  "without the server's window": { serverNoContextTakeover: true },
  "without the client's window": { clientNoContextTakeover: true },
  "without both windows": { serverNoContextTakeover: true, clientNoContextTakeover: true },
  "with small windows": { serverMaxWindowBits: 9, clientMaxWindowBits: 9 },
  "with small windows that are not kept": {
    ...{ serverMaxWindowBits: 9, clientMaxWindowBits: 9 },
    ...{ serverNoContextTakeover: true, clientNoContextTakeover: true },
  },
  "with a window of the client of 8 bits": { clientMaxWindowBits: 8 },
};

for (const [name, agreement] of Object.entries(AGREEMENTS)) {
  for (const fragment of [0, 1300]) {
    test(`${name}, ${fragment === 0 ? "whole" : `in fragments of ${fragment} bytes`}: messages come back as they were`, async (t) => {
      using server = await startEcho(agreement, fragment);
      await using client = new AsyncClient();
      await using session = await client.websocket(server.url);
      t.regex(session.response.headers.get("sec-websocket-extensions") ?? "", /^permessage-deflate/);
      for (const size of SIZES) {
        for (const message of [textOf(size), textOf(size), new Uint8Array(randomBytes(size))]) {
          await session.send(message);
          const received = await session.receive();
          if (typeof message === "string") t.true(received === message, `text of ${size}`);
          else t.true(Buffer.compare(received as Uint8Array, message) === 0, `bytes of ${size}`);
        }
      }
    });
  }
}

test("a server may end its stream with a message", async (t) => {
  // the example of RFC 7692, 7.2.3.4: a final block, and an empty one after it
  const hello = Buffer.from("f348cdc9c9070000", "hex");
  await using server = await startWebSocketServer(async (session) => {
    for (let sent = 0; sent < 3; sent += 1) await session.send(frame(TEXT, hello, { rsv: 4 }));
    await session.answerClose();
  }, "Sec-WebSocket-Extensions: permessage-deflate");
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  for (let received = 0; received < 3; received += 1) t.is(await session.receive(), "Hello");
});

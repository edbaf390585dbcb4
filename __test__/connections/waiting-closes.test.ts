/** What ends the close of a stream, or of a session, that waits for its peer. */
import { TLSSocket, createSecureContext } from "node:tls";
import test from "ava";
import { AsyncClient, type NetworkStream, type Response, StreamClosed } from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { rejection } from "../helpers/failures.js";
import { head, startRawServer } from "../helpers/raw-server.js";
import { deferred, eventually, settling, steady } from "../helpers/waiting.js";
import { closeFrame, codeOf, startWebSocketServer } from "../helpers/websocket-server.js";

const UPGRADE = { Connection: "Upgrade", Upgrade: "echo" };
const SWITCHED = head("101 Switching Protocols", "Connection: Upgrade", "Upgrade: echo");

/** A server that switches protocols, starts TLS if it is `secure`, and reads nothing after that. */
async function startStopping(isSecure: boolean) {
  const { ca, good } = await certificates();
  const asked = deferred();
  const lost = deferred<unknown>();
  let bytesRead = (): number => 0;
  const server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(SWITCHED);
    const { socket } = connection;
    socket.removeAllListeners("readable");
    bytesRead = () => socket.bytesRead;
    const end = isSecure
      ? new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(good) })
      : socket;
    end.on("error", lost.resolve);
    await asked.promise;
    // libuv takes a reset behind unread bytes for an end; a write tells them apart
    end.write("x");
    await lost.promise;
  });
  return Object.assign(server, {
    ca,
    /** The bytes that have left the system's buffers. */
    bytesRead: () => bytesRead(),
    /** Writes, and resolves with the error of the write. */
    failure(): Promise<unknown> {
      asked.resolve();
      return settling(lost.promise);
    },
  });
}

/** What can end a close that waits. */
interface Closing {
  readonly response: Response;
  readonly controller: AbortController;
  readonly client: AsyncClient;
}

for (const [what, shorten, reason] of [
  ["the close of its response", ({ response }) => response.aclose(), { name: "StreamClosed" }],
  [
    "an abort of its call",
    ({ controller }) => controller.abort(new RangeError("enough")),
    { name: "RangeError" },
  ],
  [
    "the close of its client",
    ({ client }) => client.aclose(),
    { name: "WriteError", code: "ERR_CLIENT_CLOSED" },
  ],
] as const satisfies [string, (of: Closing) => unknown, object][]) {
  for (const isSecure of [false, true]) {
    test(`${what} resets a ${isSecure ? "secure " : ""}stream whose close waits for a peer that stopped reading`, async (t) => {
      await using server = await startStopping(isSecure);
      await using client = new AsyncClient({ verify: { ca: server.ca } });
      const controller = new AbortController();
      const response = await client.stream("GET", server.url, {
        headers: UPGRADE,
        signal: controller.signal,
      });
      let stream = response.extensions["networkStream"] as NetworkStream;
      if (isSecure) stream = await stream.startTls({ serverName: "localhost" });
      const writing = rejection(stream.write(new Uint8Array(32 * 2 ** 20)));
      const closing = rejection(stream.aclose());
      t.true((await writing) instanceof StreamClosed, "the stream is closed for its owner");
      await steady(() => server.bytesRead());
      const begun = performance.now();
      await shorten({ response, controller, client });
      t.like(await closing, reason);
      t.true(performance.now() - begun < 4000, "the wait for the peer is five seconds");
      await eventually("the connection is closed", () => client.stats().connections.active === 0);
      const { code } = (await server.failure()) as NodeJS.ErrnoException;
      t.true(code === "ECONNRESET" || code === "EPIPE", code);
      await response.aclose();
    });
  }
}

test("the close of its response breaks off the close of a session that waits, and closes a session otherwise", async (t) => {
  const codes: number[] = [];
  await using server = await startWebSocketServer(async (session) => {
    const close = await session.receiveData();
    codes.push(codeOf(close!));
    if (codes.length > 1) await session.send(closeFrame(1000));
    await session.connection.closed();
  });
  await using client = new AsyncClient();
  const options = { closeTimeout: 600_000 };
  const session = await client.websocket(server.url, options);
  const closing = session.close(4000);
  await eventually("the server has the close frame", () => codes.length === 1);
  await session.response.aclose();
  await settling(closing);
  t.is(session.closeCode, 1006);
  const other = await client.websocket(server.url, options);
  await other.response.aclose();
  t.is(other.closeCode, 1000);
  t.deepEqual(codes, [4000, 1000]);
  t.like(client.stats(), { connections: { active: 0 } });
});

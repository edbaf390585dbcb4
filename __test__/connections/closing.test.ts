/**
 * How the client closes connections: in order with a close_notify over TLS (RFC 8446, 6.1), and by a reset if bytes of an
 * upload would otherwise stay with the system. One test at a time: handshakes keep this thread busy, and have limits.
 */
import { existsSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import test from "ava";
import { AsyncClient, type LimitsOptions, WriteTimeout } from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { failsAs, rejection } from "../helpers/failures.js";
import { answering } from "../helpers/http-server.js";
import { answeringStreams, startHttp2Server } from "../helpers/http2-server.js";
import { Listener } from "../helpers/listening.js";
import { startRawServer } from "../helpers/raw-server.js";
import { startTlsServer } from "../helpers/tls-server.js";
import { deferred, eventually } from "../helpers/waiting.js";

/** The type of a record of TLS 1.2 that carries an alert (RFC 5246, 6.2.1). TLS 1.3 encrypts the type. */
const ALERT = 21;

/** Stands between a client and a TLS server, and notes the types of the records that the client sends. */
class RecordTap extends Listener {
  /** Of each closed connection, the types of its records. */
  readonly closed: number[][] = [];

  constructor(port: number) {
    const tap = createServer((client) => {
      const types: number[] = [];
      let rest = Buffer.alloc(0);
      const upstream = connect(port, "127.0.0.1");
      upstream.on("error", () => client.destroy());
      upstream.on("data", (bytes) => client.write(bytes));
      upstream.on("end", () => client.end());
      client.on("data", (bytes: Buffer) => {
        rest = Buffer.concat([rest, bytes]);
        while (rest.length >= 5 && rest.length >= 5 + rest.readUInt16BE(3)) {
          types.push(rest[0]!);
          rest = rest.subarray(5 + rest.readUInt16BE(3));
        }
        upstream.write(bytes);
      });
      client.on("end", () => upstream.end());
      client.on("close", () => {
        upstream.destroy();
        this.closed.push(types);
      });
    });
    super(tap);
  }
}

interface Close {
  readonly name: string;
  readonly limits?: LimitsOptions;
  /** The number of requests at a time, each over a connection of its own. */
  readonly requests?: number;
  readonly headers?: Record<string, string>;
  /** How many connections close before the client does. */
  readonly early: number;
}

const closes: readonly Close[] = [
  { name: "by aclose()", early: 0 },
  { name: "by its expiry", limits: { keepaliveExpiry: 50 }, early: 1 },
  { name: "as surplus", limits: { maxKeepaliveConnections: 1 }, requests: 3, early: 2 },
  { name: "after a request with Connection: close", headers: { Connection: "close" }, early: 1 },
];

for (const { name, limits, requests = 1, headers, early } of closes) {
  test.serial(`a TLS connection that closes ${name} says so first`, async (t) => {
    const { ca, good } = await certificates();
    const slowly = answering("ok");
    await using server = await startTlsServer(
      { ...good, maxVersion: "TLSv1.2" },
      async (request, response, seen) => {
        // so that each request has a connection of its own
        await eventually("all requests are here", () => server.requests.length === requests);
        await slowly(request, response, seen);
      },
    );
    await using tap = new RecordTap(server.port);
    await tap.listen();
    const client = new AsyncClient({ verify: { ca }, ...(limits && { limits }) });
    const url = `https://localhost:${tap.port}/`;
    await Promise.all(Array.from({ length: requests }, () => client.get(url, headers ? { headers } : {})));
    await eventually("it has closed", () => tap.closed.length === early);
    await client.aclose();
    await eventually("all have closed", () => tap.closed.length === requests);
    for (const types of tap.closed) t.is(types.at(-1), ALERT, types.join());
  });
}

for (const { name, limits, early } of closes.slice(0, 2)) {
  test.serial(`an HTTP/2 connection that closes ${name} says so first`, async (t) => {
    const { ca, good } = await certificates();
    await using server = await startHttp2Server(good, answeringStreams("ok"), { maxVersion: "TLSv1.2" });
    await using tap = new RecordTap(server.port);
    await tap.listen();
    const client = new AsyncClient({ verify: { ca }, http2: true, ...(limits && { limits }) });
    t.is((await client.get(`https://localhost:${tap.port}`)).httpVersion, "HTTP/2");
    await eventually("the connection closes", () => tap.closed.length === early);
    await client.aclose();
    await eventually("the connection is closed", () => tap.closed.length === 1);
    t.is(tap.closed[0]!.at(-1), ALERT);
  });
}

/** Linux lists TCP sockets here, also those that no process holds any more. */
const sockets = "/proc/net/tcp";
const tableTest = existsSync(sockets) ? test.serial : test.serial.skip;

const TIME_WAIT = 6;

/**
 * The states of the sockets whose other end is this port (1: established, 4: closed, with bytes on their way). Sockets
 * that only wait for late packets do not count.
 */
function statesOfSocketsTo(port: number): number[] {
  const lines = readFileSync(sockets, "latin1").split("\n").slice(1);
  const fields = lines.map((line) => line.trim().split(/\s+/));
  return fields
    .filter(([, , remote]) => remote !== undefined && parseInt(remote.split(":")[1]!, 16) === port)
    .map((entry) => parseInt(entry[3]!, 16))
    .filter((state) => state !== TIME_WAIT);
}

for (const scheme of ["http", "https"]) {
  for (const how of ["a write timeout", "an abort"]) {
    tableTest(`an upload over ${scheme} that ends by ${how} leaves no bytes to the system`, async (t) => {
      const { ca, good } = await certificates();
      const over = deferred();
      await using server = await startRawServer(
        async (connection) => {
          await connection.readHead();
          await over.promise;
        },
        scheme === "https" ? good : undefined,
      );
      await using client = new AsyncClient({ verify: { ca } });
      const controller = new AbortController();
      const upload = client.post(server.url, {
        content: new Uint8Array(32 << 20),
        signal: controller.signal,
        timeout: { write: how === "an abort" ? null : 200 },
      });
      if (how === "an abort") {
        await eventually("the head has come", () => server.requests.length === 1);
        t.deepEqual(statesOfSocketsTo(server.port), [1]);
        controller.abort();
        t.is(await rejection(upload), controller.signal.reason);
      } else {
        await failsAs(t, upload, { as: WriteTimeout });
      }
      await eventually("the socket is gone", () => statesOfSocketsTo(server.port).length === 0);
      over.resolve();
    });
  }
}

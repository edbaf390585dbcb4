/** Options of TCP sockets: what the system has is set, and what it does not have is refused. */
import { readFileSync } from "node:fs";
import test from "ava";
import { AsyncClient, AsyncHTTPTransport, ConnectError, type SocketOptions } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { ok, startRawServer } from "../helpers/raw-server.js";
import { eventually } from "../helpers/waiting.js";

const isLinux = process.platform === "linux";
const linuxTest = isLinux ? test : test.skip;

/** The kind of the timer of the client's socket to this port: `02` is keepalive (Linux, proc_net_tcp). */
function timerOfSocketTo(port: number): string | undefined {
  const lines = readFileSync("/proc/net/tcp", "latin1").split("\n").slice(1);
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const mine = fields.find(
    ([, , remote, state]) => state === "01" && parseInt(remote?.split(":")[1] ?? "", 16) === port,
  );
  return mine?.[5]?.slice(0, 2);
}

const timers: readonly (readonly [name: string, options: SocketOptions | undefined, timer: string])[] = [
  ["by default", undefined, "02"],
  ["with a time of its own", { keepAlive: 5000 }, "02"],
  ["with keepAlive: null not", { keepAlive: null }, "00"],
];
for (const [name, socketOptions, timer] of timers) {
  linuxTest(`a silent peer is probed: ${name}`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send(ok());
      await connection.closed();
    });
    await using client = new AsyncClient({ timeout: null, ...(socketOptions && { socketOptions }) });
    await client.get(server.url);
    // on a busy machine an acknowledgement may still be awaited
    await eventually("the timer is that", () => timerOfSocketTo(server.port) === timer);
    t.pass();
  });
}

linuxTest("a socket uses the device that it is bound to", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(ok());
  });
  const socketOptions = {
    bindToDevice: "lo",
    tcpUserTimeout: 5000,
    receiveBufferSize: 65_536,
    sendBufferSize: 65_536,
  };
  await using client = new AsyncClient({ socketOptions });
  t.is((await client.get(server.url)).text, "ok");
  await using elsewhere = new AsyncClient({
    transport: new AsyncHTTPTransport({ socketOptions: { bindToDevice: "nosuchdevice" } }),
  });
  await failsAs(t, elsewhere.get(server.url), { as: ConnectError, code: "ENODEV", requestSent: false });
});

test("a small receive buffer holds the server back", async (t) => {
  const size = 16 << 20;
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(ok(new Uint8Array(size)));
  });
  await using client = new AsyncClient({ socketOptions: { receiveBufferSize: 4096 }, timeout: 60_000 });
  t.is((await client.get(server.url)).content.length, size);
});

const refused: readonly (readonly [options: unknown, message: RegExp])[] = [
  [{ keepAlive: 0 }, /keepAlive must be null, or milliseconds above 0/],
  [{ keepAlive: -1 }, /keepAlive/],
  [{ keepAlive: Number.NaN }, /keepAlive/],
  [{ keepAlive: 32_768_000 }, /keepAlive must be .* at most 32767000,/],
  [{ keepAlive: "60" }, /keepAlive must be null, or milliseconds .*, not a string/],
  [{ keepAlive: true }, /keepAlive/],
  [{ receiveBufferSize: 0 }, /receiveBufferSize/],
  [{ receiveBufferSize: 1.5 }, /receiveBufferSize/],
  [{ sendBufferSize: null }, /sendBufferSize/],
  [{ bindToDevice: "" }, /bindToDevice must be the name of a device/],
  [{ bindToDevice: "x".repeat(16) }, /bindToDevice/],
  [{ tcpUserTimeout: 0 }, /tcpUserTimeout/],
  [{ keepalive: 5000 }, /Did you mean keepAlive/],
  [{ noDelay: true }, /Nagle/],
  [5000, /must be an object/],
];
for (const [options, message] of refused) {
  test(`socketOptions ${JSON.stringify(options)} is refused when the client is made`, (t) => {
    const error = t.throws(() => new AsyncClient({ socketOptions: options as SocketOptions }), { any: true });
    t.true(error instanceof TypeError || error instanceof RangeError, String(error));
    t.regex((error as Error).message, message);
  });
}

test("socketOptions are refused where all connections are Unix sockets", (t) => {
  const make = (): AsyncClient => new AsyncClient({ uds: "/socket", socketOptions: { keepAlive: 5000 } });
  t.throws(make, { instanceOf: TypeError, message: /uds/ });
  t.notThrows(() => new AsyncClient({ uds: "/socket", socketOptions: {} }));
});

(isLinux ? test.skip : test)("an option that this system does not have is refused", (t) => {
  for (const socketOptions of [{ bindToDevice: "eth0" }, { tcpUserTimeout: 1000 }]) {
    t.throws(() => new AsyncClient({ socketOptions }), { instanceOf: TypeError, message: /Linux/ });
  }
});

/**
 * Each timeout in its phase. The tests assert which timeout ends the wait, never how long it took. They run one at a
 * time: the servers share this thread with the client, and a busy test would make them look slow. What has to happen within
 * a limit gets a longer one if it was late.
 */
import test from "ava";
import {
  AsyncClient,
  ConnectTimeout,
  PoolTimeout,
  ReadTimeout,
  TimeoutException,
  TotalTimeout,
  WriteTimeout,
} from "httpxide";
import { startBlackhole } from "../helpers/blackhole.js";
import { gatherBytes } from "../helpers/bytes.js";
import { failsAs } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { failsByLimit, withLimit } from "../helpers/limits.js";
import {
  chunk,
  chunkedHead,
  LAST_CHUNK,
  ok,
  replying,
  type Script,
  silent,
  startRawServer,
} from "../helpers/raw-server.js";
import { deferred, eventually, pause, turn } from "../helpers/waiting.js";

const SHORT = 150;

/** Sends the head and a first chunk, then stalls. */
const stalling: Script = async (connection) => {
  await connection.readRequest();
  await connection.send(chunkedHead());
  await connection.send(chunk("first"));
  await connection.closed();
};

/** Never reads from its socket. */
const deaf: Script = async (connection) => {
  await new Promise((resolve) => connection.socket.once("close", resolve));
};

/** Sends one byte of the body every 50 ms, as long as the client is there. */
const trickling: Script = async (connection) => {
  await connection.readRequest();
  await connection.send(chunkedHead());
  while (await connection.send(chunk("."))) await pause(50);
};

function* zeros(pieces: number): Generator<Uint8Array> {
  for (let piece = 0; piece < pieces; piece++) yield new Uint8Array(65_536);
}

const READ = { as: ReadTimeout, code: "ERR_READ_TIMEOUT" } as const;
const TOTAL = { as: TotalTimeout, code: "ERR_TOTAL_TIMEOUT" } as const;

test.serial("connect: an address that does not answer is a ConnectTimeout", async (t) => {
  await using nowhere = await startBlackhole();
  await using client = new AsyncClient({ timeout: { connect: SHORT } });
  const error = await failsAs(t, client.get(nowhere.url), {
    as: ConnectTimeout,
    code: "ERR_CONNECT_TIMEOUT",
    phase: "connect",
    requestSent: false,
  });
  t.true(error instanceof TimeoutException);
});

test.serial("connect: a server that never answers the TLS handshake is a ConnectTimeout", async (t) => {
  await using server = await startRawServer(deaf);
  await using client = new AsyncClient();
  const url = `https://127.0.0.1:${server.port}/`;
  await failsByLimit(t, (connect) => client.get(url, { timeout: { connect } }), {
    as: ConnectTimeout,
    code: "ERR_CONNECT_TIMEOUT",
    phase: "tls",
    requestSent: false,
  });
});

test.serial("read: a server that never answers is a ReadTimeout in the headers phase", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient({ timeout: { read: SHORT } });
  await failsAs(t, client.get(server.url), { ...READ, phase: "headers", requestSent: "some" });
  await eventually("the server's socket is closed", () => server.openSockets === 0);
});

test.serial("read: an incomplete head is a ReadTimeout in the headers phase", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 200 OK\r\nX-Half: ");
    await connection.closed();
  });
  await using client = new AsyncClient({ timeout: { read: SHORT } });
  await failsAs(t, client.get(server.url), { ...READ, phase: "headers", requestSent: "some" });
});

test.serial("read: a body that stalls is a ReadTimeout in the body phase", async (t) => {
  await using server = await startRawServer(stalling);
  await using client = new AsyncClient();
  await failsByLimit(t, (read) => client.get(server.url, { timeout: { read } }), {
    ...READ,
    phase: "body",
    requestSent: true,
  });
  await eventually("the server's socket is closed", () => server.openSockets === 0);
});

test.serial(
  "read: a streamed body that stalls yields the received chunks, then the ReadTimeout",
  async (t) => {
    await using server = await startRawServer(stalling);
    await using client = new AsyncClient();
    await withLimit(async (read) => {
      await using response = await client.stream("GET", server.url, { timeout: { read } });
      const pieces = response.aiterBytes();
      t.is(Buffer.from((await pieces.next()).value as Uint8Array).toString(), "first");
      await failsAs(t, pieces.next(), { ...READ, phase: "body", requestSent: true });
      t.true(response.isClosed);
    });
  },
);

test.serial("read: the limit applies to the time between two chunks, not to the whole body", async (t) => {
  await using server = await startRawServer(async (connection) => {
    const request = await connection.readRequest();
    const limit = Number(/\d+/.exec(request?.line ?? "")?.[0]);
    await connection.send(chunkedHead());
    for (let piece = 0; piece < 12; piece++) {
      await pause(limit / 8);
      await connection.send(chunk("."));
    }
    await connection.send(LAST_CHUNK);
    await connection.closed();
  });
  await using client = new AsyncClient();
  await withLimit(async (read) => {
    t.is((await client.get(`${server.url}/${read}`, { timeout: { read } })).text, ".".repeat(12));
  });
});

test.serial("write: a server that does not read is a WriteTimeout", async (t) => {
  await using server = await startRawServer(deaf);
  await using client = new AsyncClient({ timeout: { write: SHORT } });
  await failsAs(t, client.post(server.url, { content: zeros(10_000) }), {
    as: WriteTimeout,
    code: "ERR_WRITE_TIMEOUT",
    phase: "write",
    requestSent: "maybe",
  });
  await failsAs(t, client.post(server.url, { content: Buffer.alloc(64 * 1024 * 1024) }), {
    as: WriteTimeout,
    phase: "write",
    requestSent: "maybe",
  });
});

test.serial(
  "pool: a request that gets no connection in time is a PoolTimeout, and is not sent later",
  async (t) => {
    await using server = await startRawServer(silent);
    await using client = new AsyncClient({ limits: { maxConnections: 1 }, timeout: { pool: SHORT } });
    const abort = new AbortController();
    const first = client.get(`${server.url}/first`, { signal: abort.signal }).catch(() => "aborted");
    await eventually("the first request arrived", () => server.requests.length === 1);
    await failsAs(t, client.get(`${server.url}/second`), {
      as: PoolTimeout,
      code: "ERR_POOL_TIMEOUT",
      phase: "pool",
      requestSent: false,
    });
    abort.abort();
    t.is(await first, "aborted");
    // the call rejects before the engine has closed the connection
    await eventually("the engine gave up the first request", () => client.stats().requests.inFlight === 0);
    t.deepEqual(client.stats().requests, { queued: 0, inFlight: 0 });
    await failsAs(t, client.get(`${server.url}/third`, { timeout: { read: SHORT } }), READ);
    await eventually("the third request arrived", () => server.requests.length === 2);
    const paths = server.requests.map(({ line }) => line.split(" ")[1]);
    t.deepEqual(paths, ["/first", "/third"]);
  },
);

test.serial("total: the limit covers connecting", async (t) => {
  await using nowhere = await startBlackhole();
  await using client = new AsyncClient();
  await failsByLimit(t, (total) => client.get(nowhere.url, { timeout: { total } }), {
    ...TOTAL,
    phase: "connect",
    requestSent: false,
  });
});

test.serial("total: its error names the step of the connection that was under way", async (t) => {
  await using silence = await startRawServer((connection) => connection.closed());
  const resolver = (): Promise<never> => new Promise(() => {});
  const { port } = silence;
  for (const [url, options, phase] of [
    ["http://a.example/", { resolver }, "dns"],
    [`https://127.0.0.1:${port}/`, {}, "tls"],
    ["https://a.example/", { proxy: silence.url }, "proxy"],
    ["https://a.example/", { proxy: `socks5://127.0.0.1:${port}` }, "proxy"],
    ["https://a.example/", { proxy: `https://127.0.0.1:${port}` }, "tls"],
  ] as const) {
    for (const http2 of [false, true]) {
      await using client = new AsyncClient({ ...options, http2 });
      const call = (total: number) => client.get(url, { timeout: { total } });
      const expected = { ...TOTAL, phase, requestSent: false } as const;
      await Promise.all([failsByLimit(t, call, expected), failsByLimit(t, call, expected)]);
    }
  }
});

test.serial("total: the limit covers the wait in the pool", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient({ limits: { maxConnections: 1 } });
  const abort = new AbortController();
  const first = client.get(server.url, { signal: abort.signal }).catch(() => "aborted");
  await eventually("the first request arrived", () => server.requests.length === 1);
  await failsAs(t, client.get(server.url, { timeout: { total: SHORT } }), {
    ...TOTAL,
    phase: "pool",
    requestSent: false,
  });
  abort.abort();
  t.is(await first, "aborted");
});

test.serial("total: the limit covers the wait for the headers", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient();
  await failsByLimit(t, (total) => client.get(server.url, { timeout: { total } }), {
    ...TOTAL,
    phase: "headers",
    requestSent: "some",
  });
});

test.serial("total: the limit covers an upload", async (t) => {
  await using server = await startRawServer(deaf);
  await using client = new AsyncClient();
  const call = (total: number) => client.post(server.url, { content: zeros(10_000), timeout: { total } });
  const expected = { ...TOTAL, phase: "write", requestSent: "maybe" } as const;
  // until then the upload has to fill the buffers of the system
  await failsByLimit(t, call, expected, [1000, 4800]);
});

test.serial("total: the limit covers an endless body", async (t) => {
  await using server = await startRawServer(trickling);
  await using client = new AsyncClient();
  const expected = { ...TOTAL, phase: "body", requestSent: true } as const;
  await failsByLimit(t, (total) => client.get(server.url, { timeout: { read: 20_000, total } }), expected);
  const streamed = async (total: number): Promise<void> => {
    await using response = await client.stream("GET", server.url, { timeout: { read: 20_000, total } });
    await gatherBytes(response.aiterBytes());
  };
  await failsByLimit(t, streamed, expected);
});

test.serial("total: endless interim responses do not extend the limit", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    while (await connection.send("HTTP/1.1 103 Early Hints\r\n\r\n")) await turn();
  });
  await using client = new AsyncClient();
  const error = await failsByLimit(t, (total) => client.get(server.url, { timeout: { total } }), {
    as: Error,
    phase: "headers",
  });
  t.true(["TotalTimeout", "RemoteProtocolError"].includes(error.name), error.name);
});

test.serial("a request's timeout replaces the client's", async (t) => {
  const opened = deferred();
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await opened.promise;
    await connection.send(ok("late"));
  });
  await using impatient = new AsyncClient({ timeout: SHORT });
  const unlimited = [10_000, null, { read: null }].map((timeout) => impatient.get(server.url, { timeout }));
  await failsAs(t, impatient.get(server.url), { as: TimeoutException });
  await using patient = new AsyncClient({ timeout: null });
  await failsByLimit(t, (timeout) => patient.get(server.url, { timeout }), { ...READ, phase: "headers" });
  await failsAs(t, patient.get(server.url, { timeout: { read: SHORT } }), READ);
  // These requests started before the ones that timed out.
  opened.resolve();
  for (const call of unlimited) t.is((await call).text, "late");
});

test.serial("each of many requests times out independently", async (t) => {
  await using server = await startRawServer(async (connection) => {
    for (let request = await connection.readRequest(); request; request = await connection.readRequest()) {
      if (request.line.includes("/good")) await connection.send(ok("good"));
    }
  });
  await using client = new AsyncClient({ timeout: { read: 300 } });
  const calls = Array.from({ length: 60 }, async (_, index) => {
    if (index % 2) await failsAs(t, client.get(`${server.url}/bad`), READ);
    else t.is((await client.get(`${server.url}/good`, { timeout: 15_000 })).text, "good");
  });
  await Promise.all(calls);
  await eventually("the pool is empty", () => client.stats().requests.inFlight === 0);
});

test.serial("a slow reader does not cause a ReadTimeout", async (t) => {
  await using server = await startHttpServer(answering(Buffer.alloc(20_000_000)));
  await using client = new AsyncClient();
  await using silence = await startRawServer(silent);
  await withLimit(async (read) => {
    await using response = await client.stream("GET", server.url, { timeout: { read } });
    let bytes = 0;
    let delays = 3;
    for await (const piece of response.aiterBytes()) {
      bytes += piece.byteLength;
      // The reader stops for as long as the read timeout of another request.
      if (delays-- > 0) await failsAs(t, client.get(silence.url, { timeout: { read } }), READ);
    }
    t.is(bytes, 20_000_000);
  });
});

test.serial("a slow generator does not cause a timeout", async (t) => {
  await using server = await startRawServer(replying((request) => ok(request.body)));
  await using client = new AsyncClient();
  await using silence = await startRawServer(silent);
  async function* slowly(read: number): AsyncGenerator<string> {
    yield "one ";
    // The generator stops for longer than the read timeouts of two other requests.
    for (let time = 0; time < 2; time++) {
      await failsAs(t, client.get(silence.url, { timeout: { read } }), READ);
    }
    yield "two";
  }
  await withLimit(async (limit) => {
    const timeout = { read: limit, write: limit };
    t.is((await client.post(server.url, { content: slowly(limit), timeout })).text, "one two");
  });
});

test.serial("a timeout leaves the client usable", async (t) => {
  await using server = await startRawServer(async (connection) => {
    const request = await connection.readRequest();
    if (request?.line.includes("/good")) await connection.send(ok("good"));
    else await connection.closed();
  });
  await using client = new AsyncClient({ limits: { maxConnections: 1 }, timeout: { read: 100 } });
  for (let time = 0; time < 5; time++) {
    await failsAs(t, client.get(server.url), READ);
    t.is((await client.get(`${server.url}/good`, { timeout: 5000 })).text, "good");
  }
});

/** A connection that cannot be opened, for each reason: the error of the call, and the one call of the error hook. */
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  ConnectError,
  ConnectTimeout,
  PoolTimeout,
  ProxyError,
  RemoteProtocolError,
  type RequestError,
  TotalTimeout,
} from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { type ExpectedFailure, isFailure, rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { failsByLimit } from "../helpers/limits.js";
import { head, type RawServer, startRawServer } from "../helpers/raw-server.js";
import { startTlsServer } from "../helpers/tls-server.js";

interface Failing {
  readonly url: string;
  readonly options: AsyncClientOptions | ((limit: number) => AsyncClientOptions);
  readonly expected: ExpectedFailure;
}

const NO_SERVER = "http://127.0.0.1:1";
const never = (): Promise<never> => new Promise(() => {});
const answeringOnce = (answer: string | Buffer): Promise<RawServer> =>
  startRawServer(async (connection) => {
    await connection.more();
    await connection.send(answer);
  });

/** What fails without a server of its own. */
const alone: Readonly<Record<string, Failing>> = {
  "an unknown name": {
    url: "http://a.example/",
    options: { resolver: () => Promise.resolve([]) },
    expected: { as: ConnectError, code: "ENOTFOUND", phase: "dns" },
  },
  "a name that is not resolved in time": {
    url: "http://a.example/",
    options: { resolver: never, timeout: { connect: 50 } },
    expected: { as: ConnectTimeout, phase: "dns" },
  },
  "a port where nobody listens": {
    url: NO_SERVER,
    options: {},
    expected: { as: ConnectError, code: "ECONNREFUSED", phase: "connect" },
  },
  "an address that the policy refuses": {
    url: NO_SERVER,
    options: { connectPolicy: "public" },
    expected: { as: ConnectError, code: "ERR_ADDRESS_BLOCKED", phase: "connect" },
  },
  "a proxy where nobody listens": {
    url: "https://a.example/",
    options: { proxy: NO_SERVER },
    expected: { as: ConnectError, code: "ECONNREFUSED", phase: "connect" },
  },
  "a proxy that the policy refuses": {
    url: "https://a.example/",
    options: { proxy: NO_SERVER, connectPolicy: "public" },
    expected: { as: ConnectError, code: "ERR_ADDRESS_BLOCKED", phase: "connect" },
  },
};

for (const [what, failing] of Object.entries(alone)) {
  test(`${what} calls the error hook once, with the error of the call`, (t) => failsOnce(t, failing));
}

test("a TLS handshake that fails, or hangs, calls the error hook once", async (t) => {
  const { good } = await certificates();
  await using untrusted = await startTlsServer(good);
  await using silence = await startRawServer((connection) => connection.closed());
  await failsOnce(t, { url: untrusted.url, options: {}, expected: { as: ConnectError, phase: "tls" } });
  const url = `https://127.0.0.1:${silence.port}/`;
  const expected = { as: ConnectTimeout, phase: "tls" } as const;
  await failsOnce(t, { url, options: (connect) => ({ timeout: { connect } }), expected });
});

test("a proxy that refuses, breaks off or hangs calls the error hook once", async (t) => {
  await using refusing = await answeringOnce(head("403 Forbidden", "Content-Length: 0"));
  await using babbling = await answeringOnce("nothing of any protocol\r\n\r\n");
  await using closing = await startRawServer(async (connection) => void (await connection.more()));
  await using silence = await startRawServer((connection) => connection.closed());
  const url = "https://a.example/";
  for (const scheme of ["http", "socks5", "socks4a"]) {
    for (const { port } of [refusing, babbling, closing]) {
      const options = { proxy: `${scheme}://127.0.0.1:${port}` };
      await failsOnce(t, { url, options, expected: { as: ProxyError, phase: "proxy" } });
    }
    const proxy = `${scheme}://127.0.0.1:${silence.port}`;
    for (const [name, as] of [
      ["connect", ConnectTimeout],
      ["total", TotalTimeout],
    ] as const) {
      const options = (limit: number) => ({ proxy, timeout: { [name]: limit } });
      await failsOnce(t, { url, options, expected: { as, phase: "proxy" } });
    }
  }
});

test("a server that speaks no HTTP/2, and a pool without room, call the error hook once", async (t) => {
  await using old = await startHttpServer(answering("HTTP/1.1"));
  const options = { http1: false, http2: true };
  await failsOnce(t, { url: old.url, options, expected: { as: RemoteProtocolError } });
  await using silence = await startRawServer((connection) => connection.closed());
  await using client = new AsyncClient({ limits: { maxConnections: 1 }, timeout: { pool: 50 } });
  const seen: RequestError[] = [];
  const abort = new AbortController();
  const first = client.get(silence.url, { signal: abort.signal }).catch(() => "aborted");
  client.eventHooks = { error: [(error) => void seen.push(error)] };
  const error = await rejection(client.get(silence.url));
  isFailure(t, error, { as: PoolTimeout, phase: "pool", requestSent: false });
  t.deepEqual(seen, [error as RequestError]);
  abort.abort();
  t.is(await first, "aborted");
});

/** In each way to send it, and with attempts to connect that are repeated within the request. */
async function failsOnce(
  t: Parameters<typeof isFailure>[0],
  { url, options, expected }: Failing,
): Promise<void> {
  for (const stream of [false, true]) {
    for (const retries of [0, 1]) {
      let seen: RequestError[] = [];
      const eventHooks = { error: [(error: RequestError) => void seen.push(error)] };
      const call = async (limit: number): Promise<void> => {
        seen = [];
        const own = typeof options === "function" ? options(limit) : options;
        await using client = new AsyncClient({ ...own, retries, eventHooks });
        await (stream ? client.stream("GET", url) : client.get(url));
      };
      const error = await failsByLimit(t, call, expected);
      t.deepEqual(seen, [error]);
    }
  }
}

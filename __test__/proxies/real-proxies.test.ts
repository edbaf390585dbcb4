/**
 * Requests through the proxies that people run. A proxy that is not installed fails its tests, with the name of its Debian
 * package: nothing here is passed over.
 */
import { networkInterfaces } from "node:os";
import { inspect } from "node:util";
import test, { type ExecutionContext } from "ava";
import { AsyncClient, type AsyncClientOptions, Proxy, ProxyError } from "httpxide";
import { certificates } from "../helpers/certificates.js";
import type { Daemon } from "../helpers/daemon.js";
import { failsAs } from "../helpers/failures.js";
import { answering, bodyOf, echo, type Echo, startHttpServer } from "../helpers/http-server.js";
import { answeringStreams, startHttp2Server } from "../helpers/http2-server.js";
import {
  MICROSOCKS_AUTH,
  startDante,
  startHaproxyBefore,
  startMicrosocks,
  startSquid,
  startStunnelBefore,
  startStunnelSocks,
  startTinyproxy,
  TINYPROXY_AUTH,
} from "../helpers/proxy-daemons.js";
import { startTlsServer } from "../helpers/tls-server.js";
import { eventually } from "../helpers/waiting.js";

/** A proxy that runs, and its URL for a client. */
interface Running extends AsyncDisposable {
  readonly proxy: string | Proxy;
}

const proxies: Readonly<Record<string, () => Promise<Running>>> = {
  squid: () => alone(startSquid(), (port) => `http://127.0.0.1:${port}`),
  "tinyproxy, with credentials": () =>
    alone(startTinyproxy(), (port) => new Proxy(`http://127.0.0.1:${port}`, { auth: TINYPROXY_AUTH })),
  "microsocks, with credentials in the URL": () =>
    alone(
      startMicrosocks(),
      (port) => `socks5h://${MICROSOCKS_AUTH.map(encodeURIComponent).join(":")}@127.0.0.1:${port}`,
    ),
  "microsocks, with credentials": () =>
    alone(startMicrosocks(), (port) => new Proxy(`socks5://127.0.0.1:${port}`, { auth: MICROSOCKS_AUTH })),
  "dante by SOCKS 5": () => alone(startDante(), (port) => `socks5h://127.0.0.1:${port}`),
  "dante by SOCKS 4": () => alone(startDante(), (port) => `socks4://127.0.0.1:${port}`),
  "squid behind TLS by HAProxy": () => behindTls(startSquid(), startHaproxyBefore),
  "squid behind TLS by stunnel": () => behindTls(startSquid(), startStunnelBefore),
};

async function alone(starting: Promise<Daemon>, proxy: (port: number) => string | Proxy): Promise<Running> {
  const daemon = await starting;
  return { proxy: proxy(daemon.port), [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
}

async function behindTls(
  starting: Promise<Daemon>,
  startTls: (port: number) => Promise<Daemon>,
): Promise<Running> {
  const { ca } = await certificates();
  const inner = await starting;
  const outer = await startTls(inner.port);
  return {
    proxy: new Proxy(`https://localhost:${outer.port}`, { verify: { ca } }),
    async [Symbol.asyncDispose]() {
      await outer[Symbol.asyncDispose]();
      await inner[Symbol.asyncDispose]();
    },
  };
}

async function clientThrough(proxy: string | Proxy, options: AsyncClientOptions = {}): Promise<AsyncClient> {
  const { ca } = await certificates();
  return new AsyncClient({ proxy, verify: { ca }, timeout: 20_000, ...options });
}

for (const [name, start] of Object.entries(proxies)) {
  test.serial(`${name}: http and https requests arrive, on kept connections`, async (t) => {
    await using running = await start();
    await using plain = await startHttpServer();
    await using secure = await startTlsServer((await certificates()).good, echo);
    await using client = await clientThrough(running.proxy);
    for (const server of [plain, secure]) {
      for (const body of ["one", "two"]) {
        const response = await client.post(`${server.url}/path?query`, { content: body });
        t.is(response.statusCode, 200, response.text);
        const received = response.json<Echo>();
        t.is(received.path, "/path?query");
        t.is(received.body, body);
        t.false(mentions(received.headers, "proxy-authorization"));
      }
    }
    t.is(secure.connections, 1);
    // tinyproxy closes its connection after a request that it forwarded
    t.is(client.stats().connections.idle, name.startsWith("tinyproxy") ? 1 : 2);
  });

  test.serial(`${name}: HTTP/2 is spoken with the server through the tunnel`, async (t) => {
    await using running = await start();
    await using server = await startHttp2Server((await certificates()).good, answeringStreams("many"));
    await using client = await clientThrough(running.proxy, { http2: true });
    const responses = await Promise.all(Array.from({ length: 20 }, () => client.get(server.url)));
    t.true(responses.every((response) => response.httpVersion === "HTTP/2" && response.text === "many"));
    t.is(client.stats().connections.idle, 1);
  });

  test.serial(`${name}: a large body arrives whole`, async (t) => {
    await using running = await start();
    const large = Buffer.alloc(3_000_000, "0123456789");
    await using server = await startTlsServer((await certificates()).good, answering(large));
    await using client = await clientThrough(running.proxy);
    t.true(Buffer.from((await client.get(server.url)).content).equals(large));
  });

  test.serial(`${name}: the trailers of a request arrive through the tunnel`, async (t) => {
    await using running = await start();
    await using server = await startTlsServer((await certificates()).good, async (request, response) => {
      await bodyOf(request);
      response.end(JSON.stringify(request.trailers));
    });
    await using client = await clientThrough(running.proxy);
    const response = await client.post(server.url, { content: "body", trailers: { "X-Sum": "4" } });
    t.deepEqual(response.json(), { "x-sum": "4" });
  });

  test.serial(`${name}: a server that refuses is an error, which leaves no connection`, async (t) => {
    await using running = await start();
    await using client = await clientThrough(running.proxy);
    const error = await failsAs(t, client.get("https://127.0.0.1:1/"), {
      as: ProxyError,
      phase: "proxy",
      requestSent: false,
    });
    hasNoSecret(t, error);
    t.deepEqual(client.stats().connections, { active: 0, idle: 0, connecting: 0 });
  });
}

test.serial("tinyproxy: wrong credentials are a ProxyError with its status", async (t) => {
  await using tinyproxy = await startTinyproxy();
  await using client = await clientThrough(`http://user:wrong@127.0.0.1:${tinyproxy.port}`);
  const error = (await failsAs(t, client.get("https://localhost:1/"), {
    as: ProxyError,
    requestSent: false,
  })) as ProxyError;
  t.true([401, 407].includes(error.status ?? 0), error.message);
  t.true((error.content?.length ?? 0) > 0);
});

test.serial("microsocks: wrong credentials are a ProxyError", async (t) => {
  await using microsocks = await startMicrosocks();
  for (const proxy of [
    `socks5://user:wrong@127.0.0.1:${microsocks.port}`,
    `socks5://127.0.0.1:${microsocks.port}`,
  ]) {
    await using client = await clientThrough(proxy);
    await failsAs(t, client.get("http://localhost:1/"), {
      as: ProxyError,
      code: "ERR_PROXY_AUTHENTICATION",
      requestSent: false,
    });
  }
});

for (const [scheme, version] of [
  ["socks4", "SOCKS4"],
  ["socks4a", "SOCKS4a"],
  ["socks5", "SOCKS5"],
] as const) {
  test.serial(
    `stunnel by ${version}: requests arrive, and names do where the proxy resolves them`,
    async (t) => {
      await using stunnel = await startStunnelSocks();
      await using client = await clientThrough(`${scheme}://127.0.0.1:${stunnel.port}`);
      // stunnel connects to no loopback address
      await using server = await startHttpServer(echo, addressOfThisMachine());
      for (const body of ["one", "two"]) {
        t.is((await client.post(server.url, { content: body })).json<Echo>().body, body);
      }
      t.is(client.stats().connections.idle, 1);
      if (scheme === "socks4") return;
      await failsAs(t, client.get("http://localhost:1/"), {
        as: ProxyError,
        phase: "proxy",
        requestSent: false,
      });
      await eventually("stunnel has resolved the name", () =>
        stunnel.output.includes(`${version} resolved "localhost"`),
      );
      t.regex(stunnel.output, /SOCKS connection to the IPv\d loopback rejected/);
    },
  );
}

/** @throws Error on a machine without a network. */
function addressOfThisMachine(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((network) => network ?? []);
  const found = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
  if (found === undefined) throw new Error("this machine has no IPv4 address but its loopback");
  return found.address;
}

function mentions(headers: Echo["headers"], name: string): boolean {
  return headers.some(([one]) => one.toLowerCase() === name);
}

function hasNoSecret(t: ExecutionContext, error: Error): void {
  for (const [, password] of [TINYPROXY_AUTH, MICROSOCKS_AUTH]) {
    t.false(`${inspect(error)} ${JSON.stringify(error)}`.includes(password));
  }
}

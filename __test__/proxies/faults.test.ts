/**
 * Proxies that fail at any byte of what they send until the tunnel is open, TLS with the proxy and TLS with the server
 * included: the engine's own tests cut the handshakes at each byte, those of TLS with the proxy too; these cut all layers through real
 * sockets, at each byte first and then at some.
 */
import test from "ava";
import {
  AsyncClient,
  ConnectError,
  ConnectTimeout,
  Proxy,
  ProxyError,
  RequestError,
  Response,
  TotalTimeout,
} from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { type Cut, startCutRelay } from "../helpers/cut-relay.js";
import { startProxyServer } from "../helpers/proxy-server.js";
import { startSocksServer } from "../helpers/socks-server.js";
import { startTlsServer } from "../helpers/tls-server.js";
import { eventually, settling } from "../helpers/waiting.js";

/** Cuts at places that are so many bytes apart, at first and at last at each byte of the plain handshakes. */
const STEP = 61;
const EACH_UP_TO = 16;
/** As many at a time: each hanging one waits for its limit. */
const AT_ONCE = 24;
/** Milliseconds: the next one if the machine was late, so that the time was over before the cut, or the rest came in time. */
const HANGING_LIMITS = [400, 1200, 4800];
/** A resumed session has fewer bytes. */
const FULL_HANDSHAKES = { sessionResumption: false };

const kinds = {
  "an HTTP proxy": async () => {
    const proxy = await startProxyServer();
    return { proxy, url: (port: number) => new Proxy(`http://127.0.0.1:${port}`) };
  },
  "an HTTPS proxy": async () => {
    const { good, ca } = await certificates();
    const proxy = await startProxyServer({ certificate: good });
    return { proxy, url: (port: number) => new Proxy(`https://localhost:${port}`, { verify: { ca } }) };
  },
  "a SOCKS proxy": async () => {
    const proxy = await startSocksServer();
    return { proxy, url: (port: number) => new Proxy(`socks5://127.0.0.1:${port}`) };
  },
  "a SOCKS proxy that wants credentials": async () => {
    const proxy = await startSocksServer({ credentials: ["user", "pass"] });
    return { proxy, url: (port: number) => new Proxy(`socks5://user:pass@127.0.0.1:${port}`) };
  },
  "a SOCKS 4a proxy": async () => {
    const proxy = await startSocksServer();
    return { proxy, url: (port: number) => new Proxy(`socks4a://user@127.0.0.1:${port}`) };
  },
};

for (const [name, start] of Object.entries(kinds)) {
  for (const [cut, limited = "connect"] of [
    ["hangs"],
    ["hangs", "total"],
    ["is late"],
    ["closes"],
    ["resets"],
    ["babbles"],
  ] as const) {
    test.serial(
      `${name} that ${cut} at any byte before the tunnel is secure costs its request, and leaves no socket (${limited})`,
      async (t) => {
        const { good, ca } = await certificates();
        await using server = await startTlsServer(good);
        const { proxy, url } = await start();
        await using _proxy = proxy;
        const total = await bytesOfOneRequest(proxy.port, url, server.url, ca);
        const places = Array.from({ length: total }, (_, at) => at).filter(
          (at) => at < EACH_UP_TO || at % STEP === 0,
        );
        t.true(places.length > 10);
        const one = async (limit: number, [hanging = 0, ...longer] = HANGING_LIMITS): Promise<void> => {
          await using relay = await startCutRelay(proxy.port, limit, cut, 1.5 * hanging);
          const connect = cut === "closes" || cut === "resets" ? 20_000 : hanging;
          await using client = new AsyncClient({
            proxy: url(relay.port),
            verify: { ca },
            tls: FULL_HANDSHAKES,
            timeout: { connect },
          });
          const timeout =
            limited === "total" ? { connect: null, read: null, total: hanging } : { connect, read: hanging };
          const sending = client.get(server.url, { timeout });
          const outcome: unknown = await settling(sending.catch((reason: unknown) => reason));
          if (longer.length > 0 && isOfMachine(outcome, cut, limit / total)) return one(limit, longer);
          const facts = `${limit} of ${total}: ${String(outcome)}`;
          // the last bytes are session tickets and ends of TLS, which no response needs
          if (outcome instanceof Response) return void t.true(limit > total / 2, facts);
          if (!(outcome instanceof RequestError)) return void t.fail(facts);
          if (outcome.requestSent === false) t.true(isOfConnecting(outcome, cut), facts);
          await eventually(`no connection at ${facts}`, () => relay.openSockets === 0);
          t.deepEqual(client.stats().connections, { active: 0, idle: 0, connecting: 0 }, facts);
        };
        for (let at = 0; at < places.length; at += AT_ONCE) {
          await Promise.all(places.slice(at, at + AT_ONCE).map((limit) => one(limit)));
        }
      },
    );
  }
}

/** Whether the outcome may be that of a machine which was late. @param part of the bytes that came before the cut */
function isOfMachine(outcome: unknown, cut: Cut, part: number): boolean {
  if (outcome instanceof Response) return cut === "is late" && part <= 1 / 2;
  const isTimeout = outcome instanceof ConnectTimeout || outcome instanceof TotalTimeout;
  return isTimeout && !["proxy", "tls"].includes(outcome.phase) && outcome.requestSent === false;
}

function isOfConnecting(error: RequestError, cut: Cut): boolean {
  if (error instanceof ConnectTimeout || error instanceof TotalTimeout) {
    // garbage in the midst of a record of TLS may look like the beginning of a long one
    return ["hangs", "is late", "babbles"].includes(cut) && ["proxy", "tls"].includes(error.phase);
  }
  if (cut === "hangs" || cut === "is late") return false;
  return (error instanceof ProxyError && error.phase === "proxy") || error instanceof ConnectError;
}

/** How much the proxy sends, from the first byte of its handshake to the response. */
async function bytesOfOneRequest(
  port: number,
  url: (port: number) => Proxy,
  target: string,
  ca: string,
): Promise<number> {
  await using relay = await startCutRelay(port, Infinity, "closes");
  await using client = new AsyncClient({ proxy: url(relay.port), verify: { ca }, tls: FULL_HANDSHAKES });
  await client.get(target);
  return relay.passed;
}

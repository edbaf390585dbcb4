/** The trace of requests through proxies: the events of httpcore 1.0.9, in their order. */
import test from "ava";
import { AsyncClient, Proxy } from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { startHttpServer } from "../helpers/http-server.js";
import { startProxyServer } from "../helpers/proxy-server.js";
import { startRawServer } from "../helpers/raw-server.js";
import { startSocksServer } from "../helpers/socks-server.js";
import { startTlsServer } from "../helpers/tls-server.js";
import { complete, failed, PARTS, Recorder } from "../helpers/tracing.js";

const { TCP, TLS, SENT, HEAD, BODY, CLOSED } = PARTS;
const REQUEST = [...SENT, ...HEAD, ...BODY, ...CLOSED];

test("a forwarded request has the events of one without a proxy", async (t) => {
  await using server = await startHttpServer();
  await using proxy = await startProxyServer();
  await using client = new AsyncClient({ proxy: proxy.url });
  const recorder = new Recorder();
  await client.get(server.url, { extensions: { trace: recorder.trace } });
  t.deepEqual(recorder.eventsOfHttpcore, [...TCP, ...REQUEST]);
  t.is(recorder.infoOf("connection.connect_tcp.started")["port"], proxy.port);
});

test("a tunnel has the events of CONNECT, then those of TLS with the server", async (t) => {
  const { good, ca } = await certificates();
  await using server = await startTlsServer(good);
  await using plain = await startProxyServer();
  await using secure = await startProxyServer({ certificate: good });
  const tunnel = [...SENT, ...HEAD, ...complete("proxy.start_tls")];
  for (const [proxy, connecting] of [
    [plain.url, TCP],
    [new Proxy(secure.url, { verify: { ca } }), [...TCP, ...TLS]],
  ] as const) {
    await using client = new AsyncClient({ proxy, verify: { ca } });
    const recorder = new Recorder();
    await client.get(server.url, { extensions: { trace: recorder.trace } });
    t.deepEqual(recorder.eventsOfHttpcore, [...connecting, ...tunnel, ...REQUEST]);
    t.is(recorder.infoOf("proxy.start_tls.complete")["version"], "TLSv1.3");
    t.is(recorder.infoOf("http11.receive_response_headers.complete")["status"], 200);
  }
});

test("a SOCKS proxy has events of its own", async (t) => {
  const { good, ca } = await certificates();
  await using server = await startTlsServer(good);
  await using proxy = await startSocksServer();
  for (const [scheme, version] of [
    ["socks5", 5],
    ["socks4a", 4],
  ] as const) {
    await using client = new AsyncClient({ proxy: `${scheme}://127.0.0.1:${proxy.port}`, verify: { ca } });
    const recorder = new Recorder();
    await client.get(server.url, { extensions: { trace: recorder.trace } });
    const steps = ["connect_tcp", `setup_socks${version}_connection`, "start_tls"];
    t.deepEqual(recorder.eventsOfHttpcore, [
      ...complete(...steps.map((step) => `socks.${step}`)),
      ...REQUEST,
    ]);
  }
});

test("a proxy that refuses fails the step, with the error of the call", async (t) => {
  await using proxy = await startRawServer(async (connection) => {
    await connection.readHead();
  });
  await using client = new AsyncClient({ proxy: proxy.url });
  const recorder = new Recorder();
  const error = await t.throwsAsync(
    client.get("https://a.example/", { extensions: { trace: recorder.trace } }),
  );
  t.deepEqual(recorder.events, [...TCP, ...SENT, ...failed("http11.receive_response_headers")]);
  const { exception } = recorder.records.at(-1)!.info as { exception: Error };
  t.is(exception.message, error.message);
});

/** The address of this machine that connections come from: `localAddress`. */
import { createServer } from "node:http";
import test from "ava";
import { AsyncClient, AsyncHTTPTransport, ConnectError } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { type Handler, serveHttp, startHttpServer } from "../helpers/http-server.js";

/** Linux has all of 127.0.0.0/8, other systems only 127.0.0.1. */
const linuxTest = process.platform === "linux" ? test : test.skip;

/** Answers with the address that the connection came from. */
const caller: Handler = (request, response) => void response.end(request.socket.remoteAddress);

linuxTest("connections come from the local address", async (t) => {
  await using server = await startHttpServer(caller);
  for (const localAddress of ["127.0.0.7", "127.0.0.8"]) {
    await using client = new AsyncClient({ localAddress });
    t.is((await client.get(server.url)).text, localAddress);
    await using transport = new AsyncClient({ transport: new AsyncHTTPTransport({ localAddress }) });
    t.is((await transport.get(server.url)).text, localAddress);
  }
});

test("the system chooses the address without one, and with that of all addresses", async (t) => {
  await using server = await startHttpServer(caller);
  for (const options of [{}, { localAddress: "0.0.0.0" }]) {
    await using client = new AsyncClient(options);
    t.is((await client.get(server.url)).text, "127.0.0.1");
  }
});

test("an IPv4 local address reaches names by IPv4 only, and an IPv6 one by IPv6", async (t) => {
  await using four = await startHttpServer(caller);
  await using client = new AsyncClient({ localAddress: "127.0.0.1", resolver: () => ["::1", "127.0.0.1"] });
  t.is((await client.get(`http://a.example:${four.port}/`)).text, "127.0.0.1");
  await failsAs(t, client.get(`http://[::1]:${four.port}/`), {
    as: ConnectError,
    code: "EAFNOSUPPORT",
    phase: "connect",
    requestSent: false,
  });
  await using six = await serveHttp((listener) => createServer(listener), "http://[::1]", caller, {
    host: "::1",
    port: 0,
  });
  await using other = new AsyncClient({ localAddress: "::1", resolver: () => ["127.0.0.1", "::1"] });
  t.is((await other.get(`http://a.example:${six.port}/`)).text, "::1");
});

test("an address that this machine does not have is a ConnectError with the system's code", async (t) => {
  await using server = await startHttpServer(caller);
  await using client = new AsyncClient({ localAddress: "192.0.2.1" });
  const error = await failsAs(t, client.get(server.url), {
    as: ConnectError,
    code: "EADDRNOTAVAIL",
    phase: "connect",
    requestSent: false,
  });
  t.regex(error.message, /from 192\.0\.2\.1/);
});

test("a local address that cannot be one is refused when the client is made", (t) => {
  for (const localAddress of ["eth0", "127.0.0.1:80", "", "fe80::1%lo", 7]) {
    t.throws(() => new AsyncClient({ localAddress: localAddress as string }), {
      instanceOf: TypeError,
      message: /localAddress must be an IP address/,
    });
  }
  t.throws(() => new AsyncClient({ localAddress: "fe80::1%lo" }), { message: /without a zone/ });
  t.throws(() => new AsyncClient({ localAddress: "127.0.0.1", uds: "/socket" }), { message: /Unix sockets/ });
  t.throws(() => new AsyncClient({ localAddress: "127.0.0.1", dns: { family: 6 } }), { message: /IPv4/ });
});

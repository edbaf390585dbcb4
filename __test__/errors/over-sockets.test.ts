/**
 * The errors of real failures: class, code, phase, whether the request was sent, and the caller's stack.
 */
import { lookup } from "node:dns/promises";
import test from "ava";
import {
  AsyncClient,
  ConnectError,
  HTTPError,
  InvalidURL,
  NetworkError,
  ReadTimeout,
  RequestError,
  TransportError,
  UnsupportedProtocol,
} from "httpxide";
import { failsAs, rejection } from "../helpers/failures.js";
import { silent, startRawServer } from "../helpers/raw-server.js";

/** A loopback port without a listener. */
async function freePort(): Promise<number> {
  await using server = await startRawServer(silent);
  return server.port;
}

test("a port without a listener is a ConnectError with ECONNREFUSED", async (t) => {
  const url = `http://127.0.0.1:${await freePort()}/path?query=1`;
  await using client = new AsyncClient();
  const error = await failsAs(t, client.post(url, { content: "x" }), {
    as: ConnectError,
    code: "ECONNREFUSED",
    phase: "connect",
    requestSent: false,
  });
  for (const ancestor of [NetworkError, TransportError, RequestError, HTTPError, Error]) {
    t.true(error instanceof ancestor, ancestor.name);
  }
  t.is(error.name, "ConnectError");
  t.true(error.message.startsWith(`POST ${url}`), error.message);
  t.is(error.request.method, "POST");
  t.is(error.request.url.href, url);
  t.true(error.cause instanceof Error);
  t.is((error.cause as NodeJS.ErrnoException).code, "ECONNREFUSED");
});

test("localhost without a listener is a ConnectError, for IPv4 and IPv6 addresses", async (t) => {
  await using client = new AsyncClient();
  await failsAs(t, client.get(`http://localhost:${await freePort()}/`), {
    as: ConnectError,
    code: "ECONNREFUSED",
    phase: "connect",
    requestSent: false,
  });
});

test("a host that does not exist is a ConnectError in the dns phase, with Node.js's code", async (t) => {
  const expected = (await rejection(lookup("nope.invalid"))) as NodeJS.ErrnoException;
  await using client = new AsyncClient();
  const error = await failsAs(t, client.get("http://nope.invalid/"), {
    as: ConnectError,
    code: expected.code ?? "ENOTFOUND",
    phase: "dns",
    requestSent: false,
  });
  t.true(error.message.includes("nope.invalid"));
});

test("an error never shows the password of its URL", async (t) => {
  await using client = new AsyncClient();
  const url = `http://user:s3cret@127.0.0.1:${await freePort()}/`;
  const error = await failsAs(t, client.get(url), { as: ConnectError });
  t.true(error.message.includes("http://[secure]@127.0.0.1"), error.message);
  t.false(`${error.message}${error.stack}${JSON.stringify(error)}${String(error.cause)}`.includes("s3cret"));
});

test("the stack names the function that made the call", async (t) => {
  const url = `http://127.0.0.1:${await freePort()}/`;
  await using client = new AsyncClient();
  async function theCallingFunction(): Promise<void> {
    await client.get(url);
  }
  async function theStreamingFunction(): Promise<void> {
    await client.stream("GET", url);
  }
  for (const call of [theCallingFunction, theStreamingFunction]) {
    const error = await failsAs(t, call(), { as: ConnectError });
    t.true(error.stack?.includes(call.name), error.stack);
    t.true(error.stack?.includes("over-sockets.test"), error.stack);
  }
});

test("each of many failures has its own error, with its own request", async (t) => {
  const port = await freePort();
  await using client = new AsyncClient({ timeout: 30_000 });
  const paths = Array.from({ length: 100 }, (_, index) => `/${index}`);
  const errors = await Promise.all(
    paths.map((path) => failsAs(t, client.get(`http://127.0.0.1:${port}${path}`), { as: ConnectError })),
  );
  t.deepEqual(
    errors.map((error) => error.request.url.pathname),
    paths,
  );
  t.is(new Set(errors).size, 100);
});

for (const url of [
  "invalid://example.org/",
  "ftp://example.org/",
  "file:///etc/passwd",
  "ws://example.org/",
]) {
  test(`${url} is an UnsupportedProtocol that names its protocol`, async (t) => {
    await using client = new AsyncClient();
    const error = await rejection(client.get(url));
    t.true(error instanceof UnsupportedProtocol, String(error));
    t.true((error as Error).message.includes(`'${new URL(url).protocol}//'`), String(error));
  });
}

for (const url of ["/relative", "", "example.org/path", "//example.org/path"]) {
  test(`${JSON.stringify(url)} without a baseUrl is an UnsupportedProtocol`, async (t) => {
    await using client = new AsyncClient();
    t.true((await rejection(client.get(url))) instanceof UnsupportedProtocol);
  });
}

for (const url of [
  "http://[::1",
  "http://host:99999/",
  "http://host:port/",
  "http://a b/",
  `http://h/${"x".repeat(65_536)}`,
]) {
  test(`${url.slice(0, 30)} is an InvalidURL`, async (t) => {
    await using client = new AsyncClient();
    t.true((await rejection(client.get(url))) instanceof InvalidURL);
  });
}

test("a failure leaves the client usable", async (t) => {
  const port = await freePort();
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 204 No Content\r\n\r\n");
  });
  await using client = new AsyncClient({ limits: { maxConnections: 1 } });
  for (let time = 0; time < 20; time++) {
    await failsAs(t, client.get(`http://127.0.0.1:${port}/`), { as: ConnectError });
    t.is((await client.get(server.url)).statusCode, 204);
  }
  t.deepEqual(client.stats().requests, { queued: 0, inFlight: 0 });
});

test("an error states its cause even after the request's URL has changed", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient({ timeout: { read: 100 } });
  const request = client.buildRequest("GET", server.url);
  const call = client.send(request);
  request.url.protocol = "ftp:";
  await failsAs(t, call, { as: ReadTimeout, code: "ERR_READ_TIMEOUT", phase: "headers" });
});

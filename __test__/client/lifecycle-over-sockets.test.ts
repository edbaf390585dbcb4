/**
 * Closing a client: its connections, its running requests, and requests that come too late.
 */
import test from "ava";
import { AsyncClient, CloseError, TransportError } from "httpxide";
import { gatherBytes } from "../helpers/bytes.js";
import { failsAs, rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { chunk, chunkedHead, silent, startRawServer } from "../helpers/raw-server.js";
import { eventually, pause, settling } from "../helpers/waiting.js";

test("aclose() closes the connections", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const client = new AsyncClient();
  await Promise.all(Array.from({ length: 5 }, () => client.get(server.url)));
  t.true(server.openSockets > 0);
  t.false(client.isClosed);
  await client.aclose();
  t.true(client.isClosed);
  await eventually("the server's sockets are closed", () => server.openSockets === 0);
});

test("await using closes the client at the end of its block", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  let outer: AsyncClient;
  {
    await using client = new AsyncClient();
    outer = client;
    await client.get(server.url);
  }
  t.true(outer.isClosed);
  await eventually("the server's sockets are closed", () => server.openSockets === 0);
});

test("await using closes a response at the end of its block", async (t) => {
  await using server = await startHttpServer(answering(Buffer.alloc(10_000_000)));
  await using client = new AsyncClient({ limits: { maxConnections: 1 } });
  for (let time = 0; time < 5; time++) {
    await using response = await settling(client.stream("GET", server.url));
    t.is(response.statusCode, 200);
  }
});

test("aclose() may be called again, also concurrently", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const client = new AsyncClient();
  await client.get(server.url);
  await settling(Promise.all([client.aclose(), client.aclose()]));
  await settling(client.aclose());
  t.true(client.isClosed);
});

test("a client that was never used can be closed", async (t) => {
  const client = new AsyncClient();
  await settling(client.aclose());
  t.true(client.isClosed);
});

test("a closed client refuses requests, and opens no connection", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const client = new AsyncClient();
  const request = client.buildRequest("GET", server.url);
  await client.aclose();
  for (const call of [
    () => client.get(server.url),
    () => client.stream("GET", server.url),
    () => client.send(request),
  ]) {
    const error = await rejection((async () => call())());
    t.true(error instanceof Error);
    t.regex((error as Error).message, /closed/);
  }
  t.is(server.connections, 0);
});

test("aclose() ends requests that wait for a response or for a connection", async (t) => {
  await using server = await startRawServer(silent);
  const client = new AsyncClient({ limits: { maxConnections: 2 } });
  const calls = Array.from({ length: 5 }, () => client.get(server.url));
  const outcomes = calls.map((call) => failsAs(t, call, { as: TransportError }));
  await eventually("two requests arrived", () => server.requests.length === 2);
  await settling(client.aclose());
  for (const error of await Promise.all(outcomes)) t.true(error instanceof CloseError, error.name);
  await eventually("the server's sockets are closed", () => server.openSockets === 0);
  t.is(server.requests.length, 2);
});

test("aclose() ends a body that is being read", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead());
    while (await connection.send(chunk("piece"))) await pause(5);
  });
  const client = new AsyncClient();
  const response = await client.stream("GET", server.url);
  const reading = rejection(gatherBytes(response.aiterBytes()));
  await eventually("some bytes arrived", () => server.bytesSent > 200);
  await settling(client.aclose());
  t.true((await reading) instanceof Error);
  await eventually("the server's socket is closed", () => server.openSockets === 0);
});

test("clients do not share connections, and closing one does not affect another", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const first = new AsyncClient();
  await using second = new AsyncClient();
  await first.get(server.url);
  await second.get(server.url);
  t.is(server.connections, 2);
  await first.aclose();
  t.is((await second.get(server.url)).text, "ok");
  t.is(server.connections, 2);
});

test("500 clients, one after the other, leave no socket behind", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  for (let time = 0; time < 500; time++) {
    await using client = new AsyncClient();
    await client.get(server.url);
  }
  await eventually("all sockets are closed", () => server.openSockets === 0);
  t.is(server.connections, 500);
});

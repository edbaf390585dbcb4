/**
 * Connections that the server has closed while they were idle: a request that meets one is sent again, once, but
 * only when the server has provably seen nothing of it.
 */
import test from "ava";
import { AsyncClient, RemoteProtocolError, RequestError } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { ok, type Script, startRawServer } from "../helpers/raw-server.js";
import { eventually, pause, settling } from "../helpers/waiting.js";

/**
 * Milliseconds that a server here, which shares its thread with the client, needs at most to close after its answer.
 * A request that overtakes the close may have been seen, and is an error with reason.
 */
const SERVER_HAS_CLOSED = 10;

for (const method of ["GET", "POST"]) {
  test(`${method}: a connection that the server closed while idle is replaced`, async (t) => {
    await using server = await startHttpServer(answering("ok"));
    await using client = new AsyncClient();
    for (let time = 1; time <= 5; time++) {
      const response = await client.request(method, server.url, method === "POST" ? { content: "body" } : {});
      t.is(response.text, "ok");
      t.is(server.connections, time);
      server.closeConnections();
      await eventually("it is closed", () => server.openSockets === 0);
    }
    t.is(server.requests.length, 5);
  });

  test(`${method}: a server that closes after each answer, without saying so, is no trouble`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      const request = await connection.readRequest();
      await connection.send(ok(request?.line ?? ""));
    });
    await using client = new AsyncClient();
    for (let time = 0; time < 50; time++) {
      const response = await settling(client.request(method, `${server.url}/${time}`));
      t.is(response.text, `${method} /${time} HTTP/1.1`);
      await pause(SERVER_HAS_CLOSED);
    }
    t.is(server.requests.length, 50, "a request was seen twice");
  });

  test(`${method}: a request that the server read and did not answer is an error, and is seen once`, async (t) => {
    const script: Script = async (connection) => {
      await connection.readRequest();
      await connection.send(ok());
      await connection.readRequest();
    };
    await using server = await startRawServer(script);
    await using client = new AsyncClient();
    await client.request(method, `${server.url}/first`);
    await failsAs(t, client.request(method, `${server.url}/second`), {
      as: RemoteProtocolError,
      code: "ERR_INCOMPLETE_RESPONSE",
      phase: "headers",
      requestSent: "some",
    });
    t.is(server.requests.filter((request) => request.line.includes("/second")).length, 1);
    t.is((await client.request(method, `${server.url}/third`)).text, "ok");
  });
}

test("a first request on a new connection that is closed without an answer is not sent again", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
  });
  await using client = new AsyncClient();
  await failsAs(t, client.get(server.url), { as: RemoteProtocolError, phase: "headers" });
  t.is(server.requests.length, 1);
});

test("a server that closes each connection at once is an error, not an endless loop", async (t) => {
  await using server = await startRawServer(async () => {});
  await using client = new AsyncClient();
  for (let time = 0; time < 5; time++) {
    await failsAs(t, client.get(server.url), { as: RequestError });
  }
  t.true(server.connections <= 10);
});

test("all idle connections gone at once: a burst gets its answers all the same", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  await using client = new AsyncClient();
  for (let burst = 0; burst < 10; burst++) {
    const responses = await settling(Promise.all(Array.from({ length: 20 }, () => client.post(server.url))));
    t.true(responses.every((response) => response.text === "ok"));
    server.closeConnections();
    await eventually("all are closed", () => server.openSockets === 0);
  }
  t.is(server.requests.length, 200);
});

test("an upload from a generator is not sent twice", async (t) => {
  await using server = await startRawServer(async (connection) => {
    for (let request = await connection.readRequest(); request; request = await connection.readRequest()) {
      await connection.send(ok(request.body));
      if (request.line.startsWith("GET")) return;
    }
  });
  await using client = new AsyncClient();
  for (let time = 0; time < 20; time++) {
    await client.get(server.url);
    function* upload(): Generator<string> {
      yield "only ";
      yield "once";
    }
    await pause(SERVER_HAS_CLOSED);
    t.is((await settling(client.post(server.url, { content: upload() }))).text, "only once");
  }
  t.is(server.requests.length, 40);
});

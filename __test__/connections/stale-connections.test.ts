/**
 * Connections that the server closed while they were idle. A request on such a connection is sent again, once, and only
 * if the server has provably received nothing of it.
 */
import test from "ava";
import { AsyncClient, RemoteProtocolError, RequestError } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { ok, type Script, startRawServer } from "../helpers/raw-server.js";
import { eventually, settling } from "../helpers/waiting.js";

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

  test(`${method}: a server that closes after each response without announcing it causes no error`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      const request = await connection.readRequest();
      await connection.send(ok(request?.line ?? ""));
    });
    await using client = new AsyncClient();
    for (let time = 0; time < 50; time++) {
      const response = await settling(client.request(method, `${server.url}/${time}`));
      t.is(response.text, `${method} /${time} HTTP/1.1`);
      await eventually("the server has closed", () => server.connectionsEnded === server.connections);
    }
    t.is(server.requests.length, 50, "a request was seen twice");
  });

  test(`${method}: a request that the server read but did not answer is an error, and is sent once`, async (t) => {
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

test("a first request on a new connection that closes without a response is not sent again", async (t) => {
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

test("a burst gets its responses after all idle connections closed at once", async (t) => {
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
    await eventually("the server has closed", () => server.connectionsEnded === server.connections);
    t.is((await settling(client.post(server.url, { content: upload() }))).text, "only once");
  }
  t.is(server.requests.length, 40);
});

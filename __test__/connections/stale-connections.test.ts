/**
 * Connections that the server closed while they were idle, or while the next request was on its way. The request goes
 * once more over a new connection if it may be repeated, or if the server has provably received nothing of it.
 */
import { once } from "node:events";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";
import test from "ava";
import { AsyncClient, ConnectError, RemoteProtocolError, RequestError, type RequestOptions } from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { failsAs } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import {
  ok,
  type RawConnection,
  type RawServer,
  type Script,
  startRawServer,
} from "../helpers/raw-server.js";
import { eventually, pause, settling } from "../helpers/waiting.js";

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
}

/** Answers the first request of each connection, and closes at the second without an answer. */
const forgetful: Script = async (connection) => {
  await connection.readRequest();
  await connection.send(ok());
  await connection.readRequest();
};
const times = (server: RawServer, path: string): number =>
  server.requests.filter((request) => request.line.includes(path)).length;

for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
  test(`${method}: a request that the server read but did not answer is an error, and is sent once`, async (t) => {
    await using server = await startRawServer(forgetful);
    await using client = new AsyncClient();
    await client.request(method, `${server.url}/first`);
    await failsAs(t, client.request(method, `${server.url}/second`), {
      as: RemoteProtocolError,
      code: "ERR_INCOMPLETE_RESPONSE",
      phase: "headers",
      requestSent: "some",
    });
    t.is(times(server, "/second"), 1);
    t.is((await client.request(method, `${server.url}/third`)).text, "ok");
  });
}

const repeatable: readonly (readonly [method: string, options: RequestOptions])[] = [
  ["GET", {}],
  ["HEAD", {}],
  ["OPTIONS", {}],
  ["TRACE", {}],
  ["POST", { content: "body", headers: { "Idempotency-Key": "1" } }],
];
for (const [method, options] of repeatable) {
  const with_ = method === "POST" ? " with an Idempotency-Key" : "";
  test(`${method}${with_}: a request that the server read but did not answer is sent once more`, async (t) => {
    await using server = await startRawServer(forgetful);
    await using client = new AsyncClient();
    await client.get(`${server.url}/first`);
    t.is((await client.request(method, `${server.url}/second`, options)).statusCode, 200);
    t.is(times(server, "/second"), 2);
    t.is(server.connections, 2);
  });
}

test("a listener sees the failed step, and then those of the new connection", async (t) => {
  await using server = await startRawServer(forgetful);
  await using client = new AsyncClient();
  await client.get(server.url);
  const events: string[] = [];
  await client.get(server.url, { extensions: { trace: (event) => void events.push(event) } });
  const failed = events.indexOf("http11.receive_response_headers.failed");
  t.true(failed > events.indexOf("http11.send_request_body.complete"), events.join());
  t.is(events[failed + 1], "connection.connect_tcp.started");
  t.is(events.at(-1), "http11.response_closed.complete");
});

test("a request whose second attempt finds no server may have been received", async (t) => {
  await using server = await startRawServer(forgetful);
  await using client = new AsyncClient();
  const { url } = server;
  await client.get(url);
  server.stopListening();
  await failsAs(t, client.get(url), { as: ConnectError, code: "ECONNREFUSED", requestSent: "maybe" });
});

/** What a connection does after each answer. */
const closings: readonly (readonly [name: string, close: (connection: RawConnection) => Promise<boolean>])[] =
  [
    ["after every response without saying so", () => Promise.resolve(true)],
    [
      "after a moment without a request",
      async (connection) => {
        await pause(Math.random() * 4);
        return connection.held.length === 0;
      },
    ],
    [
      "by a reset",
      async (connection) => {
        await pause(Math.random() * 4);
        if (connection.held.length === 0) connection.reset();
        return connection.held.length === 0;
      },
    ],
    [
      "while the next request is on its way",
      async (connection) => {
        if (connection.number % 2 === 0) return false;
        await connection.more();
        return true;
      },
    ],
  ];
for (const [name, close] of closings) {
  test(`of 1,250 requests to a server that closes ${name}, none is lost and no POST runs twice`, async (t) => {
    const runs = new Map<string, number>();
    await using server = await startRawServer(async (connection) => {
      for (;;) {
        const request = await connection.readRequest();
        if (request === null) return;
        runs.set(request.line, (runs.get(request.line) ?? 0) + 1);
        await connection.send(ok(request.line));
        if (await close(connection)) return;
      }
    });
    await using client = new AsyncClient({ timeout: 30_000 });
    let next = 0;
    let failed = 0;
    const requests = async (): Promise<void> => {
      while (next < 1250) {
        const number = next++;
        const method = number % 5 === 0 ? "POST" : "GET";
        try {
          const response = await client.request(method, `${server.url}/${number}`);
          t.is(response.text, `${method} /${number} HTTP/1.1`);
        } catch (error) {
          // the server may have got it: that is for the caller to decide
          if (method === "GET" || !(error instanceof RequestError) || error.requestSent !== "maybe")
            throw error;
          failed += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: 20 }, requests));
    const posts = [...runs].filter(([line]) => line.startsWith("POST"));
    t.deepEqual(
      posts.filter(([, count]) => count > 1),
      [],
    );
    t.true(posts.length + failed >= 250);
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
  await using client = new AsyncClient({ timeout: 30_000 });
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

test("a stale connection of HTTP/1.1 is replaced by one of HTTP/2 if the server speaks that now", async (t) => {
  const { good, ca } = await certificates();
  let speaks = "http/1.1";
  const server = createSecureServer({ ...good, allowHTTP1: true, ALPNCallback: () => speaks });
  let requests = 0;
  server.on("request", (request: Http2ServerRequest, response: Http2ServerResponse) => {
    requests += 1;
    if (requests !== 2) return void response.end("ok");
    // this one came over the first connection
    speaks = "h2";
    request.socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  await using client = new AsyncClient({ http2: true, verify: { ca } });
  try {
    const versions = [];
    for (let time = 0; time < 3; time++) versions.push((await client.get(url)).httpVersion);
    t.deepEqual(versions, ["HTTP/1.1", "HTTP/2", "HTTP/2"]);
    t.is(requests, 4);
    t.like(client.stats(), { connections: { active: 0, idle: 1 } });
  } finally {
    await client.aclose();
    server.close();
  }
});

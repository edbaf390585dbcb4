/** Trailers: fields after the body, over HTTP/1.1 and HTTP/2. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import test from "ava";
import {
  AppTransport,
  AsyncClient,
  type HeadersInit,
  LocalProtocolError,
  Request,
  type Response,
} from "httpxide";
import { failsAs, rejection } from "../helpers/failures.js";
import { bodyOf, startHttpServer } from "../helpers/http-server.js";
import { startPlainHttp2Server } from "../helpers/http2-server.js";
import { startRawServer } from "../helpers/raw-server.js";
import { deferred, eventually } from "../helpers/waiting.js";

/** What a server has received. */
interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly trailers: string[];
}

async function answerHttp1(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await bodyOf(request)).toString();
  response.end(JSON.stringify({ headers: request.headers, body, trailers: request.rawTrailers }));
}

function answerHttp2(stream: ServerHttp2Stream, headers: object): void {
  let body = "";
  const trailers: string[] = [];
  stream.on("trailers", (_fields: object, _flags: number, raw: string[]) => trailers.push(...raw));
  stream.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
  stream.on("end", () => {
    stream.respond({ ":status": 200 });
    stream.end(JSON.stringify({ headers, body, trailers }));
  });
}

async function* chunks(): AsyncGenerator<string> {
  yield "ab";
  yield "c";
}

test("trailers follow any body over HTTP/1.1, which is sent chunked", async (t) => {
  await using server = await startHttpServer(answerHttp1);
  await using client = new AsyncClient();
  for (const [options, body] of [
    [{ content: "abc" }, "abc"],
    [{ content: chunks() }, "abc"],
    [{ json: { a: 1 } }, '{"a":1}'],
    [{}, ""],
  ] as const) {
    const response = await client.post(server.url, { ...options, trailers: { Checksum: "1234", X: "a" } });
    const received = response.json<Received>();
    t.is(received.body, body);
    t.deepEqual(received.trailers, ["Checksum", "1234", "X", "a"]);
    t.is(received.headers["transfer-encoding"], "chunked");
    t.is(received.headers["content-length"], undefined);
  }
  t.is(new Set(server.requests.map(({ connection }) => connection)).size, 1);
});

test("trailers follow any body over HTTP/2", async (t) => {
  await using server = await startPlainHttp2Server(answerHttp2);
  await using client = new AsyncClient({ http1: false, http2: true });
  for (const content of ["abc", chunks()]) {
    const response = await client.post(server.url, { content, trailers: [["Checksum", "1234"]] });
    const received = response.json<Received>();
    t.is(received.body, "abc");
    t.deepEqual(received.trailers, ["checksum", "1234"]);
    t.false("transfer-encoding" in received.headers);
  }
});

test("a function gives the trailers when all of the body has been sent", async (t) => {
  await using server = await startHttpServer(answerHttp1);
  await using client = new AsyncClient();
  let sent = 0;
  async function* counted(): AsyncGenerator<string> {
    for await (const chunk of chunks()) {
      sent += chunk.length;
      yield chunk;
    }
  }
  const trailers = async (): Promise<Record<string, string>> => ({ Length: String(sent) });
  const received = (await client.post(server.url, { content: counted(), trailers })).json<Received>();
  t.deepEqual(received.trailers, ["Length", "3"]);
});

test("a redirect that keeps the body keeps its trailers", async (t) => {
  await using server = await startHttpServer((request, response) => {
    if (request.url !== "/") return answerHttp1(request, response);
    return void request.resume().on("end", () => response.writeHead(307, { Location: "/next" }).end());
  });
  await using client = new AsyncClient({ followRedirects: true });
  const kept = await client.post(server.url, { content: "abc", trailers: { A: "b" } });
  t.deepEqual(kept.json<Received>().trailers, ["A", "b"]);
});

test("a redirect that drops the body drops its trailers", async (t) => {
  await using server = await startHttpServer((request, response) => {
    if (request.url !== "/") return answerHttp1(request, response);
    return void request.resume().on("end", () => response.writeHead(303, { Location: "/next" }).end());
  });
  await using client = new AsyncClient({ followRedirects: true });
  const options = { content: "abc", trailers: { A: "b" }, expectContinue: true, headers: { Trailer: "A" } };
  const { headers, trailers } = (await client.post(server.url, options)).json<Received>();
  t.deepEqual(trailers, []);
  for (const name of ["transfer-encoding", "expect", "trailer"]) t.false(name in headers, name);
});

test("fields that cannot be trailers are refused before a byte is sent", async (t) => {
  await using server = await startHttpServer(answerHttp1);
  await using client = new AsyncClient();
  for (const name of ["Host", "content-length", "Transfer-Encoding", "Authorization", "If-Match", "TE"]) {
    const error = await failsAs(t, client.post(server.url, { content: "a", trailers: { [name]: "1" } }), {
      as: LocalProtocolError,
      code: "ERR_FORBIDDEN_TRAILER",
      phase: "write",
      requestSent: false,
    });
    t.true(error.message.includes(name));
    t.throws(() => new Request("POST", server.url, { trailers: { [name]: "1" } }), {
      instanceOf: LocalProtocolError,
    });
  }
  const injected = await rejection(client.post(server.url, { content: "a", trailers: { a: "b\r\nc: d" } }));
  t.true(injected instanceof LocalProtocolError);
  const framed = { content: "a", headers: { "Content-Length": "1" }, trailers: { a: "b" } };
  await failsAs(t, client.post(server.url, framed), { as: LocalProtocolError, requestSent: false });
  t.is(server.requests.length, 0);
});

test("a function that gives such a field, or throws, fails the call and cuts the body that is under way", async (t) => {
  let hasBody = deferred();
  const received: string[] = [];
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    let body = "";
    do {
      body += connection.take(connection.held.length).toString();
      if (body.includes("abc")) hasBody.resolve();
    } while (await connection.more());
    received.push(body);
  });
  await using client = new AsyncClient();
  const post = (fields: () => HeadersInit): Promise<Response> => {
    hasBody = deferred();
    // begins when the server has the body
    return client.post(server.url, { content: "abc", trailers: () => hasBody.promise.then(fields) });
  };
  for (const [fields, code] of [
    [{ Host: "other" }, "ERR_FORBIDDEN_TRAILER"],
    [{ Checksum: "1\r\nHost: other" }, "ERR_INVALID_HEADER_VALUE"],
  ] as const) {
    const expected = { as: LocalProtocolError, code, phase: "write", requestSent: "maybe" } as const;
    await failsAs(
      t,
      post(() => fields),
      expected,
    );
  }
  const thrown = post(() => {
    throw new Error("no checksum");
  });
  await t.throwsAsync(thrown, { message: "no checksum" });
  await eventually("the connections end", () => received.length === 3);
  t.deepEqual(received, Array(3).fill("3\r\nabc\r\n"));
});

test("values that are no trailers are refused", (t) => {
  const make = (trailers: unknown) => (): Request =>
    new Request("POST", "http://a", { trailers: trailers as never });
  t.throws(make("a: b"), { instanceOf: TypeError, message: /trailers must be header fields or a function/ });
  t.throws(make(1), { instanceOf: TypeError });
  t.notThrows(make(null));
});

test("a function of trailers that returns none is told so", async (t) => {
  await using server = await startHttpServer(answerHttp1);
  await using network = new AsyncClient();
  const transport = AppTransport.node((_request, response) => void response.end());
  await using inside = new AsyncClient({ transport });
  for (const client of [network, inside]) {
    for (const [given, kind] of [
      [null, "null"],
      [undefined, "undefined"],
      ["Checksum: 1", "a string"],
    ] as const) {
      for (const trailers of [() => given, async () => given] as never[]) {
        const call = client.post(server.url, { content: "a", trailers });
        await t.throwsAsync(call, {
          instanceOf: TypeError,
          message: `The function of trailers must return header fields, not ${kind}.`,
          code: "ERR_INVALID_ARG_TYPE",
        });
      }
    }
  }
});

test("trailers of a wrong type are refused by their name", async (t) => {
  await using server = await startHttpServer(answerHttp1);
  await using client = new AsyncClient();
  for (const trailers of [["Checksum"], [["Checksum"]], new Date(0), "Checksum: 1"] as never[]) {
    for (const given of [trailers, (() => trailers) as never]) {
      const call = client.post(server.url, { content: "a", trailers: given });
      await t.throwsAsync(call, { instanceOf: TypeError, message: /trailers/, code: "ERR_INVALID_ARG_TYPE" });
    }
  }
});

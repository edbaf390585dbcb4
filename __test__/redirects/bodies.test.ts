// Bodies in redirects that keep the method (RFC 9110, 15.4.8 and 15.4.9): a repeatable body is sent again, and any other
// fails with HTTPX's StreamConsumed (tests/client/test_redirects.py).
import { Readable } from "node:stream";
import test from "ava";
import { AsyncClient, type RequestOptions, StreamConsumed } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { bodyOf, type Echo, startHttpServer } from "../helpers/http-server.js";
import { headerValues, redirectPath, startRedirectServer } from "../helpers/redirect-server.js";

const bytes = new TextEncoder().encode("the body");
/** Each iteration starts from the beginning. */
const repeatable = {
  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    yield "the ";
    yield "body";
  },
};

const replayed: readonly (readonly [name: string, options: RequestOptions, framing: string])[] = [
  ["text", { content: "the body" }, "8"],
  ["bytes", { content: bytes }, "8"],
  ["an ArrayBuffer", { content: bytes.buffer }, "8"],
  ["a Blob", { content: new Blob(["the ", "body"]) }, "8"],
  ["an array of pieces", { content: ["the ", "body"] }, "chunked"],
  ["an iterable that starts again", { content: repeatable }, "chunked"],
];

for (const [name, options, framing] of replayed) {
  test(`${name} is sent again with a 307 and with the 308 after it`, async (t) => {
    await using server = await startRedirectServer();
    await using client = new AsyncClient({ followRedirects: true });
    const second = redirectPath({ status: 308, location: "/target" });
    const url = server.url + redirectPath({ status: 307, location: second });
    const response = await client.post(url, options);
    t.is(response.json<Echo>().body, "the body");
    t.is(server.requests.length, 3);
    for (const request of server.requests) {
      t.is(request.method, "POST");
      t.deepEqual(
        [...headerValues(request, "content-length"), ...headerValues(request, "transfer-encoding")],
        [framing],
      );
    }
  });
}

const form = new FormData();
form.set("a", "1");
form.set("file", new Blob(["content"]), "name.txt");

for (const [name, options] of [
  ["a form", { data: { a: ["1", "2"], b: "ü" } }],
  ["URLSearchParams", { content: new URLSearchParams("a=1&b=2") }],
  ["JSON", { json: { a: [1, null, "ü"] } }],
  ["multipart", { data: { a: "1" }, files: { file: ["name.txt", "content"] } }],
  ["FormData", { content: form }],
] as readonly (readonly [string, RequestOptions])[]) {
  test(`${name} is sent again with a 308, byte for byte`, async (t) => {
    const bodies: string[] = [];
    const types: string[] = [];
    await using server = await startHttpServer(async (request, response, seen) => {
      bodies.push((await bodyOf(request)).toString());
      types.push(...headerValues(seen, "content-type"));
      if (seen.path === "/") response.writeHead(308, { Location: "/target" });
      response.end();
    });
    await using client = new AsyncClient({ followRedirects: true });
    t.is((await client.put(server.url, options)).statusCode, 200);
    t.is(bodies.length, 2);
    t.true(bodies[0]!.length > 0);
    t.is(bodies[1], bodies[0]);
    t.is(types.length, 2);
    t.is(types[1], types[0]);
  });
}

const once: readonly (readonly [name: string, content: () => RequestOptions["content"]])[] = [
  [
    "a generator",
    function* () {
      yield "the body";
    },
  ],
  [
    "an async generator",
    async function* () {
      yield "the body";
    },
  ],
  ["a stream of the web's", () => new Blob(["the body"]).stream() as ReadableStream<Uint8Array>],
  ["a stream of Node.js's", () => Readable.from([bytes])],
];

for (const [name, content] of once) {
  test(`${name} can be sent only once: a 307 fails with StreamConsumed, and holds no connection`, async (t) => {
    await using server = await startRedirectServer();
    await using client = new AsyncClient({ followRedirects: true, limits: { maxConnections: 1 } });
    const url = server.url + redirectPath({ status: 307, location: "/target" });
    const error = await rejection(client.post(url, { content: content() }));
    t.true(error instanceof StreamConsumed, String(error));
    t.is((await client.get(`${server.url}/x`)).statusCode, 200);
    t.deepEqual(
      server.requests.map(({ method }) => method),
      ["POST", "GET"],
    );
    t.is(client.stats().requests.inFlight, 0);
  });

  test(`${name} does not prevent a 303, which drops it`, async (t) => {
    await using server = await startRedirectServer();
    await using client = new AsyncClient({ followRedirects: true });
    const url = server.url + redirectPath({ status: 303, location: "/target" });
    const response = await client.post(url, { content: content() });
    t.deepEqual([response.json<Echo>().method, response.json<Echo>().body], ["GET", ""]);
    t.deepEqual(headerValues(server.requests[1], "transfer-encoding"), []);
  });
}

test("a generator works where the redirect is not followed, and its nextRequest cannot be sent", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient();
  const url = server.url + redirectPath({ status: 307, location: "/target" });
  const response = await client.post(url, { content: once[1]![1]() });
  t.is(response.statusCode, 307);
  t.true((await rejection(client.send(response.nextRequest!))) instanceof StreamConsumed);
});

test("a generator that was read into memory can be sent again", async (t) => {
  await using server = await startRedirectServer();
  await using client = new AsyncClient({ followRedirects: true });
  const url = server.url + redirectPath({ status: 307, location: "/target" });
  const request = client.buildRequest("POST", url, { content: once[1]![1]() });
  await request.aread();
  t.is((await client.send(request)).json<Echo>().body, "the body");
});

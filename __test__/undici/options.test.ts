// The options of the dispatcher's own request() and of dispatch(): each has its effect, or an error of undici's kind.
import { Readable } from "node:stream";
import test from "ava";
import { HttpxideDispatcher } from "httpxide/undici";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { undiciOf, versions } from "./versions.js";

test("onInfo hears of interim responses, from its own request and from that of each undici", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeEarlyHints({ link: "</a>; rel=preload" });
    response.end("done");
  });
  const dispatcher = new HttpxideDispatcher();
  const heard: unknown[] = [];
  const onInfo = ({ statusCode, headers }: { statusCode: number; headers: object }): void =>
    void heard.push([statusCode, headers]);
  const options = { origin: server.url, path: "/", method: "GET", onInfo };
  const { body, statusCode } = await dispatcher.request(options);
  t.is(statusCode, 200);
  t.is(await body.text(), "done");
  for (const version of versions) {
    const undici = undiciOf(version);
    t.is(await (await undici.request(server.url, { dispatcher, onInfo })).body.text(), "done");
  }
  const hint = [103, { link: "</a>; rel=preload" }];
  t.deepEqual(
    heard,
    Array.from({ length: 1 + versions.length }, () => hint),
  );
});

test("headers come as a list, and the body has the size of buffer that is wanted", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(200, ["X-A", "1", "x-a", "2", "Content-Type", "own/type"]).end("body");
  });
  const options = { origin: server.url, path: "/", method: "GET" };
  const raw = await new HttpxideDispatcher().request({
    ...options,
    responseHeaders: "raw",
    highWaterMark: 5,
  });
  t.deepEqual((raw.headers as unknown as string[]).slice(0, 4), ["X-A", "1", "x-a", "2"]);
  t.is(raw.body.readableHighWaterMark, 5);
  const blob = await raw.body.blob();
  t.is(blob.type, "own/type");
  t.is(blob.size, 4);
});

test("a body is a web stream too, and what was begun is not taken for a whole", async (t) => {
  await using server = await startHttpServer(answering("body"));
  const options = { origin: server.url, path: "/", method: "GET" };
  const dispatcher = new HttpxideDispatcher();
  const first = await dispatcher.request(options);
  t.is(await new Response(first.body.body as unknown as ReadableStream).text(), "body");
  await t.throwsAsync(first.body.text(), { instanceOf: TypeError, message: "unusable" });
  const second = await dispatcher.request(options);
  const [text, again] = await Promise.allSettled([second.body.text(), second.body.json()]);
  t.is(text.status === "fulfilled" && text.value, "body");
  t.is(again.status, "rejected");
});

test("a field with the name of a member of every object is a field", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(200, ["constructor", "1", "__proto__", "2", "toString", "3", "toString", "4"]).end();
  });
  const options = { origin: server.url, path: "/", method: "GET" };
  const { headers, body } = await new HttpxideDispatcher().request(options);
  await body.dump();
  t.is(headers["constructor"] as unknown, "1");
  t.is(Object.getOwnPropertyDescriptor(headers, "__proto__")?.value, "2");
  t.deepEqual(headers["tostring"], ["3", "4"]);
  t.is(Object.getPrototypeOf(headers), Object.prototype);
});

test("expectContinue lets a body wait for the server", async (t) => {
  await using server = await startHttpServer();
  const options = { origin: server.url, path: "/", method: "POST", expectContinue: true };
  const { body } = await new HttpxideDispatcher().request({ ...options, body: "body" });
  await body.dump();
  t.deepEqual(
    server.requests[0]?.headers.find(([name]) => name === "expect"),
    ["expect", "100-continue"],
  );
});

const refused: Readonly<Record<string, object>> = {
  "a path without a slash": { path: "nowhere" },
  "an empty path": { path: "" },
  "a path with a space": { path: "/a b" },
  "a method that is no token": { method: "a b" },
  "an origin of another protocol": { origin: "ftp://example.org" },
  "an origin that is no URL": { origin: 5 },
  "a negative headersTimeout": { headersTimeout: -1 },
  "a bodyTimeout in text": { bodyTimeout: "50" },
  "an upgrade to nothing": { upgrade: true },
  "a reset that is no boolean": { reset: "yes" },
  "an expectContinue that is no boolean": { expectContinue: "yes" },
  "a body of no kind": { method: "POST", body: 5 },
  "a length that is no number": { headers: { "content-length": "long" } },
  "redirects, which its interceptor follows": { maxRedirections: 3 },
  "throwOnError, which has an interceptor": { throwOnError: true },
};

for (const [name, wrong] of Object.entries(refused)) {
  test(`refused as an invalid argument: ${name}`, async (t) => {
    await using server = await startHttpServer();
    const options = { origin: server.url, path: "/", method: "GET", ...wrong };
    const error = await t.throwsAsync<Error & { code?: string }>(
      new HttpxideDispatcher().request(options as never),
    );
    t.is(error.name, "InvalidArgumentError");
    t.is(error.code, "UND_ERR_INVALID_ARG");
    t.is(server.requests.length, 0);
  });
}

test("a body that does not have the length of its header has the code of undici", async (t) => {
  await using server = await startHttpServer();
  for (const body of ["abc", Readable.from([Buffer.from("abc")])]) {
    const options = {
      origin: server.url,
      path: "/",
      method: "POST",
      body,
      headers: { "content-length": "5" },
    };
    const error = await t.throwsAsync<Error & { code?: string }>(new HttpxideDispatcher().request(options));
    t.is(error.code, "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH");
  }
});

test("query is written as undici writes it", async (t) => {
  await using server = await startHttpServer();
  const query = { a: "1 2", b: [1, true], c: null, d: undefined, e: "\u00e9&'", f: {} };
  const dispatcher = new HttpxideDispatcher();
  const options = { path: "/", method: "GET", query };
  await (await dispatcher.request({ ...options, origin: server.url })).body.text();
  for (const version of versions) {
    await (await undiciOf(version).request(server.url, { query })).body.text();
  }
  const [own, ...others] = server.requests.map(({ path }) => path);
  t.is(own, "/?a=1%202&b=1&b=true&c=&d=&e=%C3%A9%26'&f=");
  for (const other of others) t.is(other, own!);
});

test("options that are none, an origin with a path and an object that is no handler have undici's code", async (t) => {
  const dispatcher = new HttpxideDispatcher();
  const code = "UND_ERR_INVALID_ARG";
  const get = { path: "/", method: "GET" };
  const calls: readonly Promise<unknown>[] = [
    dispatcher.request(null as never),
    dispatcher.stream(undefined as never, () => undefined as never),
    dispatcher.connect(5 as never),
    dispatcher.upgrade(null as never),
    dispatcher.request({ ...get, origin: "http://127.0.0.1:1/path" }),
    dispatcher.request({ ...get, origin: "http://127.0.0.1:1/?query" }),
  ];
  for (const call of calls) t.like(await t.throwsAsync(call), { code });
  t.like(
    t.throws(() => dispatcher.dispatch({ ...get, origin: "http://127.0.0.1:1" }, {})),
    { code },
  );
  const told = await new Promise((resolve) => dispatcher.request(null as never, resolve));
  t.like(told, { code });
});

test("opaque is null if it is not given", async (t) => {
  await using server = await startHttpServer(answering("body"));
  const options = { origin: server.url, path: "/", method: "GET" };
  const { opaque, body } = await new HttpxideDispatcher().request(options);
  await body.text();
  t.is(opaque, null);
});

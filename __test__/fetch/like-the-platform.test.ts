// The same calls to the platform's own fetch and to httpxide/fetch, over the same server: what the caller gets and what the
// server receives is equal.
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { runInNewContext } from "node:vm";
import test from "ava";
import { fetch as ours } from "httpxide/fetch";
import { type Handler, bodyOf, type HttpServer, startHttpServer } from "../helpers/http-server.js";
import { type RawConnection, startRawServer } from "../helpers/raw-server.js";

type Fetch = typeof globalThis.fetch;
type Call = (fetch: Fetch, base: string) => Promise<unknown>;

const sha256 = "sha256-uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="; // of "hello world"

/** The host's port differs, and the platform closes the connection after a HEAD. */
const UNLIKE = new Set(["host", "connection"]);
const OF_CONNECTION = new Set(["content-length", "keep-alive", "connection"]);

/** Answers with the request, or as the path says. */
const handler: Handler = async (request, response, seen) => {
  const { pathname, searchParams } = new URL(seen.path, "http://localhost");
  const body = await bodyOf(request);
  response.sendDate = false;
  const status = Number(searchParams.get("status") ?? 200);
  const location = searchParams.get("location");
  response.writeHead(status, {
    ...(location === null ? {} : { location }),
    "X-Twice": ["1", "2"],
    "Set-Cookie": ["a=1", "b=2"],
    ...(pathname === "/gzip" ? { "Content-Encoding": "gzip", "Content-Type": "text/plain" } : {}),
    ...(pathname === "/json" ? { "Content-Type": "application/json" } : {}),
    ...(pathname === "/form" ? { "Content-Type": "application/x-www-form-urlencoded" } : {}),
  });
  if (pathname === "/gzip") return void response.end(gzipSync("hello world"));
  if (pathname === "/text") return void response.end("hello world");
  if (pathname === "/bom") return void response.end("\ufeffhello");
  if (pathname === "/json") return void response.end('{"a":[1,2]}');
  if (pathname === "/form") return void response.end("a=1&b=x+y");
  if (pathname === "/empty") return void response.end();
  const headers = seen.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const shown = headers
    .filter(([name, value]) => !UNLIKE.has(name) || value === "identity" || value.startsWith("own"))
    // a boundary is random
    .map(([name, value]) => [name, value.replace(/boundary=.*/, "boundary")] as const)
    .filter(([name]) => name !== "content-length" || !String(seen.headers).includes("boundary"))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const text = body.toString().replace(/^--.*$/gm, "--boundary");
  return void response.end(JSON.stringify({ method: seen.method, path: seen.path, headers: shown, text }));
};

/** A response as data. */
async function shown(response: Response): Promise<unknown> {
  const { status, statusText, ok, type, url, redirected, headers, body, bodyUsed } = response;
  const fields = [...headers].filter(([name]) => !OF_CONNECTION.has(name));
  const text = await response.text();
  return { status, statusText, ok, type, url, redirected, fields, hasBody: body !== null, bodyUsed, text };
}

/** Any arguments, wrong ones too. */
const get =
  (path: string, init?: object | (() => object)): Call =>
  async (fetch, base) =>
    shown(await fetch(`${base}${path}`, (typeof init === "function" ? init() : init) as RequestInit));

async function* generated(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("one");
  yield Buffer.from("two");
}

const streamed = (): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("streamed"));
      controller.close();
    },
  });

const streaming = { method: "POST", duplex: "half" } as const;

const redirects = ["GET", "HEAD", "POST", "PUT", "DELETE"].flatMap((method) =>
  [301, 302, 303, 307, 308, 300, 304].map((status): [string, Call] => [
    `${method} and a ${status}`,
    get(`/?status=${status}&location=/target`, {
      method,
      ...(method === "GET" || method === "HEAD" ? {} : { body: "x" }),
      headers: { authorization: "own", cookie: "own=1", "content-language": "en" },
    }),
  ]),
);

const calls: Readonly<Record<string, Call>> = {
  "a GET": get("/a?b=c#d"),
  "headers as a record": get("/", {
    headers: { "X-Own": " padded ", accept: "own/type", "user-agent": "own" },
  }),
  "headers as pairs": get("/", {
    headers: [
      ["a", "1"],
      ["A", "2"],
    ],
  }),
  "headers as an object of the platform": get("/", { headers: new Headers({ b: "1" }) }),
  "a Host of the caller": get("/", { headers: { host: "own.example" } }),
  "a range": get("/", { headers: { range: "bytes=0-9" } }),
  "a condition": get("/", { headers: { "if-none-match": '"a"' } }),
  "the cache mode no-cache": get("/", { cache: "no-cache" }),
  "the cache mode no-store": get("/", { cache: "no-store" }),
  "an invalid cache mode": get("/", { cache: "only-if-cached" }),
  "an invalid redirect mode": get("/", { redirect: "never" }),
  "an invalid mode": get("/", { mode: "navigate" }),
  "an init that is no object": get("/", 5 as unknown as object),
  "a null init": get("/", null as unknown as object),
  "a method in lower case": get("/", { method: "post" }),
  "PATCH without a body": get("/", { method: "PATCH" }),
  "a method of its own": get("/", { method: "REPORT", body: "x" }),
  TRACE: get("/", { method: "TRACE" }),
  "a method that is no token": get("/", { method: "a b" }),
  "a body with GET": get("/", { body: "x" }),
  "an illegal header name": get("/", { headers: { "a b": "1" } }),
  "an illegal header value": get("/", { headers: { a: "1\n2" } }),
  "a header value beyond latin1": get("/", { headers: { a: "\u0100" } }),
  "a relative URL": (fetch) => fetch("/relative"),
  "no URL": (fetch) => (fetch as () => Promise<Response>)(),
  "credentials in the URL": (fetch) => fetch("http://user:password@127.0.0.1/"),
  "an unknown scheme": (fetch) => fetch("gopher://127.0.0.1/"),
  "a symbol as a URL": (fetch) => fetch(Symbol("url") as unknown as string),
  "a blocked port": (fetch) => fetch("http://127.0.0.1:6000/"),
  "a URL with line breaks": async (fetch, base) => shown(await fetch(`\n${base}/a\tb\n`)),
  "a URL object": async (fetch, base) => shown(await fetch(new URL("/x", base))),
  "a data: URL": async (fetch) => shown(await fetch("data:text/plain,hello")),
  "a blob: URL": async (fetch) => {
    const url = URL.createObjectURL(new Blob(["hello"], { type: "text/plain" }));
    const { status, headers } = await fetch(url);
    return { status, type: headers.get("content-type") };
  },
  "a referrer": get("/", { referrer: "http://user:password@example.org/page?q#part" }),
  "an empty referrer": get("/", { referrer: "" }),
  "an invalid referrer": get("/", { referrer: "http://[" }),
  "a referrer of a Request with an init": async (fetch, base) =>
    shown(await fetch(new Request(`${base}/`, { referrer: `${base}/page` }), { method: "PUT" })),
  "a signal that is none": get("/", { signal: {} }),
  "an invalid duplex": get("/", { method: "POST", body: "x", duplex: "full" }),
  "a method that no-cors does not allow": get("/", { method: "PUT", mode: "no-cors" }),
  "an invalid priority": get("/", { priority: "highest" }),
  "a 407 without a window": get("/text?status=407", { window: null }),
  "text as a body": get("/", { method: "POST", body: "héllo" }),
  "an empty text as a body": get("/", { method: "POST", body: "" }),
  "text with a type of its own": get("/", {
    method: "PUT",
    body: "{}",
    headers: { "Content-Type": "own/json" },
  }),
  "bytes as a body": get("/", { method: "POST", body: new Uint8Array([104, 105]) }),
  "an ArrayBuffer as a body": get("/", { method: "POST", body: new Uint8Array([104, 105]).buffer }),
  "a view as a body": get("/", { method: "POST", body: new DataView(new Uint8Array([104, 105]).buffer, 1) }),
  "an ArrayBuffer of another realm": get("/", {
    method: "POST",
    body: runInNewContext("new Uint8Array([104, 105]).buffer"),
  }),
  "bytes of another realm": get("/", { method: "POST", body: runInNewContext("new Uint8Array([104, 105])") }),
  "a stream of bytes of another realm": get("/", () => ({
    ...streaming,
    body: ReadableStream.from([runInNewContext("new Uint8Array([104, 105])")]),
  })),
  "a Blob as a body": get("/", { method: "POST", body: new Blob(["hi"], { type: "own/blob" }) }),
  "a Blob without a type": get("/", { method: "POST", body: new Blob(["hi"]) }),
  "URLSearchParams as a body": get("/", { method: "POST", body: new URLSearchParams({ a: "ü" }) }),
  "an object as a body": get("/", { method: "POST", body: {} }),
  "a FormData as a body": get("/", () => {
    const form = new FormData();
    form.append("a\r\nb", "1\n2");
    form.append("file", new Blob(["hi"], { type: "text/plain" }), 'na"me.txt');
    return { method: "POST", body: form };
  }),
  "a stream as a body": get("/", () => ({ ...streaming, body: streamed() })),
  "a stream without duplex": get("/", () => ({ method: "POST", body: streamed() })),
  "a locked stream": get("/", () => {
    const body = streamed();
    body.getReader();
    return { ...streaming, body };
  }),
  "a stream with keepalive": get("/", () => ({ ...streaming, keepalive: true, body: streamed() })),
  "text with keepalive": get("/", { method: "POST", body: "text", keepalive: true }),
  "a stream of which a part was read": async (fetch, base) => {
    const body = ReadableStream.from([Buffer.from("first"), Buffer.from("second")]);
    const reader = body.getReader();
    await reader.read();
    reader.releaseLock();
    return shown(await fetch(base, { ...streaming, body } as unknown as RequestInit));
  },
  "a stream of Node.js that was destroyed": get("/", () => ({
    ...streaming,
    body: new Readable({ read: () => undefined }).destroy(),
  })),
  "a generator as a body": get("/", () => ({ ...streaming, body: generated() })),
  "a stream of text": get("/", () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue("text");
        controller.close();
      },
    });
    return { ...streaming, body };
  }),
  "a stream that fails": get("/", () => {
    const body = new ReadableStream({
      pull() {
        throw new RangeError("of the stream");
      },
    });
    return { ...streaming, body };
  }),
  "a Request": async (fetch, base) =>
    shown(await fetch(new Request(`${base}/r`, { method: "POST", body: "hi", headers: { a: "1" } }))),
  "a Request with an init": async (fetch, base) =>
    shown(await fetch(new Request(`${base}/r`, { headers: { a: "1" } }), { method: "PUT", body: "new" })),
  "a Request with a form": async (fetch, base) => {
    const body = new FormData();
    body.append("a", "1");
    return shown(await fetch(new Request(`${base}/r`, { method: "POST", body })));
  },
  "a Request with a body and a cache mode in the init": async (fetch, base) =>
    shown(
      await fetch(new Request(`${base}/r`, { method: "POST", body: "hi" }), {
        cache: "no-store",
      } as RequestInit),
    ),
  "a Request that was used": async (fetch, base) => {
    const request = new Request(`${base}/r`, { method: "POST", body: "hi" });
    await request.text();
    return fetch(request);
  },
  "a Request whose body is locked": async (fetch, base) => {
    const request = new Request(`${base}/r`, { method: "POST", body: "hi" });
    request.body?.getReader();
    return fetch(request);
  },
  "a Request is used by the call": async (fetch, base) => {
    const request = new Request(`${base}/r`, { method: "POST", body: "hi" });
    const { status } = await fetch(request);
    return { status, bodyUsed: request.bodyUsed };
  },
  "a Request whose body is sent again after a 307": async (fetch, base) =>
    shown(await fetch(new Request(`${base}/?status=307&location=/t`, { method: "POST", body: "again" }))),
  "an announced length that is too long": get("/", {
    method: "POST",
    body: "abc",
    headers: { "content-length": "9" },
  }),
  "a content coding": get("/gzip"),
  "a byte order mark": get("/bom"),
  "an empty body": get("/empty"),
  HEAD: get("/text", { method: "HEAD" }),
  "a 204": get("/empty?status=204"),
  "a 205": get("/empty?status=205"),
  "a 404": get("/text?status=404"),
  "a 599": get("/text?status=599"),
  JSON: async (fetch, base) => (await fetch(`${base}/json`)).json(),
  "what is no JSON": async (fetch, base) => (await fetch(`${base}/empty`)).json(),
  "JSON of no body": async (fetch, base) => (await fetch(`${base}/json`, { method: "HEAD" })).json(),
  "a Blob": async (fetch, base) => {
    const blob = await (await fetch(`${base}/json`)).blob();
    return { type: blob.type, size: blob.size };
  },
  bytes: async (fetch, base) => {
    const buffer = await (await fetch(`${base}/text`)).arrayBuffer();
    return { length: buffer.byteLength, text: new TextDecoder().decode(buffer) };
  },
  "a form": async (fetch, base) => [...(await (await fetch(`${base}/form`)).formData())],
  "what is no form": async (fetch, base) => (await fetch(`${base}/text`)).formData(),
  "the body read twice": async (fetch, base) => {
    const response = await fetch(`${base}/text`);
    await response.text();
    return response.text();
  },
  "a clone of a body that was read": async (fetch, base) => {
    const response = await fetch(`${base}/text`);
    await response.text();
    return response.clone();
  },
  "a clone of a locked body": async (fetch, base) => {
    const response = await fetch(`${base}/text`);
    response.body?.getReader();
    return response.clone();
  },
  "integrity that matches": get("/text", { integrity: sha256 }),
  "integrity that does not match": get("/text", { integrity: sha256.replace("uU", "xx") }),
  "integrity of which the strongest counts": get("/text", { integrity: `${sha256} sha512-AAAA` }),
  "integrity of an unknown algorithm": get("/text", { integrity: "md5-AAAA" }),
  "integrity with a digest that is none": get("/text", { integrity: "sha256-\u00e4" }),
  "integrity whose strongest digest is none": get("/text", { integrity: `${sha256} sha384-\u00e4` }),
  "redirect: manual": get("/text?status=302&location=/target", { redirect: "manual" }),
  "redirect: error": get("/text?status=302&location=/target", { redirect: "error" }),
  "redirect: error without a redirect": get("/text", { redirect: "error" }),
  "redirect: error and a redirect without a location": get("/text?status=302", { redirect: "error" }),
  ...Object.fromEntries(
    [300, 301, 303, 304, 305, 307, 308].map((status) => [
      `redirect: error and a ${status}`,
      get(`/text?status=${status}&location=/target`, { redirect: "error" }),
    ]),
  ),
  "a redirect without a location": get("/text?status=302"),
  "a redirect to a relative path": get("/a/b?status=302&location=c"),
  "a redirect keeps the fragment": get("/?status=302&location=/c#frag"),
  "a redirect to another scheme": get("/?status=302&location=data:text/plain,x"),
  "a redirect to an invalid URL": get(`/?status=302&location=${encodeURIComponent("http://[")}`),
  "a redirect of a stream": get("/?status=307&location=/c", () => ({ ...streaming, body: streamed() })),
  "a 303 of a stream": get("/?status=303&location=/c", () => ({ ...streaming, body: streamed() })),
  "a redirect to another origin": async (fetch, base) => {
    const location = `${base.replace("127.0.0.1", "localhost")}/other`;
    const headers = { authorization: "own", cookie: "own=1", "x-kept": "1", host: "own.example" };
    return shown(await fetch(`${base}/?status=302&location=${location}`, { headers }));
  },
  "a redirect to another origin with credentials": async (fetch, base) => {
    const location = `${base.replace("127.0.0.1", "user:password@localhost")}/other`;
    return shown(await fetch(`${base}/?status=302&location=${location}`));
  },
  "an aborted signal": get("/", { signal: AbortSignal.abort() }),
  "an aborted signal with a reason": get("/", { signal: AbortSignal.abort(new RangeError("reason")) }),
  "a null signal": get("/", { signal: null }),
  ...Object.fromEntries(redirects),
};

/** The outcome of a call: what it resolved to, or its error and the kind of its cause. */
async function outcome(call: Call, fetch: Fetch, base: string): Promise<unknown> {
  try {
    const value = await call(fetch, base);
    return value instanceof Response ? await shown(value) : value;
  } catch (error) {
    const { name, message, cause } = error as Error;
    const isOfFetch = message === "fetch failed" || message === "terminated";
    // the cause is this package's error or the platform's, but the caller's own error is the same
    return { name, message, hasCause: cause !== undefined, own: isOfFetch && cause instanceof RangeError };
  }
}

let server: HttpServer;
test.before(async () => {
  server = await startHttpServer(handler);
});
test.after.always(() => server?.[Symbol.asyncDispose]());

for (const [name, call] of Object.entries(calls)) {
  test(`as with the platform's fetch: ${name}`, async (t) => {
    const wanted = await outcome(call, globalThis.fetch, server.url);
    t.deepEqual(await outcome(call, ours, server.url), wanted);
  });
}

const answers: Readonly<Record<string, (connection: RawConnection) => Promise<void>>> = {
  "a server that closes without an answer": async (connection) => {
    await connection.readRequest();
  },
  "a server that answers with no HTTP": async (connection) => {
    await connection.readRequest();
    await connection.send("this is no HTTP\r\n\r\n");
  },
  "a body that breaks off": async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  },
  "a chunked body that breaks off": async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
  },
  "a corrupt content coding": async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd");
  },
  "header values in latin1, and an empty reason": async (connection) => {
    await connection.readRequest();
    await connection.send(
      Buffer.from("HTTP/1.1 200 \r\nX-A: caf\u00e9\r\nContent-Length: 0\r\n\r\n", "latin1"),
    );
  },
};

for (const [name, script] of Object.entries(answers)) {
  test(`as with the platform's fetch: ${name}`, async (t) => {
    await using raw = await startRawServer(script);
    const wanted = await outcome(get("/"), globalThis.fetch, raw.url);
    t.deepEqual(await outcome(get("/"), ours, raw.url), wanted);
  });
}

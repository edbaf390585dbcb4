// The dispatcher below the fetch, request and interceptors of undici 6, 7 and 8, and below the platform's own fetch.
import { once } from "node:events";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import test from "ava";
import { AsyncClient, MockTransport, Response as Received } from "httpxide";
import { HttpxideDispatcher } from "httpxide/undici";
import { answering, type Echo, startHttpServer } from "../helpers/http-server.js";
import { chunkedHead, startRawServer } from "../helpers/raw-server.js";
import { eventually, settling } from "../helpers/waiting.js";
import { undiciOf, versions } from "./versions.js";

type Fetch = typeof globalThis.fetch;

const fetches: [name: string, fetch: Fetch][] = [
  ["the platform", globalThis.fetch],
  ...versions.map((version): [string, Fetch] => [`undici ${version}`, undiciOf(version).fetch]),
];

for (const [name, fetch] of fetches) {
  const by = (dispatcher: object, init: object = {}): RequestInit => ({ ...init, dispatcher }) as RequestInit;

  test(`${name}: fetch sends and receives`, async (t) => {
    await using server = await startHttpServer();
    const dispatcher = new HttpxideDispatcher({});
    const init = { method: "POST", body: "hello", headers: { "X-Own": "1" } };
    const response = await fetch(`${server.url}/path?a=b`, by(dispatcher, init));
    const echo = (await response.json()) as Echo;
    t.is(echo.method, "POST");
    t.is(echo.path, "/path?a=b");
    t.is(echo.body, "hello");
    const headers = new Map(echo.headers.map(([key, value]) => [key.toLowerCase(), value]));
    t.is(headers.get("x-own"), "1");
    t.is(headers.get("content-length"), "5");
    await dispatcher.close();
  });

  test(`${name}: fetch decodes, follows redirects and reads cookies by itself`, async (t) => {
    await using server = await startHttpServer((_request, response, { path }) => {
      if (path === "/") return void response.writeHead(302, { location: "/zipped" }).end();
      response.writeHead(200, { "content-encoding": "gzip", "set-cookie": ["a=1", "b=2"] });
      response.end(gzipSync("hello world"));
    });
    const dispatcher = new HttpxideDispatcher();
    const response = await fetch(server.url, by(dispatcher));
    t.true(response.redirected);
    t.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
    t.is(await response.text(), "hello world");
  });

  test(`${name}: a stream goes up, and a large body comes down at the reader's speed`, async (t) => {
    await using server = await startHttpServer((request, response) => void request.pipe(response));
    const dispatcher = new HttpxideDispatcher();
    const size = 8 * 1024 * 1024;
    let left = size;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(64 * 1024));
        left -= 64 * 1024;
        if (left === 0) controller.close();
      },
    });
    const response = await fetch(server.url, by(dispatcher, { method: "POST", body, duplex: "half" }));
    let received = 0;
    for await (const chunk of response.body!) received += chunk.byteLength;
    t.is(received, size);
  });

  test(`${name}: failures and aborts reject as they should`, async (t) => {
    const dispatcher = new HttpxideDispatcher();
    const refused = await t.throwsAsync(fetch("http://127.0.0.1:1234/", by(dispatcher)), {
      message: "fetch failed",
    });
    t.is((refused?.cause as { code?: string } | undefined)?.code, "ECONNREFUSED");

    let closings = 0;
    await using server = await startHttpServer((_request, response) => {
      response.on("close", () => closings++);
      response.write("first");
    });
    const controller = new AbortController();
    const response = await fetch(server.url, by(dispatcher, { signal: controller.signal }));
    const text = response.text().then(
      () => "read",
      ({ name }: Error) => name,
    );
    controller.abort();
    t.is(await text, "AbortError");
    await eventually("the connection is closed", () => closings > 0);
  });

  test(`${name}: a body that breaks off is terminated`, async (t) => {
    await using raw = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    });
    const response = await fetch(raw.url, by(new HttpxideDispatcher()));
    await t.throwsAsync(response.text(), { message: "terminated" });
  });
}

for (const version of versions) {
  const undici = undiciOf(version);

  test(`undici ${version}: request sends exactly what it is given, and gets trailers`, async (t) => {
    await using server = await startHttpServer((_request, response) => {
      response.writeHead(200, { trailer: "x-sum" });
      response.write("body");
      response.addTrailers({ "x-sum": "1" });
      response.end();
    });
    const { statusCode, body, trailers } = await undici.request(`${server.url}/a//b/../c`, {
      dispatcher: new HttpxideDispatcher(),
      headers: { host: "own.example", "X-Own": "1" },
    });
    t.is(statusCode, 200);
    t.is(await body.text(), "body");
    t.deepEqual({ ...trailers }, { "x-sum": "1" });
    const [seen] = server.requests;
    t.deepEqual(seen?.headers, [
      ["host", "own.example"],
      ["X-Own", "1"],
    ]);
  });

  test(`undici ${version}: interceptors wrap it`, async (t) => {
    let failures = 2;
    await using server = await startHttpServer((_request, response, { path }) => {
      if (path === "/flaky" && failures-- > 0) return void response.writeHead(503).end();
      if (path === "/moved") return void response.writeHead(302, { location: "/there" }).end();
      response.end(path);
    });
    const { redirect, retry } = undici.interceptors;
    const dispatcher = new HttpxideDispatcher().compose(
      redirect!({ maxRedirections: 3 }),
      retry!({ minTimeout: 1, maxRetries: 3 }),
    );
    const moved = await undici.request(`${server.url}/moved`, { dispatcher });
    t.is(await moved.body.text(), "/there");
    const flaky = await undici.request(`${server.url}/flaky`, { dispatcher });
    t.is(flaky.statusCode, 200);
    t.is(await flaky.body.text(), "/flaky");
  });

  test(`undici ${version}: headersTimeout and bodyTimeout hold`, async (t) => {
    await using server = await startHttpServer((_request, response, { path }) => {
      if (path === "/body") response.write("first");
    });
    const dispatcher = new HttpxideDispatcher();
    const head = await t.throwsAsync(undici.request(server.url, { dispatcher, headersTimeout: 50 }));
    t.is((head as { code?: string }).code, "UND_ERR_HEADERS_TIMEOUT");
    const { body } = await undici.request(`${server.url}/body`, { dispatcher, bodyTimeout: 50 });
    const silence = await t.throwsAsync(body.text());
    t.is((silence as { code?: string }).code, "UND_ERR_BODY_TIMEOUT");
  });

  test.serial(`undici ${version}: it is the global dispatcher of its fetch`, async (t) => {
    await using server = await startHttpServer(answering("global"));
    const before = undici.getGlobalDispatcher();
    await using client = new AsyncClient();
    undici.setGlobalDispatcher(new HttpxideDispatcher(client));
    try {
      t.is(await (await undici.fetch(server.url)).text(), "global");
      t.is(client.stats().connections.idle, 1);
    } finally {
      undici.setGlobalDispatcher(before);
    }
  });

  test(`undici ${version}: a connection changes to another protocol`, async (t) => {
    await using raw = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n",
      );
      connection.socket.pipe(connection.socket);
      await connection.closed();
    });
    const { socket } = await undici.upgrade(raw.url, {
      dispatcher: new HttpxideDispatcher(),
      protocol: "echo",
    });
    socket.write("hello");
    const [chunk] = (await once(socket, "data")) as [Buffer];
    t.is(String(chunk), "hello");
    socket.destroy();
  });
}

test.serial("it is the global dispatcher of the platform's fetch", async (t) => {
  await using server = await startHttpServer(answering("global"));
  await using client = new AsyncClient();
  const holder = globalThis as unknown as Record<symbol, unknown>;
  // the first until Node.js 24, the second from 26 on
  const names = [1, 2].map((version) => Symbol.for(`undici.globalDispatcher.${version}`));
  const before = names.map((name) => holder[name]);
  for (const name of names) holder[name] = new HttpxideDispatcher(client);
  try {
    t.is(await (await fetch(server.url)).text(), "global");
    t.is(client.stats().connections.idle, 1);
  } finally {
    names.forEach((name, index) => (holder[name] = before[index]));
  }
});

for (const [name, request] of [
  ["its own", (options: object) => new HttpxideDispatcher().request(options as never)] as const,
  ...versions.map((version) => {
    const { Agent } = undiciOf(version);
    return [`undici ${version}'s`, (options: object) => new Agent().request(options as never)] as const;
  }),
]) {
  test(`${name} request() refuses header fields that cannot be sent as they are`, async (t) => {
    await using server = await startHttpServer();
    const options = { origin: server.url, path: "/", method: "GET" };
    const unfit = [
      { a: "\n" },
      { a: "x\r\nb: c" },
      { a: ["x", "\0"] },
      { a: {} },
      { "a b": "x" },
      ["a", "\r"],
      "a: b",
    ];
    for (const headers of unfit) {
      const error = await t.throwsAsync(request({ ...options, headers }), undefined, JSON.stringify(headers));
      t.is(error?.name, "InvalidArgumentError");
      t.is((error as { code?: string } | undefined)?.code, "UND_ERR_INVALID_ARG");
    }
    t.is(server.requests.length, 0);
    const { body } = await request({
      ...options,
      headers: { empty: null, none: undefined, list: ["1", null] },
    });
    const { headers } = (await body.json()) as Echo;
    const own = headers.filter(([field]) => ["empty", "none", "list"].includes(field));
    t.deepEqual(
      own.map(([field]) => field),
      ["empty", "list", "list"],
    );
    t.deepEqual(own[0], ["empty", ""]);
  });

  // undici 6 does not survive it
  if (name === "undici 6's") continue;
  test(`the process survives a response of ${name} request() that breaks off while nobody reads it`, async (t) => {
    await using raw = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    });
    // an error event without a listener would be an uncaught exception, which fails the test
    const { body } = await request({ origin: raw.url, path: "/", method: "GET" });
    await eventually("the body is closed", () => body.closed);
    t.is((body.errored as { code?: string } | null)?.code, "UND_ERR_SOCKET");
    await t.throwsAsync(body.text());
  });
}

test("its own request() reads a body as text, JSON, bytes and a stream", async (t) => {
  await using server = await startHttpServer(answering('{"a":1}'));
  const dispatcher = new HttpxideDispatcher();
  const options = { origin: server.url, path: "/", method: "GET" };
  t.deepEqual(await (await dispatcher.request(options)).body.json(), { a: 1 });
  t.is((await (await dispatcher.request(options)).body.bytes()).byteLength, 7);
  const { body, opaque } = await dispatcher.request({ ...options, opaque: "own" });
  t.is(opaque, "own");
  let text = "";
  for await (const chunk of body) text += String(chunk);
  t.is(text, '{"a":1}');
  const controller = new AbortController();
  controller.abort(new RangeError("own"));
  await t.throwsAsync(dispatcher.request({ ...options, signal: controller.signal }), {
    instanceOf: RangeError,
  });
});

test("bodies of every kind are sent", async (t) => {
  await using server = await startHttpServer();
  const dispatcher = new HttpxideDispatcher();
  const bodies = ["text", Buffer.from("text"), new Blob(["text"]), Readable.from([Buffer.from("text")])];
  for (const body of bodies) {
    const options = { origin: server.url, path: "/", method: "POST", body, query: { a: ["1", "2"] } };
    const echo = (await (await dispatcher.request(options)).body.json()) as Echo;
    t.is(echo.body, "text");
    t.is(echo.path, "/?a=1&a=2");
  }
});

test("close waits for what is under way, and refuses what comes later", async (t) => {
  const pending: (() => void)[] = [];
  await using server = await startHttpServer(
    (_request, response) => void pending.push(() => response.end("done")),
  );
  const options = { origin: server.url, path: "/", method: "GET" };
  const closing = new HttpxideDispatcher({});
  const answer = closing.request(options).then(({ body }) => body.text());
  await eventually("the server has the request", () => pending.length > 0);
  const closed = closing.close();
  const refused = await t.throwsAsync(closing.request(options));
  t.is((refused as { code?: string }).code, "UND_ERR_CLOSED");
  pending.pop()!();
  t.is(await answer, "done");
  await closed;
});

test("close resolves whenever it is called while something is under way", async (t) => {
  const pending: (() => void)[] = [];
  await using server = await startHttpServer(
    (_request, response) => void pending.push(() => response.end("done")),
  );
  const dispatcher = new HttpxideDispatcher({});
  const answer = dispatcher.request({ origin: server.url, path: "/", method: "GET" });
  await eventually("the server has the request", () => pending.length > 0);
  const closed = [
    dispatcher.close(),
    dispatcher.close(),
    new Promise<void>((done) => dispatcher.close(done)),
  ];
  pending.pop()!();
  t.is(await (await answer).body.text(), "done");
  await settling(Promise.all(closed));
});

test("destroy ends what is under way with its error, and what comes later with undici's own", async (t) => {
  let received = 0;
  await using server = await startHttpServer(() => void received++);
  const options = { origin: server.url, path: "/", method: "GET" };
  const dispatcher = new HttpxideDispatcher({});
  const failed = t.throwsAsync(dispatcher.request(options), { instanceOf: RangeError, message: "own" });
  await eventually("the server has the request", () => received > 0);
  await dispatcher.destroy(new RangeError("own"));
  await failed;
  t.true(dispatcher.destroyed);
  const later = await t.throwsAsync(dispatcher.request(options));
  t.is((later as { code?: string }).code, "UND_ERR_DESTROYED");
});

for (const version of versions) {
  test(`the retries of undici ${version} end with destroy`, async (t) => {
    let received = 0;
    await using server = await startHttpServer(() => void received++);
    const dispatcher = new HttpxideDispatcher({});
    const retrying = dispatcher.compose(undiciOf(version).interceptors["retry"]!({ minTimeout: 1 }));
    const options = { origin: server.url, path: "/", method: "GET" };
    const failed = t.throwsAsync(settling(retrying.request(options)));
    await eventually("the server has the request", () => received > 0);
    await dispatcher.destroy(new Error("own"));
    const error = await failed;
    t.true(["own", "The client is destroyed"].includes(error.message), error.message);
    t.is(received, 1);
  });
}

test("a client's transport is used", async (t) => {
  const transport = new MockTransport(({ url }) => new Received(200, { text: url.pathname }));
  const dispatcher = new HttpxideDispatcher({ transport });
  const { body } = await dispatcher.request({ origin: "https://example.org", path: "/a", method: "GET" });
  t.is(await body.text(), "/a");
});

test("an object that is no handler is refused, and wrong options reach the handler", async (t) => {
  const dispatcher = new HttpxideDispatcher();
  t.throws(() => dispatcher.dispatch({ path: "/", method: "GET" }, {}), { instanceOf: TypeError });
  const error = await t.throwsAsync(dispatcher.request({ path: "/", method: "GET" }));
  t.is((error as { code?: string }).code, "UND_ERR_INVALID_ARG");
});

test("a header and a trailer may have the name of a member of every object", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.send(
      chunkedHead("__proto__: 1", "__proto__: 2", "constructor: 3") +
        "0\r\n__proto__: 4\r\n__proto__: 5\r\nconstructor: 6\r\n\r\n",
    );
  });
  const dispatcher = new HttpxideDispatcher();
  const { headers, trailers, body } = await dispatcher.request({
    origin: server.url,
    path: "/",
    method: "GET",
  });
  t.is(await body.text(), "");
  for (const [fields, proto, own] of [
    [headers, ["1", "2"], "3"],
    [trailers, ["4", "5"], "6"],
  ] as const) {
    t.deepEqual(Object.getOwnPropertyDescriptor(fields, "__proto__")?.value, proto);
    t.is(Object.getPrototypeOf(fields), Object.prototype);
    t.is(fields["constructor"] as unknown, own);
  }
});

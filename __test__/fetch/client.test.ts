// Which client a fetch uses, and what it takes of it.
import test from "ava";
import { AsyncClient, ConnectError, ConnectTimeout, MockTransport, Response as Received } from "httpxide";
import { createFetch, fetch, install } from "httpxide/fetch";
import { startBlackhole } from "../helpers/blackhole.js";
import { startHttpServer } from "../helpers/http-server.js";

test("it uses the client's connections, and neither its headers, cookies, params, auth nor base URL", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.setHeader("Set-Cookie", "received=1").end("hello");
  });
  await using client = new AsyncClient({
    headers: { "X-Own": "1" },
    cookies: { own: "1" },
    params: { own: "1" },
    auth: ["user", "password"],
    baseUrl: "https://elsewhere.example",
    followRedirects: true,
  });
  const own = createFetch(client);
  await (await own(`${server.url}/path`)).text();
  t.is(client.stats().connections.idle, 1);
  const [{ path, headers } = { path: "", headers: [] }] = server.requests;
  t.is(path, "/path");
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  for (const name of ["x-own", "cookie", "authorization"]) t.false(names.has(name), name);
  t.is(client.cookies.get("received"), null);
});

test("it uses the client's transport, its timeout and its limit of size", async (t) => {
  const transport = new MockTransport(
    ({ url, method }) => new Received(200, { text: `${method} ${url.pathname}` }),
  );
  const mocked = createFetch({ transport });
  t.is(await (await mocked("https://example.org/a", { method: "DELETE" })).text(), "DELETE /a");

  await using server = await startHttpServer(() => undefined);
  const impatient = createFetch({ timeout: { read: 50 } });
  const error = await t.throwsAsync(impatient(server.url));
  t.is(error?.message, "fetch failed");
  t.is((error?.cause as { code: string } | undefined)?.code, "ERR_READ_TIMEOUT");

  await using large = await startHttpServer((_request, response) => void response.end("x".repeat(1000)));
  const bounded = createFetch({ maxResponseBytes: 100 });
  const tooLarge = await t.throwsAsync((await bounded(large.url)).text());
  t.is(tooLarge?.message, "terminated");
  t.is((tooLarge?.cause as { code: string } | undefined)?.code, "ERR_RESPONSE_TOO_LARGE");
});

test("a timeout that is undefined is that of the shared connections, and null is no limit", async (t) => {
  const limits = async (options: object): Promise<unknown> => {
    let timeout: unknown;
    const transport = new MockTransport((request) => {
      timeout = { ...(request.extensions.timeout as object) };
      return new Received(200);
    });
    await createFetch({ ...options, transport })("http://h/");
    return timeout;
  };
  const none = { connect: null, read: null, write: null, pool: null, total: null };
  t.deepEqual(await limits({}), { ...none, connect: 10_000 });
  t.deepEqual(await limits({ timeout: undefined }), { ...none, connect: 10_000 });
  t.deepEqual(await limits({ timeout: null }), none);
});

test("it reaches an application in the process", async (t) => {
  const app = createFetch({
    app: async (request: Request) =>
      new Response(`${request.method} ${await request.text()}`, { status: 201 }),
  });
  const response = await app("http://app.example/", { method: "POST", body: "hello" });
  t.is(response.status, 201);
  t.is(await response.text(), "POST hello");
});

test("an error before the response has the typed error of this package as its cause", async (t) => {
  const error = await t.throwsAsync(fetch("http://127.0.0.1:1234"), {
    instanceOf: TypeError,
    message: "fetch failed",
  });
  t.true(error?.cause instanceof ConnectError);
  t.is((error?.cause as ConnectError | undefined)?.code, "ECONNREFUSED");
});

test("a connection attempt has a time limit, which options can change", async (t) => {
  await using hole = await startBlackhole();
  const impatient = createFetch({ timeout: { connect: 50 } });
  const error = await t.throwsAsync(impatient(hole.url));
  t.true(error?.cause instanceof ConnectTimeout);
});

test("more calls than HTTPX's hundred connections are in flight at once", async (t) => {
  const waiting: (() => void)[] = [];
  await using server = await startHttpServer((_request, response) => {
    waiting.push(() => response.end("done"));
    if (waiting.length === 150) for (const finish of waiting) finish();
  });
  const answers = await Promise.all(
    Array.from({ length: 150 }, async () => (await fetch(server.url)).text()),
  );
  t.is(answers.filter((text) => text === "done").length, 150);
});

test("a wrong option of the client is refused", (t) => {
  t.throws(() => createFetch({ tiemout: 5 } as object), { instanceOf: TypeError, message: /timeout/ });
});

test("unknown members of init are ignored, those of this package too", async (t) => {
  await using server = await startHttpServer();
  const init = { timeout: 1, params: { a: 1 }, retry: 3, json: {}, next: {} } as RequestInit;
  const response = await fetch(server.url, init);
  t.is(response.status, 200);
  t.is(server.requests[0]?.path, "/");
});

test("a call with a dispatcher of the platform goes to the platform", async (t) => {
  await using server = await startHttpServer();
  const asked: string[] = [];
  const dispatcher = {
    dispatch({ path }: { path: string }) {
      asked.push(path);
      throw new Error("asked");
    },
  };
  await t.throwsAsync(fetch(`${server.url}/by-dispatcher`, { dispatcher } as unknown as RequestInit));
  t.deepEqual(asked, ["/by-dispatcher"]);
});

test.serial("install replaces the global fetch until it is undone", async (t) => {
  const before = globalThis.fetch;
  const undo = install();
  t.is(globalThis.fetch, fetch);
  t.is(globalThis.fetch.name, before.name);
  t.is(globalThis.fetch.length, before.length);
  // what the platform does alone still works
  t.is(await (await globalThis.fetch("data:,hello")).text(), "hello");
  undo();
  t.is(globalThis.fetch, before);
});

test.serial("undoing an installation leaves a later one in place", (t) => {
  const before = globalThis.fetch;
  const undoFirst = install({ retries: 1 });
  const undoSecond = install();
  undoFirst();
  t.is(globalThis.fetch, fetch);
  undoSecond();
  globalThis.fetch = before;
});

test.serial("classes of the platform that a program replaces later are not used", async (t) => {
  await using server = await startHttpServer();
  const { Headers, Request, Response } = globalThis;
  function replaced(): never {
    throw new Error("replaced");
  }
  Object.assign(globalThis, { Headers: replaced, Request: replaced, Response: replaced });
  try {
    const response = await fetch(server.url, { headers: { "X-Own": "1" }, referrer: server.url });
    t.is(response.headers.get("content-type"), "application/json");
    t.not(response.body, null);
    t.is(((await response.json()) as { method: string }).method, "GET");
    t.is((await (await fetch(server.url)).blob()).type, "application/json");
    await t.throwsAsync(fetch("/relative"), { message: "Failed to parse URL from /relative" });
  } finally {
    Object.assign(globalThis, { Headers, Request, Response });
  }
});

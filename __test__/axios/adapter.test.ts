// What httpxide/axios does in time: timeouts, cancellation, progress and rates; and which client it uses.
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import test from "ava";
import axios, { AxiosError, type AxiosProgressEvent, create, isCancel } from "axios";
import { AsyncClient, MockTransport, Response } from "httpxide";
import { adapter, createAdapter } from "httpxide/axios";
import { GOOD } from "../helpers/content-codings.js";
import { answering, bodyOf, startHttpServer } from "../helpers/http-server.js";
import { startUnixServer } from "../helpers/unix-server.js";
import { eventually } from "../helpers/waiting.js";

const api = create({ adapter });

test("a timeout has axios's message and its two codes", async (t) => {
  await using server = await startHttpServer(() => undefined);
  const usual = await t.throwsAsync(api.get(server.url, { timeout: 30 }), { instanceOf: AxiosError });
  t.is(usual?.message, "timeout of 30ms exceeded");
  t.is(usual?.code, "ECONNABORTED");
  const clear = { clarifyTimeoutError: true, silentJSONParsing: true, forcedJSONParsing: true };
  const clarified = await t.throwsAsync(
    api.get(server.url, { timeout: 30, timeoutErrorMessage: "own words", transitional: clear }),
    { instanceOf: AxiosError },
  );
  t.is(clarified?.message, "own words");
  t.is(clarified?.code, "ETIMEDOUT");
});

test("a timeout ends a body, but not the stream of one", async (t) => {
  const timeout = 3000;
  await using server = await startHttpServer((_request, response) => {
    response.write("first ");
    setTimeout(() => response.end("last"), timeout + 500);
  });
  const error = await t.throwsAsync(api.get(server.url, { timeout }), { instanceOf: AxiosError });
  t.is(error?.code, "ECONNABORTED");
  const { data } = await api.get<Readable>(server.url, { timeout, responseType: "stream" });
  let text = "";
  for await (const chunk of data) text += String(chunk);
  t.is(text, "first last");
});

test("a signal and a cancel token end a call, also in the body of a stream", async (t) => {
  const closings: string[] = [];
  const controller = new AbortController();
  await using server = await startHttpServer((_request, response) => {
    response.on("close", () => closings.push("closed"));
    response.write("first");
    controller.abort();
  });
  const waiting = api.get(server.url, { signal: controller.signal });
  const error = await t.throwsAsync(waiting);
  t.true(isCancel(error));
  t.is((error as AxiosError).code, "ERR_CANCELED");

  // oxlint-disable-next-line import/no-named-as-default-member -- the named export is a type only
  const source = axios.CancelToken.source();
  const { data } = await api.get<Readable>(server.url, { cancelToken: source.token, responseType: "stream" });
  setTimeout(() => source.cancel("enough"), 30);
  const ofStream = await t.throwsAsync(data.toArray());
  t.true(isCancel(ofStream));
  t.is(ofStream?.message, "enough");
  await eventually("both connections are closed", () => closings.length === 2);
});

test("a stream that is destroyed closes its connection", async (t) => {
  const closings: string[] = [];
  await using server = await startHttpServer((_request, response) => {
    response.on("close", () => closings.push("closed"));
    response.write("first");
  });
  const { data } = await api.get<Readable>(server.url, { responseType: "stream" });
  data.destroy();
  await eventually("the connection is closed", () => closings.length === 1);
  t.pass();
});

test("progress is told both ways, up to the end", async (t) => {
  const body = Buffer.alloc(1_000_000, "x");
  await using server = await startHttpServer(async (request, response) => {
    const received = await bodyOf(request);
    response.setHeader("content-length", received.length);
    response.end(received);
  });
  const up: AxiosProgressEvent[] = [];
  const down: AxiosProgressEvent[] = [];
  const { data } = await api.post<string>(server.url, body, {
    onUploadProgress: (event) => up.push(event),
    onDownloadProgress: (event) => down.push(event),
  });
  t.is(data.length, body.length);
  for (const [events, direction] of [
    [up, "upload"],
    [down, "download"],
  ] as const) {
    const last = events.at(-1);
    t.is(last?.loaded, body.length);
    t.is(last?.total, body.length);
    t.is(last?.progress, 1);
    t.true(last?.[direction]);
    t.is(
      events.reduce((sum, { bytes }) => sum + bytes, 0),
      body.length,
    );
    t.true(events.length < 50, `${events.length} events`);
  }
});

test("maxRate holds both ways", async (t) => {
  await using server = await startHttpServer(async (request, response) => {
    await bodyOf(request);
    response.end(Buffer.alloc(60_000));
  });
  const start = performance.now();
  await api.post(server.url, Readable.from([Buffer.alloc(30_000), Buffer.alloc(30_000)]), {
    maxRate: [300_000, 300_000],
    responseType: "arraybuffer",
  });
  t.true(performance.now() - start >= 350);
});

test("maxBodyLength holds for a stream", async (t) => {
  await using server = await startHttpServer();
  const data = Readable.from(Array.from({ length: 10 }, () => Buffer.alloc(1000)));
  const error = await t.throwsAsync(api.post(server.url, data, { maxBodyLength: 5000 }), {
    instanceOf: AxiosError,
  });
  t.is(error?.code, "ERR_BAD_REQUEST");
});

test("interceptors, transforms and instances work", async (t) => {
  await using server = await startHttpServer();
  const own = create({ adapter, baseURL: server.url, headers: { "X-Own": "1" } });
  own.interceptors.request.use((config) => {
    config.headers.set("X-Intercepted", "1");
    return config;
  });
  own.interceptors.response.use((response) => ({ ...response, data: { intercepted: response.data } }));
  const { data } = await own.post("/path", { a: 1 });
  t.is(data.intercepted.body, '{"a":1}');
  t.is(server.requests[0]?.path, "/path");
  const names = server.requests[0]?.headers.map(([name]) => name.toLowerCase()) ?? [];
  t.true(names.includes("x-own") && names.includes("x-intercepted"));
});

test("a client's transport is used, and not its headers", async (t) => {
  const transport = new MockTransport(
    ({ method, url, headers }) =>
      new Response(200, { json: { method, path: url.pathname, own: headers.get("x-own") } }),
  );
  await using client = new AsyncClient({ transport, headers: { "X-Own": "1" } });
  const { data } = await axios.get("https://example.org/a", { adapter: createAdapter(client) });
  t.deepEqual(data, { method: "GET", path: "/a", own: null });
});

test("the path of a socket is used", async (t) => {
  await using server = await startUnixServer(answering("by socket"));
  const { data } = await api.get("/path", { socketPath: server.path });
  t.is(data, "by socket");
});

test("what is connected to the path of a socket has the options of the adapter", async (t) => {
  await using server = await startUnixServer(answering("by socket"));
  const limited = createAdapter({ maxResponseBytes: 5, proxy: "http://127.0.0.1:1" });
  for (let call = 0; call < 2; call++) {
    const error = await t.throwsAsync(axios.get("/path", { adapter: limited, socketPath: server.path }));
    t.like(error?.cause, { code: "ERR_RESPONSE_TOO_LARGE" });
  }
  const wide = createAdapter({ maxResponseBytes: 9 });
  const { data } = await axios.get("/path", { adapter: wide, socketPath: server.path });
  t.is(data, "by socket");
});

test("the path of a socket is refused where a given client or transport connects by itself", async (t) => {
  const transport = new MockTransport(() => new Response(200));
  await using client = new AsyncClient();
  for (const given of [client, { transport }, { app: () => new globalThis.Response() }]) {
    const call = axios.get("/path", { adapter: createAdapter(given), socketPath: "/tmp/unused" });
    const error = await t.throwsAsync(call, { instanceOf: AxiosError });
    t.is(error?.code, "ERR_NOT_SUPPORT");
  }
});

test("what only axios's own adapter can do is refused", async (t) => {
  await using server = await startHttpServer();
  for (const config of [{ insecureHTTPParser: true }, { transport: {} }]) {
    const error = await t.throwsAsync(api.get(server.url, config as object), { instanceOf: AxiosError });
    t.is(error?.code, "ERR_NOT_SUPPORT");
  }
  t.is(server.requests.length, 0);
});

test("the header keeps the codings that the body still has", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(200, { "Content-Encoding": "x-own, gzip" }).end(gzipSync("coded"));
  });
  const { data, headers } = await api.get(server.url);
  t.is(data, "coded");
  t.is(headers["content-encoding"], "x-own");
});

for (const { name, coding, bytes, text } of GOOD) {
  test(`the header has no coding that the engine decodes: ${name}`, async (t) => {
    await using server = await startHttpServer((_request, response) => {
      response.writeHead(200, { "Content-Encoding": coding }).end(bytes);
    });
    const { data, headers } = await api.get(server.url);
    t.is(data, text);
    // with nothing to decode, axios leaves the header as it is
    const left = coding.match(/^identity$|compress-o-matic|aes128gcm/);
    t.is(headers["content-encoding"], left?.[0]);
  });
}

test("errors name the request, and the URL after redirects", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/a") response.writeHead(302, { location: "/b" }).end();
    else response.writeHead(500).end("broken");
  });
  const error = await t.throwsAsync(api.get(`${server.url}/a`), { instanceOf: AxiosError });
  t.is(error?.response?.data, "broken");
  t.is(error?.request.res.responseUrl, `${server.url}/b`);
});

test("an error without a response has the request that was sent, and one before it none", async (t) => {
  const controllers = [new AbortController(), new AbortController()];
  await using server = await startHttpServer((_request, response, { path }) => {
    // the first one that is left
    if (path === "/end") controllers.find(({ signal }) => !signal.aborted)?.abort();
    if (path === "/moved") return void response.writeHead(302, { location: "/end" }).end();
    if (path === "/loop") return void response.writeHead(302, { location: "/loop" }).end();
    if (path === "/large") response.end("large");
  });
  const sent: [path: string, config: object, shown: string][] = [
    ["/slow", { timeout: 30 }, "/slow"],
    ["/moved", { signal: controllers[0]!.signal }, "/end"],
    ["/end", { signal: controllers[1]!.signal }, "/end"],
    ["/loop", { maxRedirects: 2 }, "/loop"],
    ["/large", { maxContentLength: 1 }, "/large"],
  ];
  for (const [path, config, shown] of sent) {
    const error = await t.throwsAsync<AxiosError>(api.get(`${server.url}${path}`, config));
    t.is(error.request.path, shown);
    t.is(error.request.method, "GET");
  }
  const refused = await t.throwsAsync<AxiosError>(api.get("http://127.0.0.1:1234/path?a=b"));
  t.is(refused.request.path, "/path?a=b");
  t.is(refused.request.res, null);
  for (const config of [{ transport: {} }, { maxBodyLength: 1, data: "long" }]) {
    const early = await t.throwsAsync<AxiosError>(
      api.request({ method: "put", url: server.url, ...(config as object) }),
    );
    t.is(early.request, undefined);
  }
});

test("a header name that HTTP does not allow is an error of axios", async (t) => {
  const error = await t.throwsAsync<AxiosError>(api.get("http://127.0.0.1/", { headers: { "a b": "1" } }));
  t.true(error instanceof AxiosError);
  t.is(error.code, "ERR_INVALID_HEADER_NAME");
  t.is(error.request, undefined);
});

test("a signal that is none is refused", async (t) => {
  const error = await t.throwsAsync<AxiosError>(api.get("http://127.0.0.1/", { signal: {} as AbortSignal }));
  t.is(error.code, "ERR_BAD_OPTION_VALUE");
});

test("a timeout longer than the platform's timers can wait does not end the call", async (t) => {
  await using server = await startHttpServer(answering("late"));
  t.is((await api.get<string>(server.url, { timeout: 1e12 })).data, "late");
});

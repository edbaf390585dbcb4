// httpxide/opentelemetry with the real SDK: the span of a request, over real sockets.
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import test from "ava";
import axios from "axios";
import { AsyncClient, ConnectError, DigestAuth, MockTransport, Response } from "httpxide";
import { adapter } from "httpxide/axios";
import { createFetch } from "httpxide/fetch";
import { HttpxideInstrumentation } from "httpxide/opentelemetry";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { startRawServer } from "../helpers/raw-server.js";
import { eventually } from "../helpers/waiting.js";
import { telemetry, tracing } from "./telemetry.js";

test.serial("a request is a client span below the caller's, by the conventions", async (t) => {
  const { spans } = telemetry(t);
  await using server = await startHttpServer();
  await using client = new AsyncClient({ headers: { "User-Agent": "mine/1" } });
  const parent = trace.getTracer("test").startSpan("parent");
  await context.with(trace.setSpan(context.active(), parent), () =>
    client.get(`${server.url}/span?page=2#part`),
  );
  parent.end();
  const [span] = spans();
  const port = Number(new URL(server.url).port);
  t.is(span?.name, "GET");
  t.is(span?.kind, SpanKind.CLIENT);
  t.is(span?.status.code, SpanStatusCode.UNSET);
  t.is(span?.parentSpanContext?.spanId, parent.spanContext().spanId);
  t.deepEqual(span?.attributes, {
    "http.request.method": "GET",
    "server.address": "127.0.0.1",
    "server.port": port,
    "url.scheme": "http",
    "url.full": `${server.url}/span?page=2`,
    "user_agent.original": "mine/1",
    "http.response.status_code": 200,
    "network.protocol.version": "1.1",
    "network.peer.address": "127.0.0.1",
    "network.peer.port": port,
  });
  const sent = new Map(server.requests[0]?.headers);
  t.is(sent.get("traceparent"), `00-${span?.spanContext().traceId}-${span?.spanContext().spanId}-01`);
});

test.serial("credentials and secret query parameters are in no span", async (t) => {
  const { spans } = telemetry(t, { sensitiveQueryKeys: ["ticket"] });
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  const { host } = new URL(server.url);
  const query =
    "api_key=s3cret&page=2&X-Amz-Signature=s3cret&sig=s3cret&AWSAccessKeyId=s3cret&acces%73_token=s3cret&ticket=s3cret";
  await client.get(`http://ann:s3cret@${host}/?${query}#access_token=s3cret`);
  t.is(server.requests[0]?.path, `/?${query}`);
  const [span] = spans();
  t.is(
    span?.attributes["url.full"],
    `http://REDACTED:REDACTED@${host}/?api_key=REDACTED&page=2&X-Amz-Signature=REDACTED&sig=REDACTED&AWSAccessKeyId=REDACTED&acces%73_token=REDACTED&ticket=REDACTED`,
  );
  t.false(JSON.stringify(span?.attributes).includes("s3cret"));
  t.throws(() => new HttpxideInstrumentation({ sensitiveQueryKeys: "ticket" }), { instanceOf: TypeError });
});

test.serial(
  "a status of 400 and up and an error make the span one of an error; an abort does not",
  async (t) => {
    const { spans } = telemetry(t);
    await using server = await startHttpServer((_request, response) => void response.writeHead(404).end());
    await using silent = await startRawServer((connection) => connection.closed());
    await using client = new AsyncClient();
    await client.get(server.url);
    await t.throwsAsync(client.get("http://127.0.0.1:1234/"));
    await t.throwsAsync(client.get(silent.url, { timeout: { read: 100 } }));
    await t.throwsAsync(client.get(silent.url, { signal: AbortSignal.timeout(50) }), { any: true });
    const stop = new AbortController();
    const received = silent.bytesReceived;
    const stopped = client.get(silent.url, { signal: stop.signal });
    await eventually("the request has arrived", () => silent.bytesReceived > received);
    stop.abort();
    await t.throwsAsync(stopped, { any: true });
    t.deepEqual(
      spans().map(({ attributes, status }) => [attributes["error.type"], status.code]),
      [
        ["404", SpanStatusCode.ERROR],
        ["ConnectError", SpanStatusCode.ERROR],
        ["ReadTimeout", SpanStatusCode.ERROR],
        ["TimeoutError", SpanStatusCode.ERROR],
        [undefined, SpanStatusCode.UNSET],
      ],
    );
    t.is(spans()[1]?.events[0]?.name, "exception");
  },
);

test.serial("a span ends with the body, whether it is read, closed or breaks off", async (t) => {
  const { spans } = telemetry(t);
  await using server = await startHttpServer(answering("hello"));
  await using broken = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
  });
  await using client = new AsyncClient();
  const read = await client.send(client.buildRequest("GET", server.url), { stream: true });
  t.is(spans().length, 0);
  await read.aread();
  t.is(spans().length, 1);
  const closed = await client.send(client.buildRequest("GET", server.url), { stream: true });
  await closed.aclose();
  t.is(spans().length, 2);
  const cut = await client.send(client.buildRequest("GET", broken.url), { stream: true });
  await t.throwsAsync(cut.aread());
  t.deepEqual(
    spans().map(({ attributes }) => attributes["error.type"]),
    [undefined, undefined, "RemoteProtocolError"],
  );
});

test.serial("redirects are spans of their own, each with its own context for the server", async (t) => {
  const { spans } = telemetry(t);
  await using server = await startHttpServer((request, response) => {
    if (request.url === "/first") response.writeHead(302, { location: "/second" });
    response.end();
  });
  await using client = new AsyncClient({ followRedirects: true });
  await client.get(`${server.url}/first`);
  t.deepEqual(
    spans().map(({ attributes }) => attributes["http.response.status_code"]),
    [302, 200],
  );
  t.deepEqual(
    server.requests.map(({ headers }) =>
      headers.filter(([name]) => name === "traceparent").map(([, value]) => value.split("-")[2]),
    ),
    spans().map((span) => [span.spanContext().spanId]),
  );
});

test.serial("an unknown method is _OTHER, and a request that a mock answers is a span too", async (t) => {
  const { spans } = telemetry(t);
  await using client = new AsyncClient({ transport: new MockTransport(() => new Response(200)) });
  await client.request("BREW", "https://[::1]/pot");
  const [span] = spans();
  t.is(span?.name, "HTTP");
  t.is(span?.attributes["http.request.method"], "_OTHER");
  t.is(span?.attributes["http.request.method_original"], "BREW");
  t.is(span?.attributes["server.address"], "::1");
  t.is(span?.attributes["server.port"], 443);
  t.is(span?.attributes["network.peer.address"], undefined);
});

test.serial("a transport's wrong result is the call's error, and its span's", async (t) => {
  const { spans } = telemetry(t);
  const transport = { handleAsyncRequest: () => Promise.resolve(undefined), aclose: () => Promise.resolve() };
  await using client = new AsyncClient({ transport: transport as never });
  await t.throwsAsync(client.get("http://example.org/"), {
    instanceOf: TypeError,
    message: /must return a Response/,
  });
  t.is(spans()[0]?.attributes["error.type"], "TypeError");
});

test.serial("a request is one span, also through fetch and with the instrumentation of undici", async (t) => {
  const undici = new UndiciInstrumentation();
  undici.setTracerProvider(tracing);
  t.teardown(() => void undici.disable());
  const { instrumentation, spans } = telemetry(t);
  await using server = await startHttpServer(answering("hello"));
  await using client = new AsyncClient();
  await client.get(server.url);
  await (await createFetch(client)(server.url)).text();
  t.deepEqual(
    spans().map(({ instrumentationScope }) => instrumentationScope.name),
    ["httpxide", "httpxide"],
  );
  instrumentation.disable();
  await client.get(server.url);
  t.is(spans()[2]?.instrumentationScope.name, "@opentelemetry/instrumentation-undici");
});

test.serial("enable and disable hold for requests that begin later, and may be repeated", async (t) => {
  const { instrumentation, spans } = telemetry(t, { enabled: false });
  let answer = (): void => {};
  await using server = await startHttpServer((request, response) => {
    if (request.url === "/slow") answer = () => void response.end();
    else response.end();
  });
  await using client = new AsyncClient();
  await client.get(`${server.url}/off`);
  t.is(new Map(server.requests[0]?.headers).get("traceparent"), undefined);
  instrumentation.enable();
  instrumentation.enable();
  await client.get(`${server.url}/on`);
  const slow = client.get(`${server.url}/slow`);
  await eventually("the slow request has arrived", () => server.requests.length === 3);
  instrumentation.disable();
  instrumentation.disable();
  await client.get(`${server.url}/off-again`);
  answer();
  await slow;
  t.deepEqual(
    spans().map(({ attributes }) => new URL(String(attributes["url.full"])).pathname),
    ["/on", "/slow"],
  );
});

test.serial("it fits registerInstrumentations, and uses the provider that it is given", async (t) => {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  t.teardown(registerInstrumentations({ instrumentations: [new HttpxideInstrumentation()], tracerProvider }));
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  await client.get(server.url);
  t.deepEqual(
    exporter.getFinishedSpans().map(({ name }) => name),
    ["GET"],
  );
});

test.serial(
  "redirects, retries and answers to challenges are counted, each call from its beginning",
  async (t) => {
    const { spans } = telemetry(t);
    let failures = 1;
    await using server = await startHttpServer((request, response) => {
      if (request.url === "/first") response.writeHead(307, { location: "/second" });
      else if (failures-- > 0) response.writeHead(503);
      response.end();
    });
    await using digest = await startHttpServer((request, response) => {
      if (request.headers.authorization === undefined) {
        response.writeHead(401, {
          "www-authenticate": 'Digest realm="r", nonce="n", algorithm=MD5, qop="auth"',
        });
      }
      response.end();
    });
    const counts = (): unknown[] => spans().map(({ attributes }) => attributes["http.request.resend_count"]);
    await using client = new AsyncClient({
      followRedirects: true,
      retry: { attempts: 2, backoff: { initial: 1 } },
      auth: new DigestAuth("user", "password"),
    });
    const request = client.buildRequest("GET", `${server.url}/first`);
    await client.send(request);
    t.deepEqual(counts(), [undefined, 1, 2], "a redirect and a retry");
    await client.send(request);
    t.deepEqual(counts().slice(3), [undefined, 1], "another call with the same request");
    await client.get(digest.url);
    t.deepEqual(counts().slice(5), [undefined, 1], "a challenge");
    await (await createFetch()(`${server.url}/first`)).text();
    t.deepEqual(counts().slice(7), [undefined, 1], "a redirect of fetch");
    await axios.get(`${server.url}/first`, { adapter });
    t.deepEqual(counts().slice(9), [undefined, 1], "a redirect of axios");
  },
);

test.serial("an exception's message and stack have no secret of the query, nor has the status", async (t) => {
  const { spans } = telemetry(t, { sensitiveQueryKeys: ["ticket"] });
  await using client = new AsyncClient();
  const url = "http://user:hidden@127.0.0.1:1234/x?page=2&api_key=hidden&ticket=hidden#access_token=hidden";
  await t.throwsAsync(client.get(url), { instanceOf: ConnectError, message: /api_key=hidden/ });
  const [span] = spans();
  const [event] = span!.events;
  const shown = JSON.stringify([span!.attributes, span!.status, event!.attributes]);
  t.false(shown.includes("hidden"), shown);
  t.is(event!.attributes!["exception.type"], "ConnectError");
  t.regex(span!.status.message!, /^GET \S+\?page=2&api_key=REDACTED&ticket=REDACTED: /);
  t.regex(String(event!.attributes!["exception.stacktrace"]), /^ConnectError: GET /);
});

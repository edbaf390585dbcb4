// The real instrumentation of undici by OpenTelemetry: its spans for requests of this package.
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import test from "ava";
import axios from "axios";
import { AsyncClient, type NetworkStream } from "httpxide";
import { createAdapter } from "httpxide/axios";
import { createFetch } from "httpxide/fetch";
import { HttpxideHttpHandler } from "httpxide/smithy";
import { HttpxideDispatcher } from "httpxide/undici";
import { certificates } from "../helpers/certificates.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { answeringStreams, startHttp2Server } from "../helpers/http2-server.js";
import { head, startRawServer } from "../helpers/raw-server.js";

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();
const instrumentation = new UndiciInstrumentation();
instrumentation.setTracerProvider(provider);
test.after.always(() => instrumentation.disable());

test.serial("a request is a span below the caller's, whose context the server receives", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  const parent = trace.getTracer("test").startSpan("parent");
  await context.with(trace.setSpan(context.active(), parent), () => client.get(`${server.url}/span`));
  parent.end();
  const span = exporter.getFinishedSpans().find(({ name }) => name === "GET");
  t.is(span?.parentSpanContext?.spanId, parent.spanContext().spanId);
  t.is(span?.attributes["http.response.status_code"], 200);
  t.is(span?.attributes["url.path"], "/span");
  t.is(span?.attributes["network.peer.address"], "127.0.0.1");
  const sent = new Map(server.requests[0]?.headers);
  t.is(sent.get("traceparent"), `00-${span?.spanContext().traceId}-${span?.spanContext().spanId}-01`);
});

test.serial(
  "calls through fetch and the AWS SDK's handler are spans too, and failures have their status",
  async (t) => {
    await using server = await startHttpServer(
      (_request, response) => void response.writeHead(500).end("broken"),
    );
    await using client = new AsyncClient();
    exporter.reset();
    await (await createFetch(client)(`${server.url}/fetch`)).text();
    const { port } = new URL(server.url);
    const request = {
      method: "PUT",
      protocol: "http:",
      hostname: "127.0.0.1",
      port: Number(port),
      path: "/aws",
      headers: {},
    };
    const { response } = await new HttpxideHttpHandler(client).handle(request);
    await response.body.toArray();
    await t.throwsAsync(client.get("http://127.0.0.1:1234/"));
    const spans = exporter.getFinishedSpans();
    t.deepEqual(
      spans.map(({ name }) => name),
      ["GET", "PUT", "GET"],
    );
    t.true(spans.every(({ status }) => status.code === SpanStatusCode.ERROR));
  },
);

test.serial("every way of sending ends its span, with the version of HTTP and the peer", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  await using client = new AsyncClient({ followRedirects: true });
  exporter.reset();
  await axios.get(`${server.url}/axios`, { adapter: createAdapter(client) });
  const { body } = await new HttpxideDispatcher(client).request({
    origin: server.url,
    path: "/undici",
    method: "GET",
  });
  await body.text();
  await (await client.stream("GET", `${server.url}/left`)).aclose();
  await client.head(`${server.url}/head`);
  t.deepEqual(
    exporter
      .getFinishedSpans()
      .map(({ attributes }) => [
        attributes["url.path"],
        attributes["network.protocol.version"],
        attributes["network.peer.port"],
      ]),
    ["/axios", "/undici", "/left", "/head"].map((path) => [path, "1.1", server.port]),
  );
});

test.serial("HTTP/2 and a connection that changes its protocol have spans that end", async (t) => {
  const { ca, good } = await certificates();
  await using server = await startHttp2Server(good, answeringStreams("hello"));
  await using client = new AsyncClient({ http2: true, verify: { ca } });
  exporter.reset();
  await client.get(`${server.url}/two`);
  await using switching = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(head("101 Switching Protocols", "Connection: Upgrade", "Upgrade: echo"));
    await connection.closed();
  });
  const upgraded = await client.get(`${switching.url}/switched`, {
    headers: { Connection: "Upgrade", Upgrade: "echo" },
  });
  t.deepEqual(
    exporter
      .getFinishedSpans()
      .map(({ attributes }) => [attributes["url.path"], attributes["http.response.status_code"]]),
    [
      ["/two", 200],
      ["/switched", 101],
    ],
  );
  t.is(exporter.getFinishedSpans()[0]?.attributes["network.protocol.version"], "2");
  await (upgraded.extensions["networkStream"] as NetworkStream).aclose();
});

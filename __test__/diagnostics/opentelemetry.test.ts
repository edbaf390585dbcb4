// The real instrumentation of undici by OpenTelemetry: its spans for requests of this package.
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import test from "ava";
import { AsyncClient } from "httpxide";
import { createFetch } from "httpxide/fetch";
import { HttpxideHttpHandler } from "httpxide/smithy";
import { startHttpServer } from "../helpers/http-server.js";

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

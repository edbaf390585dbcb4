// An instrumentation over the real SDK, for the test that runs: its spans and the points of its metrics.
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import type { ExecutionContext } from "ava";
import { HttpxideInstrumentation, type HttpxideInstrumentationConfig } from "httpxide/opentelemetry";

const exporter = new InMemorySpanExporter();
export const tracing = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
tracing.register();

export interface Telemetry {
  readonly instrumentation: HttpxideInstrumentation;
  spans(): ReadableSpan[];
  points(metric: string): Promise<DataPoint<number | Histogram>[]>;
}

export function telemetry(t: ExecutionContext, config?: HttpxideInstrumentationConfig): Telemetry {
  exporter.reset();
  const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: measured })] });
  const instrumentation = new HttpxideInstrumentation(config);
  instrumentation.setMeterProvider(meters);
  t.teardown(async () => {
    instrumentation.disable();
    await meters.shutdown();
  });
  return {
    instrumentation,
    spans: () => exporter.getFinishedSpans(),
    async points(metric) {
      measured.reset();
      await meters.forceFlush();
      const metrics = measured
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
      const named = metrics.find(({ descriptor }) => descriptor.name === metric);
      return (named?.dataPoints ?? []) as DataPoint<number | Histogram>[];
    },
  };
}

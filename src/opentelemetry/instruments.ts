/** The instruments of the metrics of HTTP clients, by the semantic conventions. */
import {
  type Histogram,
  type Meter,
  type MeterProvider,
  type UpDownCounter,
  ValueType,
} from "@opentelemetry/api";

import { ConnectionMetrics } from "./connection-metrics.js";

/** Seconds, as the conventions advise. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** @internal */
export class Instruments {
  /** Stable in the conventions. */
  readonly duration: Histogram;
  /** Experimental in the conventions, as all that follow. */
  readonly activeRequests: UpDownCounter;
  readonly requestBodySize: Histogram;
  readonly responseBodySize: Histogram;
  readonly connections: ConnectionMetrics;

  constructor(
    readonly provider: MeterProvider,
    meter: Meter,
  ) {
    this.duration = meter.createHistogram("http.client.request.duration", {
      description: "Duration of HTTP client requests.",
      unit: "s",
      valueType: ValueType.DOUBLE,
      advice: { explicitBucketBoundaries: BUCKETS },
    });
    this.activeRequests = meter.createUpDownCounter("http.client.active_requests", {
      description: "Number of active HTTP requests.",
      unit: "{request}",
      valueType: ValueType.INT,
    });
    this.requestBodySize = meter.createHistogram("http.client.request.body.size", {
      description: "Size of HTTP client request bodies.",
      unit: "By",
      valueType: ValueType.INT,
    });
    this.responseBodySize = meter.createHistogram("http.client.response.body.size", {
      description: "Size of HTTP client response bodies.",
      unit: "By",
      valueType: ValueType.INT,
    });
    this.connections = new ConnectionMetrics(meter);
  }
}

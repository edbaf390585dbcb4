/**
 * The metrics of connections, which the conventions call experimental: how many are open, counted by the engine when metrics are
 * collected, and how long each was.
 */
import { URL } from "../platform/classes.js";
import {
  type Attributes,
  type Histogram,
  type Meter,
  type ObservableResult,
  type ObservableUpDownCounter,
  ValueType,
} from "@opentelemetry/api";
import { now } from "../platform/clock.js";
import type { ConnectionMessage, ConnectionRoute } from "../transports/http/connection-channels.js";
import { contextless, openConnections } from "../transports/http/open-connections.js";
import { serverAttributes } from "./attributes.js";

/** Seconds: from a connection for one request to one that is kept for a day. */
const BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

const { open, close } = contextless;

/** @internal */
export class ConnectionMetrics {
  readonly #open: ObservableUpDownCounter;
  readonly #duration: Histogram;
  readonly #openedAt = new WeakMap<ConnectionMessage, number>();
  /** What was reported last of servers with open connections: without a zero, a reader would keep it for ever. */
  #reported = new Map<string, Attributes>();

  constructor(meter: Meter) {
    this.#open = meter.createObservableUpDownCounter("http.client.open_connections", {
      description: "Number of outbound HTTP connections that are currently active or idle on the client.",
      unit: "{connection}",
      valueType: ValueType.INT,
    });
    this.#duration = meter.createHistogram("http.client.connection.duration", {
      description: "The duration of the successfully established outbound HTTP connections.",
      unit: "s",
      valueType: ValueType.DOUBLE,
      advice: { explicitBucketBoundaries: BUCKETS },
    });
    this.#open.addCallback(this.#observe);
    open.subscribe(this.#opened);
    close.subscribe(this.#closed);
  }

  /** Measures nothing more. */
  end(): void {
    this.#open.removeCallback(this.#observe);
    open.unsubscribe(this.#opened);
    close.unsubscribe(this.#closed);
  }

  readonly #observe = (result: ObservableResult): void => {
    const gone = this.#reported;
    this.#reported = new Map();
    for (const { scheme, host, port, active, idle } of openConnections()) {
      const server = `${scheme}://${host}:${port}`;
      const attributes = serverAttributes(scheme, host, port);
      gone.delete(server);
      if (active + idle > 0) this.#reported.set(server, attributes);
      report(result, attributes, active, idle);
    }
    for (const attributes of gone.values()) report(result, attributes, 0, 0);
  };

  readonly #opened = (message: unknown): void => {
    this.#openedAt.set(message as ConnectionMessage, now());
  };

  readonly #closed = (given: unknown): void => {
    const message = given as ConnectionMessage;
    const openedAt = this.#openedAt.get(message);
    if (openedAt === undefined) return;
    this.#duration.record((now() - openedAt) / 1000, attributesOf(message.route));
  };
}

function report(result: ObservableResult, server: Attributes, active: number, idle: number): void {
  result.observe(active, { ...server, "http.connection.state": "active" });
  result.observe(idle, { ...server, "http.connection.state": "idle" });
}

/** Of the server, or of the proxy that the connection leads to for any server. */
function attributesOf({ origin, proxy }: ConnectionRoute): Attributes {
  const { protocol, hostname, port } = new URL(origin ?? proxy!);
  return serverAttributes(protocol.slice(0, -1), hostname, port === "" ? null : Number(port));
}

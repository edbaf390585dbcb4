/**
 * The trace listener of one request, called with the events of HTTPX's trace extension, in the async context in which the
 * request was sent.
 */
import type { Step } from "../../native/protocol.js";
import type { TraceObserver, TraceRecord, TracedExchange } from "../../native/trace.js";
import type { TraceInfo, TraceListener } from "../../request/extensions.js";
import type { Request } from "../../request/request.js";
import { errorOf, errorOfFailure } from "./failure.js";
import { Listener } from "../../platform/listener.js";
import type { ProxyRoute } from "./proxy-route.js";
import { stepEvents } from "./trace-events.js";

/** @internal */
export class Trace implements TraceObserver<Request> {
  readonly #listener: Listener<Parameters<TraceListener>>;
  readonly #socksVersion: 4 | 5 | null;
  /** The number of the request's stream; null in HTTP/1.1. */
  #streamId: number | null = null;

  constructor(listener: TraceListener, through: ProxyRoute | null) {
    this.#listener = new Listener(listener);
    this.#socksVersion = through === null ? null : through.socksVersion;
  }

  get isAsync(): boolean {
    return this.#listener.isAsync;
  }

  traced(record: TraceRecord, exchange: TracedExchange<Request>): void {
    const listener = this.#listener;
    const { step, moment } = record;
    // a reader that closes a response early is no failure
    if (listener.isSilent || (moment === "given up" && exchange.aborted === null)) return;
    if (step === "SendRequestHeaders" && moment === "started") {
      this.#streamId = Number(record.fields[0]) || null;
    }
    const event = `${this.#nameOf(step)}.${moment === "given up" ? "failed" : moment}`;
    const info = infoOf(record, exchange);
    if (this.#streamId !== null && event.startsWith("http2.")) info["streamId"] = this.#streamId;
    listener.call(exchange, event, info);
  }

  #nameOf(step: Step): string {
    const { name: given } = stepEvents[step];
    const name = this.#socksVersion === null ? given : socksName(given, this.#socksVersion);
    if (!name.startsWith("http.")) return name;
    return `${this.#streamId === null ? "http11" : "http2"}${name.slice(4)}`;
  }
}

/** A SOCKS proxy's steps of a connection have a prefix of their own in HTTPX. */
function socksName(name: string, version: 4 | 5): string {
  if (name === "socks.setup") return `socks.setup_socks${version}_connection`;
  return name.replace(/^(connection|proxy)\.(?=connect_tcp|start_tls)/, "socks.");
}

function infoOf(record: TraceRecord, { request, aborted }: TracedExchange<Request>): TraceInfo {
  const { step, moment, time, fields, failure } = record;
  switch (moment) {
    case "started":
    case "complete":
      return { time, ...stepEvents[step][moment](fields, request) };
    case "failed":
      return { time, exception: errorOfFailure(failure!, request) };
    case "given up":
      return { time, exception: errorOf(aborted!.reason) };
  }
}

/**
 * The trace listener of one request, called with the events of HTTPX's trace extension, in the async context in which the
 * request was sent.
 */
import { errorFromEngine } from "../../errors/engine.js";
import type { Step } from "../../native/protocol.js";
import type { TraceObserver, TraceRecord, TracedExchange } from "../../native/trace.js";
import { currentContext } from "../../platform/async-context.js";
import type { TraceInfo, TraceListener } from "../../request/extensions.js";
import type { Request } from "../../request/request.js";
import { errorOf } from "./failure.js";
import { stepEvents } from "./trace-events.js";

/** @internal */
export class Trace implements TraceObserver<Request> {
  /** The completion loop, which calls `traced`, runs in the context of another call, or in none. */
  readonly #context = currentContext();
  /** Null after it has thrown or its promise has rejected. */
  #listener: TraceListener | null;
  /** Whether the listener has returned a promise. Its rejection becomes known a microtask later. */
  isAsync = false;
  /** The number of the request's stream; null in HTTP/1.1. */
  #streamId: number | null = null;

  constructor(listener: TraceListener) {
    this.#listener = listener;
  }

  traced(record: TraceRecord, exchange: TracedExchange<Request>): void {
    const listener = this.#listener;
    const { step, moment } = record;
    // a reader that closes a response early is no failure
    if (listener === null || (moment === "given up" && exchange.aborted === null)) return;
    if (step === "SendRequestHeaders" && moment === "started") {
      this.#streamId = Number(record.fields[0]) || null;
    }
    const event = `${this.#nameOf(step)}.${moment === "given up" ? "failed" : moment}`;
    const info = infoOf(record, exchange);
    if (this.#streamId !== null && event.startsWith("http2.")) info["streamId"] = this.#streamId;
    try {
      const answer = this.#context<Parameters<TraceListener>, unknown>(listener, event, info);
      if (isThenable(answer)) this.#watch(answer, exchange);
    } catch (error) {
      this.#fail(error, exchange);
    }
  }

  #nameOf(step: Step): string {
    const { name } = stepEvents[step];
    if (!name.startsWith("http.")) return name;
    return `${this.#streamId === null ? "http11" : "http2"}${name.slice(4)}`;
  }

  #watch(answer: PromiseLike<unknown>, exchange: TracedExchange<Request>): void {
    this.isAsync = true;
    Promise.resolve(answer).then(undefined, (error: unknown) => this.#fail(error, exchange));
  }

  #fail(error: unknown, exchange: TracedExchange<Request>): void {
    this.#listener = null;
    exchange.abort(error);
  }
}

function infoOf(record: TraceRecord, { request, aborted }: TracedExchange<Request>): TraceInfo {
  const { step, moment, time, fields, failure } = record;
  switch (moment) {
    case "started":
    case "complete":
      return { time, ...stepEvents[step][moment](fields, request) };
    case "failed":
      return { time, exception: errorFromEngine(failure!, request) };
    case "given up":
      return { time, exception: errorOf(aborted!.reason) };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function"
  );
}

/**
 * The listener of one request: events of the engine become HTTPX's names (httpcore's, version 1.0.9) and objects. The
 * order of the table is that of the Rust enum (`Step` in `crates/core/src/trace/event.rs`), whose discriminants are never
 * renumbered; so is the order of each event's fields.
 */
import { errorFromEngine } from "../../errors/engine.js";
import type { TraceObserver, TraceRecord, TracedExchange } from "../../native/trace.js";
import type { TraceInfo, TraceListener } from "../../request/extensions.js";
import type { Request } from "../../request/request.js";
import { errorOf } from "./failure.js";

type Fields = (fields: string[], request: Request) => Record<string, unknown>;
type Step = readonly [name: string, started: Fields, complete: Fields];

const MOMENTS = ["started", "complete", "failed", "failed"] as const;
const FAILED = 2;
const GIVEN_UP = 3;

const nothing: Fields = () => ({});
const theRequest: Fields = (_, request) => ({ request });

const STEPS: readonly Step[] = [
  [
    "connection.connect_tcp",
    ([host, port], { timeout }) => ({ host, port: Number(port), timeout: timeout.connect }),
    ([localHost, localPort, remoteHost, remotePort]) => ({
      clientAddr: [localHost, Number(localPort)],
      serverAddr: [remoteHost, Number(remotePort)],
    }),
  ],
  ["connection.connect_unix_socket", ([path], { timeout }) => ({ path, timeout: timeout.connect }), nothing],
  [
    "connection.start_tls",
    ([serverHostname], { timeout }) => ({ serverHostname, timeout: timeout.connect }),
    ([version, cipher, protocol]) => ({ version, cipher, selectedAlpnProtocol: protocol || null }),
  ],
  ["connection.retry", ([delay]) => ({ delay: Number(delay) }), nothing],
  ["connection.close", nothing, nothing],
  ["http11.send_request_headers", theRequest, nothing],
  ["http11.send_request_body", theRequest, nothing],
  [
    "http11.receive_response_headers",
    theRequest,
    ([httpVersion, status]) => ({ httpVersion, status: Number(status) }),
  ],
  ["http11.receive_response_body", theRequest, nothing],
  ["http11.response_closed", nothing, nothing],
];

/** @internal */
export class Trace implements TraceObserver<Request> {
  /** Null once it has thrown, or its promise was rejected. */
  #listener: TraceListener | null;
  /** Whether the listener has answered a promise, whose rejection may be known a microtask from now. */
  isAsync = false;

  constructor(listener: TraceListener) {
    this.#listener = listener;
  }

  traced(record: TraceRecord, exchange: TracedExchange<Request>): void {
    const listener = this.#listener;
    const { moment } = record;
    // a reader that lets go of a response has not failed
    if (listener === null || (moment === GIVEN_UP && exchange.aborted === null)) return;
    const event = `${STEPS[record.step]![0]}.${MOMENTS[moment]!}`;
    try {
      const answer: unknown = listener(event, infoOf(record, exchange));
      if (isThenable(answer)) this.#watch(answer, exchange);
    } catch (error) {
      this.#fail(error, exchange);
    }
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
  if (moment === FAILED) return { time, exception: errorFromEngine(failure!, request) };
  if (moment === GIVEN_UP) return { time, exception: errorOf(aborted!.reason) };
  const [, started, complete] = STEPS[step]!;
  return { time, ...(moment === 0 ? started : complete)(fields, request) };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function"
  );
}

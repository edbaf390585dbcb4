/**
 * The listener of one request: events of the engine become HTTPX's names (httpcore's, version 1.0.9) and objects. The
 * order of the table is that of the Rust enum (`Step` in `crates/core/src/trace.rs`), whose discriminants are never
 * renumbered; so is the order of each event's fields.
 */
import { type EngineFailure, errorFromEngine } from "../errors/engine.js";
import type { Request } from "../request/request.js";
import type { TraceInfo, TraceListener } from "../request/extensions.js";

/** What the engine tells about one event. @internal */
export interface EngineEvent {
  step: number;
  moment: number;
  /** Milliseconds by the engine's clock. */
  time: number;
  fields: string[];
  failure: EngineFailure | null;
}

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
export class Trace {
  readonly #request: Request;
  /** What a listener throws, or its promise is rejected with. */
  readonly #fault: (error: unknown) => void;
  #listener: TraceListener | null;
  /** Whether the listener has answered a promise, whose rejection may be known a microtask from now. */
  isAsync = false;

  constructor(listener: TraceListener, request: Request, fault: (error: unknown) => void) {
    this.#listener = listener;
    this.#request = request;
    this.#fault = fault;
  }

  /** Calls the listener. `time` is by `performance.now()`; `aborted` why the request was given up, if it was. */
  tell(
    { step, moment, fields, failure }: EngineEvent,
    time: number,
    aborted: { reason: unknown } | null,
  ): void {
    const listener = this.#listener;
    // a reader that lets go of a response has not failed
    if (listener === null || (moment === GIVEN_UP && aborted === null)) return;
    const [name, started, complete] = STEPS[step]!;
    const info: TraceInfo = { time };
    if (moment === FAILED) info.exception = errorFromEngine(failure!, this.#request);
    else if (moment === GIVEN_UP) info.exception = aborted!.reason;
    else Object.assign(info, (moment === 0 ? started : complete)(fields, this.#request));
    try {
      const answer: unknown = listener(`${name}.${MOMENTS[moment]!}`, info);
      if (isThenable(answer)) this.#watch(answer);
    } catch (error) {
      this.#failed(error);
    }
  }

  #watch(answer: PromiseLike<unknown>): void {
    this.isAsync = true;
    Promise.resolve(answer).then(undefined, (error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    this.#listener = null;
    this.#fault(error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function"
  );
}

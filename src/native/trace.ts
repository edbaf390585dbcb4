/** What the engine reports of a traced request, step by step. */
import type { Failure } from "./failure.js";
import type { Moment, Step } from "./protocol.js";

/** A start or an end of a step of a traced request. @internal */
export interface TraceRecord {
  readonly step: Step;
  readonly moment: Moment;
  /** When, by `performance.now()`. */
  readonly time: number;
  /** What is known of the step at that moment, in the order that the protocol gives. */
  readonly fields: string[];
  readonly failure: Failure | null;
}

/** @internal */
export interface TracedExchange<R> {
  readonly request: R;
  /** Why the caller gave the request up, if that happened. */
  readonly aborted: { readonly reason: unknown } | null;
  abort(reason: unknown): void;
}

/** Receives the trace of one request. @internal */
export interface TraceObserver<R> {
  /** Whether it may abort the exchange a microtask after a record: an answer waits that long for it. */
  readonly isAsync: boolean;
  traced(record: TraceRecord, exchange: TracedExchange<R>): void;
}

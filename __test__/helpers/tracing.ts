/** A trace listener that records its events. */
import type { TraceInfo, TraceListener } from "httpxide";

export interface TraceEvent {
  readonly event: string;
  readonly info: TraceInfo;
}

export class Recorder {
  readonly records: TraceEvent[] = [];

  /** The listener, for `extensions`. */
  readonly trace: TraceListener = (event, info) => {
    this.records.push({ event, info });
  };

  get events(): string[] {
    return this.records.map(({ event }) => event);
  }

  /** Without `connection.close`, which httpcore does not report. */
  get eventsOfHttpcore(): string[] {
    return this.events.filter((event) => !event.startsWith("connection.close."));
  }

  /** The info of the first event with this name. */
  infoOf(event: string): TraceInfo {
    const record = this.records.find((one) => one.event === event);
    if (record === undefined) throw new Error(`${event} is not among ${this.events.join(", ")}`);
    return record.info;
  }
}

/** The events of steps that start and complete, one after the other. */
export function complete(...steps: string[]): string[] {
  return steps.flatMap((step) => [`${step}.started`, `${step}.complete`]);
}

/** The events of a step that starts and fails. */
export function failed(step: string): string[] {
  return [`${step}.started`, `${step}.failed`];
}

const TCP = complete("connection.connect_tcp");
const TLS = complete("connection.start_tls");
const SENT = complete("http11.send_request_headers", "http11.send_request_body");
const HEAD = complete("http11.receive_response_headers");
const BODY = complete("http11.receive_response_body");
const CLOSED = complete("http11.response_closed");

/** The parts of httpcore's event sequences. */
export const PARTS = { TCP, TLS, SENT, HEAD, BODY, CLOSED } as const;

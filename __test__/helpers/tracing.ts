/** A listener that notes what it is told. */
import type { TraceInfo, TraceListener } from "httpxide";

export interface Told {
  readonly event: string;
  readonly info: TraceInfo;
}

export class Recorder {
  readonly told: Told[] = [];

  /** To be given as an extension. */
  readonly trace: TraceListener = (event, info) => {
    this.told.push({ event, info });
  };

  get events(): string[] {
    return this.told.map(({ event }) => event);
  }

  /** Without `connection.close`, which httpcore tells no listener. */
  get eventsOfHttpcore(): string[] {
    return this.events.filter((event) => !event.startsWith("connection.close."));
  }

  /** What was told with the first event of this name. */
  infoOf(event: string): TraceInfo {
    const told = this.told.find((one) => one.event === event);
    if (told === undefined) throw new Error(`${event} is not among ${this.events.join(", ")}`);
    return told.info;
  }
}

/** The events of steps that are started and complete, one after the other. */
export function complete(...steps: string[]): string[] {
  return steps.flatMap((step) => [`${step}.started`, `${step}.complete`]);
}

/** The events of a step that is started and fails. */
export function failed(step: string): string[] {
  return [`${step}.started`, `${step}.failed`];
}

const TCP = complete("connection.connect_tcp");
const TLS = complete("connection.start_tls");
const SENT = complete("http11.send_request_headers", "http11.send_request_body");
const HEAD = complete("http11.receive_response_headers");
const BODY = complete("http11.receive_response_body");
const CLOSED = complete("http11.response_closed");

/** The parts of which httpcore's sequences consist. */
export const PARTS = { TCP, TLS, SENT, HEAD, BODY, CLOSED } as const;

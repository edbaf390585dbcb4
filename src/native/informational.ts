/** Interim responses, such as 103 (Early Hints). */

/** @internal */
export interface InformedExchange {
  abort(reason: unknown): void;
}

/** Receives the interim responses of one request. @internal */
export interface InformationalObserver {
  /** `head` is the status line and the header lines, as latin1. */
  informed(statusCode: number, head: string, exchange: InformedExchange): void;
}

/** The events of a WebSocket. Node.js has a global CloseEvent since version 23 only. */

/** The fields of a close event. */
interface CloseFields {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** @internal */
export class WebSocketClose extends Event implements CloseFields {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;

  constructor({ code, reason, wasClean }: CloseFields) {
    super("close");
    this.code = code;
    this.reason = reason;
    this.wasClean = wasClean;
  }
}

/** @internal */
export class WebSocketMessage extends Event {
  readonly data: unknown;
  readonly origin: string;
  readonly lastEventId = "";
  readonly source = null;
  readonly ports: readonly never[] = Object.freeze([]);

  constructor(data: unknown, origin: string) {
    super("message");
    this.data = data;
    this.origin = origin;
  }
}

/** @internal */
export class WebSocketFailure extends Event {
  readonly error: unknown;
  readonly message: string;

  constructor(error: unknown) {
    super("error");
    this.error = error;
    this.message = error instanceof Error ? error.message : String(error);
  }
}

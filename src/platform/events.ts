/**
 * Events of the platform's classes. Node.js's own MessageEvent loads undici, and it has no global ErrorEvent before
 * version 25 and no global CloseEvent before 23.
 */
import { Event } from "./classes.js";

/** The fields of a message event. */
interface MessageFields {
  readonly data: unknown;
  readonly origin: string;
  readonly lastEventId?: string;
}

/** @internal */
export class MessageEvent extends Event implements MessageFields {
  readonly data: unknown;
  readonly origin: string;
  readonly lastEventId: string;
  readonly source = null;
  readonly ports: readonly never[] = Object.freeze([]);

  constructor(type: string, { data, origin, lastEventId = "" }: MessageFields) {
    super(type);
    this.data = data;
    this.origin = origin;
    this.lastEventId = lastEventId;
  }
}

/** @internal */
export class ErrorEvent extends Event {
  readonly error: unknown;
  readonly message: string;

  constructor(error: unknown) {
    super("error");
    this.error = error;
    this.message = error instanceof Error ? error.message : "";
  }
}

/** The fields of a close event. */
interface CloseFields {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** @internal */
export class CloseEvent extends Event implements CloseFields {
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

/** The name of a class, as `Object.prototype.toString` tells it. */
function nameEvent(defined: { readonly prototype: Event }, name: string): void {
  Object.defineProperty(defined.prototype, Symbol.toStringTag, { value: name, configurable: true });
}

nameEvent(MessageEvent, "MessageEvent");
nameEvent(ErrorEvent, "ErrorEvent");
nameEvent(CloseEvent, "CloseEvent");

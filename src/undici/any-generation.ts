/**
 * A handler that interceptors of every version of undici can call. Those of undici 7 and 8 call handlers of the new generation,
 * though `request` and `fetch` of undici 7 and of Node.js 24 bring one of the old, and those of undici 6 call the old one.
 */
import type { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { ControlState } from "./control.js";
import {
  type Control,
  type Handler,
  type RawFields,
  type Reception,
  type RecordFields,
  fieldsOfRaw,
  fieldsOfRecord,
  receptionOf,
  takesRecords,
} from "./handlers.js";

/** @internal @throws TypeError if it is no handler. */
export function forAnyGeneration(handler: object): object {
  return handler instanceof AnyGeneration ? handler : new AnyGeneration(handler);
}

/** Calls in the generation of the handler reach it as they are; those in the other one are translated. */
class AnyGeneration {
  readonly #handler: Handler;
  readonly #reception: Reception;
  readonly #takesRecords: boolean;
  #control: RawControl | null = null;

  constructor(handler: object) {
    this.#handler = handler as Handler;
    this.#reception = receptionOf(handler);
    this.#takesRecords = takesRecords(handler);
  }

  // of both generations

  onBodySent(...values: unknown[]): unknown {
    return this.#handler["onBodySent"]?.(...values);
  }

  onRequestSent(): unknown {
    return this.#handler["onRequestSent"]?.();
  }

  onResponseStarted(): unknown {
    return this.#handler["onResponseStarted"]?.();
  }

  // of undici 6

  onConnect(abort: (reason?: Error) => void, context: unknown): unknown {
    if (!this.#takesRecords) return this.#handler["onConnect"]?.(abort, context);
    this.#control = new RawControl(abort);
    return this.#reception.started(this.#control, context);
  }

  onHeaders(status: number, raw: RawFields, resume: () => void, statusText: string): unknown {
    if (!this.#takesRecords) return this.#handler["onHeaders"]?.(status, raw, resume, statusText);
    this.#control?.resumesBy(resume);
    this.#reception.head(status, fieldsOfRaw(raw), statusText);
    return this.#wantsMore();
  }

  onUpgrade(status: number, raw: RawFields, socket: Duplex): unknown {
    if (!this.#takesRecords) return this.#handler["onUpgrade"]?.(status, raw, socket);
    return this.#reception.upgraded(status, fieldsOfRaw(raw), socket);
  }

  onData(chunk: Buffer): unknown {
    if (!this.#takesRecords) return this.#handler["onData"]?.(chunk);
    this.#reception.data(chunk);
    return this.#wantsMore();
  }

  onComplete(raw: RawFields | null): unknown {
    if (!this.#takesRecords) return this.#handler["onComplete"]?.(raw);
    return this.#reception.completed(fieldsOfRaw(raw ?? []));
  }

  onError(error: Error): unknown {
    if (!this.#takesRecords) return this.#handler["onError"]?.(error);
    return this.#reception.failed(error);
  }

  // of undici 7 and 8

  onRequestStart(control: Control, context: unknown): unknown {
    if (this.#takesRecords) return this.#handler["onRequestStart"]?.(control, context);
    return this.#reception.started(control, context);
  }

  onRequestUpgrade(control: Control, status: number, fields: RecordFields, socket: Duplex): unknown {
    if (this.#takesRecords) return this.#handler["onRequestUpgrade"]?.(control, status, fields, socket);
    return this.#reception.upgraded(status, fieldsOfRecord(fields), socket);
  }

  onResponseStart(control: Control, status: number, fields: RecordFields, statusText: string): unknown {
    if (this.#takesRecords) return this.#handler["onResponseStart"]?.(control, status, fields, statusText);
    return this.#reception.head(status, fieldsOfRecord(fields), statusText);
  }

  onResponseData(control: Control, chunk: Buffer): unknown {
    if (this.#takesRecords) return this.#handler["onResponseData"]?.(control, chunk);
    return this.#reception.data(chunk);
  }

  onResponseEnd(control: Control, trailers: RecordFields | null): unknown {
    if (this.#takesRecords) return this.#handler["onResponseEnd"]?.(control, trailers);
    return this.#reception.completed(fieldsOfRecord(trailers ?? {}));
  }

  onResponseError(control: Control, error: Error): unknown {
    if (this.#takesRecords) return this.#handler["onResponseError"]?.(control, error);
    return this.#reception.failed(error);
  }

  #wantsMore(): boolean {
    return this.#control?.paused !== true;
  }
}

/** What undici 6 gives its handlers, as a controller: a function that aborts, and from the head on one that resumes. */
class RawControl extends ControlState {
  readonly #abort: (reason: Error) => void;
  #resume: (() => void) | null = null;

  constructor(abort: (reason: Error) => void) {
    super();
    this.#abort = abort;
  }

  resumesBy(resume: () => void): void {
    this.#resume = resume;
  }

  protected override onAbort(reason: Error): void {
    this.#abort(reason);
  }

  protected override onResume(): void {
    this.#resume?.();
  }
}

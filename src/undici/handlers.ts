/**
 * Handlers of two generations as one. undici 6 calls `onConnect`, `onHeaders`, `onData` and so on, and takes raw headers;
 * undici 7 and 8 call `onRequestStart`, `onResponseStart` and so on with a controller, and take a record.
 */
import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";

/** What a handler may do with its exchange. @internal */
export interface Control {
  readonly aborted: boolean;
  readonly paused: boolean;
  readonly reason: Error | null;
  abort(reason?: Error): void;
  pause(): void;
  resume(): void;
}

/** The fields of a head or of trailers, as received. @internal */
export type Fields = readonly (readonly [name: string, value: string])[];

/** The same for handlers of undici 6: names and values by turns. A value may be a list of them. @internal */
export type RawFields = readonly (Buffer | string | readonly (Buffer | string)[])[];

/** The same for handlers of undici 7 and 8. @internal */
export type RecordFields = Readonly<Record<string, unknown>>;

/** What happens to an exchange, in order. `failed` and `completed` are the last. @internal */
export interface Reception {
  started(control: Control, context?: unknown): void;
  allSent(): void;
  /** The first byte of the response is there. */
  answered(): void;
  head(status: number, fields: Fields, statusText: string): void;
  upgraded(status: number, fields: Fields, socket: Duplex): void;
  data(chunk: Buffer): void;
  completed(trailers: Fields): void;
  failed(error: Error): void;
}

type Method = (...values: unknown[]) => unknown;
/** @internal */
export type Handler = Readonly<Record<string, Method | undefined>>;

/** Whether it is of the generation of undici 7 and 8. @internal */
export function takesRecords(handler: object): boolean {
  const { onRequestStart, onResponseError } = (handler ?? {}) as Handler;
  return typeof onRequestStart === "function" || typeof onResponseError === "function";
}

/** @internal @throws TypeError */
export function receptionOf(handler: object): Reception {
  if (takesRecords(handler)) return new RecordReception(handler as Handler);
  const { onConnect, onError } = (handler ?? {}) as Handler;
  if (typeof onConnect === "function" || typeof onError === "function")
    return new RawReception(handler as Handler);
  const message = "A dispatch handler needs onRequestStart (undici 7 and 8) or onConnect (undici 6).";
  throw Object.assign(new TypeError(message), { code: "UND_ERR_INVALID_ARG" });
}

/** undici 6. */
class RawReception implements Reception {
  readonly #handler: Handler;
  #control: Control | null = null;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  started(control: Control, context: unknown = null): void {
    this.#control = control;
    this.#handler["onConnect"]?.((reason?: Error) => control.abort(reason), context);
  }

  allSent(): void {
    this.#handler["onRequestSent"]?.();
  }

  answered(): void {
    this.#handler["onResponseStarted"]?.();
  }

  head(status: number, fields: Fields, statusText: string): void {
    const resume = (): void => this.#control?.resume();
    this.#pauseUnless(this.#handler["onHeaders"]?.(status, rawOf(fields), resume, statusText));
  }

  upgraded(status: number, fields: Fields, socket: Duplex): void {
    this.#handler["onUpgrade"]?.(status, rawOf(fields), socket);
  }

  data(chunk: Buffer): void {
    this.#pauseUnless(this.#handler["onData"]?.(chunk));
  }

  completed(trailers: Fields): void {
    this.#handler["onComplete"]?.(rawOf(trailers));
  }

  failed(error: Error): void {
    this.#handler["onError"]?.(error);
  }

  #pauseUnless(wantsMore: unknown): void {
    if (wantsMore === false) this.#control?.pause();
  }
}

/** undici 7 and 8. */
class RecordReception implements Reception {
  readonly #handler: Handler;
  #controller: (Control & { rawHeaders?: Buffer[]; rawTrailers?: Buffer[] }) | null = null;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  started(control: Control, context: unknown = {}): void {
    this.#controller = control;
    this.#handler["onRequestStart"]?.(control, context);
  }

  allSent(): void {
    this.#handler["onRequestSent"]?.();
  }

  answered(): void {
    this.#handler["onResponseStarted"]?.();
  }

  head(status: number, fields: Fields, statusText: string): void {
    this.#controller!.rawHeaders = rawOf(fields);
    this.#handler["onResponseStart"]?.(this.#controller, status, recordOf(fields), statusText);
  }

  upgraded(status: number, fields: Fields, socket: Duplex): void {
    this.#controller!.rawHeaders = rawOf(fields);
    this.#handler["onRequestUpgrade"]?.(this.#controller, status, recordOf(fields), socket);
  }

  data(chunk: Buffer): void {
    this.#handler["onResponseData"]?.(this.#controller, chunk);
  }

  completed(trailers: Fields): void {
    this.#controller!.rawTrailers = rawOf(trailers);
    this.#handler["onResponseEnd"]?.(this.#controller, recordOf(trailers));
  }

  failed(error: Error): void {
    this.#handler["onResponseError"]?.(this.#controller, error);
  }
}

function rawOf(fields: Fields): Buffer[] {
  return fields.flatMap(([name, value]) => [Buffer.from(name, "latin1"), Buffer.from(value, "latin1")]);
}

/** @internal */
export function fieldsOfRaw(raw: RawFields): Fields {
  const fields: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    for (const value of [raw[at + 1]!].flat() as (Buffer | string)[]) {
      fields.push([textOf(raw[at] as Buffer | string), textOf(value)]);
    }
  }
  return fields;
}

/** @internal */
export function fieldsOfRecord(record: RecordFields): Fields {
  return Object.entries(record).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  );
}

function textOf(value: Buffer | string): string {
  return typeof value === "string" ? value : value.toString("latin1");
}

function recordOf(fields: Fields): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = {};
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    // a server may send `constructor`, which every object has, and `__proto__`, which is no member unless it is defined
    const known = Object.hasOwn(record, lower) ? record[lower]! : null;
    if (Array.isArray(known)) known.push(value);
    else if (known !== null) record[lower] = [known, value];
    else if (lower !== "__proto__") record[lower] = value;
    else
      Object.defineProperty(record, lower, { value, enumerable: true, configurable: true, writable: true });
  }
  return record;
}

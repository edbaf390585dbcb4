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

/** What happens to an exchange, in order. `failed` and `completed` are the last. @internal */
export interface Reception {
  started(control: Control): void;
  sent(bytes: number, total: number): void;
  allSent(): void;
  head(status: number, fields: Fields, statusText: string): void;
  upgraded(status: number, fields: Fields, socket: Duplex): void;
  data(chunk: Buffer): void;
  completed(trailers: Fields): void;
  failed(error: Error): void;
}

type Method = (...values: unknown[]) => unknown;
type Handler = Readonly<Record<string, Method | undefined>>;

/** @internal @throws TypeError */
export function receptionOf(handler: object): Reception {
  const { onRequestStart, onConnect, onError, onResponseError } = (handler ?? {}) as Handler;
  if (typeof onRequestStart === "function" || typeof onResponseError === "function") {
    return new RecordReception(handler as Handler);
  }
  if (typeof onConnect === "function" || typeof onError === "function")
    return new RawReception(handler as Handler);
  throw new TypeError("A dispatch handler needs onRequestStart (undici 7 and 8) or onConnect (undici 6).");
}

/** undici 6. */
class RawReception implements Reception {
  readonly #handler: Handler;
  #control: Control | null = null;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  started(control: Control): void {
    this.#control = control;
    this.#handler["onConnect"]?.((reason?: Error) => control.abort(reason), null);
  }

  sent(bytes: number, total: number): void {
    this.#handler["onBodySent"]?.(bytes, total);
  }

  allSent(): void {
    this.#handler["onRequestSent"]?.();
  }

  head(status: number, fields: Fields, statusText: string): void {
    this.#handler["onResponseStarted"]?.();
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

  started(control: Control): void {
    this.#controller = control;
    this.#handler["onRequestStart"]?.(control, {});
  }

  sent(bytes: number, total: number): void {
    this.#handler["onBodySent"]?.(bytes, total);
  }

  allSent(): void {
    this.#handler["onRequestSent"]?.();
  }

  head(status: number, fields: Fields, statusText: string): void {
    this.#handler["onResponseStarted"]?.();
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

function recordOf(fields: Fields): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = {};
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    const known = record[lower];
    if (known === undefined) record[lower] = value;
    else if (Array.isArray(known)) known.push(value);
    else record[lower] = [known, value];
  }
  return record;
}

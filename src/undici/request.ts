/** `dispatcher.request()`: the response of a dispatch as a stream. */
import type { Buffer } from "node:buffer";
import type { Readable } from "node:stream";
import { readableForCaller } from "../errors/readable-for-caller.js";
import { AbortBySignal } from "./abort-by-signal.js";
import { DispatcherBody } from "./body.js";
import type { Dispatch } from "./dispatch.js";
import { aborted, invalidArgument } from "./errors.js";
import type { Control } from "./handlers.js";
import type { DispatchOptions } from "./message.js";

/** Options of `dispatcher.request()`. */
export interface RequestOptions extends DispatchOptions {
  /**
   * Ends the request and the body: an AbortSignal, or an emitter of "abort". The type is undici's, which is as wide.
   */
  signal?: unknown;
  /** Comes back with the response. */
  opaque?: unknown;
  /** `"raw"`: the headers come as a list of names and values by turns, as received. */
  responseHeaders?: "raw" | null | undefined;
  /** Of the body, in bytes. @default that of Node.js's streams */
  highWaterMark?: number | undefined;
}

/** What `dispatcher.request()` resolves with. */
export interface DispatcherResponse {
  readonly statusCode: number;
  readonly statusText: string;
  readonly headers: Fields;
  /** Filled when the body has ended. */
  readonly trailers: Record<string, string>;
  readonly body: DispatcherBody;
  // oxlint-disable-next-line typescript/no-explicit-any -- what the caller gave
  readonly opaque: any;
  /** What interceptors tell of the request: that of redirects, its `history`. */
  readonly context: object;
}

/** Header fields by their names in lower case. */
export type Fields = Record<string, string | string[]>;

/** @internal */
export function requestBy(
  dispatch: Dispatch,
  { signal, opaque = null, responseHeaders, highWaterMark, ...options }: RequestOptions,
  started?: (control: Control) => void,
): Promise<DispatcherResponse> {
  return new Promise((resolve, reject) => {
    refuseThrowOnError(options);
    let body: DispatcherBody | null = null;
    let context: object = {};
    const trailers: Record<string, string> = {};
    const abortion = new AbortBySignal(signal);
    dispatch(options, {
      onRequestStart(control: Control, given: object | null): void {
        context = given ?? context;
        started?.(control);
        abortion.watch(control);
      },
      onResponseStart(control: RecordControl, statusCode: number, fields: Fields, statusText: string): void {
        const headers = responseHeaders === "raw" ? rawHeadersOf(control) : fields;
        if (statusCode < 200) return void options.onInfo?.({ statusCode, headers });
        const stream = {
          read: () => control.resume(),
          destroy(this: Readable, error: Error | null, done: (error: Error | null) => void) {
            if (!this.readableEnded) control.abort(error ?? aborted());
            done(error);
          },
          ...(highWaterMark === undefined ? {} : { highWaterMark }),
        };
        const type = [fields["content-type"]].flat()[0] ?? "";
        body = readableForCaller(new DispatcherBody(stream, type), (signal ?? null) as AbortSignal | null);
        resolve({ statusCode, statusText, headers, trailers, body, opaque, context });
      },
      onResponseData(control: Control, chunk: Buffer): void {
        if (body?.push(chunk) === false) control.pause();
      },
      onResponseEnd(_control: Control, given: Fields): void {
        abortion.release();
        Object.defineProperties(trailers, Object.getOwnPropertyDescriptors(given));
        body?.push(null);
      },
      onResponseError(_control: Control, error: Error): void {
        abortion.release();
        if (body === null) reject(error);
        // nobody may have asked for the body: without a listener its error would end the process
        else body.on("error", () => undefined).destroy(error);
      },
    });
  });
}

/** With the head as received. */
interface RecordControl extends Control {
  readonly rawHeaders?: readonly Buffer[];
}

/** undici's types have no type for them. */
function rawHeadersOf({ rawHeaders = [] }: RecordControl): Fields {
  return rawHeaders.map((one) => one.toString("latin1")) as unknown as Fields;
}

/** undici 6 has it; without its effect, a program would take an error for an answer. @internal */
export function refuseThrowOnError(options: object): void {
  if (!(options as { throwOnError?: unknown }).throwOnError) return;
  throw invalidArgument("throwOnError is not supported, use the responseError interceptor");
}

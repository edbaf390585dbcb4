/** `dispatcher.request()`: the response of a dispatch as a stream. */
import type { Buffer } from "node:buffer";
import { readableForCaller } from "../errors/readable-for-caller.js";
import { AbortBySignal } from "./abort-by-signal.js";
import { DispatcherBody } from "./body.js";
import type { Dispatch } from "./dispatch.js";
import { aborted } from "./errors.js";
import type { Control } from "./handlers.js";
import type { DispatchOptions } from "./message.js";

/** Options of `dispatcher.request()`. */
export interface RequestOptions extends DispatchOptions {
  /** Ends the request and the body: an AbortSignal, or an emitter of "abort". undici declares it as wide. */
  signal?: unknown;
  /** Comes back with the response. */
  opaque?: unknown;
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
  /** Empty: no interceptor of this package fills it. */
  readonly context: object;
}

/** Header fields by their names in lower case. */
export type Fields = Record<string, string | string[]>;

/** @internal */
export function requestBy(
  dispatch: Dispatch,
  { signal, opaque, ...options }: RequestOptions,
  started?: (control: Control) => void,
): Promise<DispatcherResponse> {
  return new Promise((resolve, reject) => {
    let body: DispatcherBody | null = null;
    const trailers: Record<string, string> = {};
    const abortion = new AbortBySignal(signal);
    dispatch(options, {
      onRequestStart(control: Control): void {
        started?.(control);
        abortion.watch(control);
      },
      onResponseStart(control: Control, statusCode: number, headers: Fields, statusText: string): void {
        if (statusCode < 200) return;
        body = readableForCaller(
          new DispatcherBody({
            read: () => control.resume(),
            destroy(error, done) {
              if (!this.readableEnded) control.abort(error ?? aborted());
              done(error);
            },
          }),
          (signal ?? null) as AbortSignal | null,
        );
        resolve({ statusCode, statusText, headers, trailers, body, opaque, context: {} });
      },
      onResponseData(control: Control, chunk: Buffer): void {
        if (body?.push(chunk) === false) control.pause();
      },
      onResponseEnd(_control: Control, given: Fields): void {
        abortion.release();
        Object.assign(trailers, given);
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

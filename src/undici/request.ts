/** `dispatcher.request()`: the response of a dispatch as a stream. */
import type { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { arrayBuffer, blob, json, text } from "node:stream/consumers";
import { adoptSignal } from "../platform/adopt-signal.js";
import type { AbortSignalLike } from "../platform/web-types.js";
import type { Dispatch } from "./dispatch.js";
import { aborted } from "./errors.js";
import type { Control } from "./handlers.js";
import type { DispatchOptions } from "./message.js";

/** Options of `dispatcher.request()`. */
export interface RequestOptions extends DispatchOptions {
  signal?: AbortSignalLike | null | undefined;
  /** Comes back with the response. */
  opaque?: unknown;
}

/** The body of a response: a stream that is read once, piece by piece or as a whole. */
export class DispatcherBody extends Readable {
  text(): Promise<string> {
    return text(this);
  }

  json(): Promise<unknown> {
    return json(this);
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return arrayBuffer(this);
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await arrayBuffer(this));
  }

  blob(): Promise<Blob> {
    return blob(this) as Promise<Blob>;
  }
}

/** What `dispatcher.request()` resolves with. */
export interface DispatcherResponse {
  readonly statusCode: number;
  readonly statusText: string;
  readonly headers: Record<string, string | string[]>;
  /** Filled when the body has ended. */
  readonly trailers: Record<string, string | string[]>;
  readonly body: DispatcherBody;
  readonly opaque: unknown;
}

type Fields = Record<string, string | string[]>;

/** @internal */
export function requestBy(
  dispatch: Dispatch,
  { signal, opaque, ...options }: RequestOptions,
): Promise<DispatcherResponse> {
  return new Promise((resolve, reject) => {
    let body: DispatcherBody | null = null;
    const trailers: Fields = {};
    const abortSignal = adoptSignal(signal);
    let abort: (() => void) | null = null;
    const ended = (): void => {
      if (abort !== null) abortSignal?.removeEventListener("abort", abort);
    };
    dispatch(options, {
      onRequestStart(control: Control): void {
        abort = () => control.abort((abortSignal?.reason as Error | undefined) ?? aborted());
        if (abortSignal?.aborted) abort();
        else abortSignal?.addEventListener("abort", abort);
      },
      onResponseStart(control: Control, statusCode: number, headers: Fields, statusText: string): void {
        if (statusCode < 200) return;
        body = new DispatcherBody({
          read: () => control.resume(),
          destroy(error, done) {
            if (!this.readableEnded) control.abort(error ?? aborted());
            done(error);
          },
        });
        resolve({ statusCode, statusText, headers, trailers, body, opaque });
      },
      onResponseData(control: Control, chunk: Buffer): void {
        if (body?.push(chunk) === false) control.pause();
      },
      onResponseEnd(_control: Control, given: Fields): void {
        ended();
        Object.assign(trailers, given);
        body?.push(null);
      },
      onResponseError(_control: Control, error: Error): void {
        ended();
        if (body === null) reject(error);
        else body.destroy(error);
      },
    });
  });
}

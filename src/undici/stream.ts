/** `dispatcher.stream()`: the body of a response into a stream of the caller. */
import type { Buffer } from "node:buffer";
import { type Writable, finished } from "node:stream";
import { AbortBySignal } from "./abort-by-signal.js";
import type { Dispatch } from "./dispatch.js";
import { aborted, invalidArgument, invalidReturn } from "./errors.js";
import type { Control } from "./handlers.js";
import { type Fields, type RequestOptions, refuseThrowOnError } from "./request.js";

/** The head of a response, for the one who makes the stream of its body. */
export interface StreamHead {
  readonly statusCode: number;
  readonly headers: Fields;
  // oxlint-disable-next-line typescript/no-explicit-any -- what the caller gave
  readonly opaque: any;
  /** What interceptors tell of the request: that of redirects, its `history`. */
  readonly context: object;
}

/** Makes the stream that the body goes into. */
export type StreamFactory = (head: StreamHead) => Writable;

/** What `dispatcher.stream()` resolves with. */
export interface StreamEnd {
  // oxlint-disable-next-line typescript/no-explicit-any -- what the caller gave
  readonly opaque: any;
  readonly trailers: Record<string, string>;
}

/** Resolves when the stream has taken everything. @internal */
export function streamBy(
  dispatch: Dispatch,
  { signal, opaque = null, ...options }: RequestOptions,
  factory: StreamFactory,
): Promise<StreamEnd> {
  return new Promise((resolve, reject) => {
    if (typeof factory !== "function") throw invalidArgument("invalid factory");
    refuseThrowOnError(options);
    let context: object = {};
    const abortion = new AbortBySignal(signal);
    const trailers: Record<string, string> = {};
    let stream: Writable | null = null;
    let isComplete = false;
    dispatch(options, {
      onRequestStart(control: Control, given: object | null): void {
        context = given ?? context;
        abortion.watch(control);
      },
      onResponseStart(control: Control, statusCode: number, headers: Fields): void {
        if (statusCode < 200) return void options.onInfo?.({ statusCode, headers });
        const made = factory({ statusCode, headers, opaque, context });
        if (typeof made?.write !== "function" || typeof made.end !== "function") {
          throw invalidReturn("a Writable");
        }
        stream = made;
        stream.on("drain", () => control.resume());
        finished(stream, { readable: false }, (error) => {
          if (isComplete && !error) return resolve({ opaque, trailers });
          // a stream that ends before the body has no use for the rest
          const reason = error ?? aborted();
          control.abort(reason);
          reject(reason);
        });
      },
      onResponseData(control: Control, chunk: Buffer): void {
        if (stream?.write(chunk) === false) control.pause();
      },
      onResponseEnd(_control: Control, given: Fields): void {
        abortion.release();
        Object.defineProperties(trailers, Object.getOwnPropertyDescriptors(given));
        isComplete = true;
        stream?.end();
      },
      onResponseError(_control: Control, error: Error): void {
        abortion.release();
        reject(error);
        stream?.destroy(error);
      },
    });
  });
}

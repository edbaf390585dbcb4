/**
 * Options of a call about its message, besides head and body: trailers, an expectation, interim responses and progress. They are
 * also extensions of the request, so that every repetition of it has them.
 */
import { wrongType } from "../platform/argument-error.js";
import { isCallable } from "../platform/callable.js";
import { checkNumber } from "../platform/number-argument.js";
import { kindOf } from "../platform/record.js";
import type { ProgressListener } from "../body/progress.js";
import type { Headers, HeadersInit } from "../headers/headers.js";
import { checkTrailers, type TrailersInit } from "./trailers.js";

/** An interim response (RFC 9110, 15.2). */
export interface InformationalResponse {
  /** 100 to 199, except 101. */
  readonly statusCode: number;
  readonly headers: Headers;
}

/** Options of a call about its message. */
export interface MessageOptions {
  /**
   * Fields that follow the body (RFC 9110, 6.5), or a function that is called when all of the body has been sent. The
   * body is sent chunked.
   *
   * @throws LocalProtocolError with code `ERR_FORBIDDEN_TRAILER` for fields that cannot be trailers, such as `Host`.
   */
  trailers?: TrailersInit | null | undefined;
  /**
   * Sends `Expect: 100-continue`, and the body only when the server asks for it, or after so many milliseconds; `true`:
   * 1,000. A final response before that, such as 417, is returned, and the body is neither read nor sent. A request without
   * a body expects nothing.
   *
   * @default false
   */
  expectContinue?: boolean | number | null | undefined;
  /**
   * Called with each interim response, such as 103 (Early Hints), before the call settles. If it throws, the call fails
   * with that exception.
   */
  onInformational?: ((response: InformationalResponse) => void) | null | undefined;
  /**
   * Called while the body is sent, at most ten times a second, and when the connection has taken its last byte. A
   * redirect, a retry or an authentication that sends the body again begins again at 0. If it throws, the call fails with
   * that exception.
   *
   * @example
   * await client.put("/uploads/7", {
   *   content: createReadStream("film.mp4"),
   *   onUploadProgress: ({ percent }) => console.log(`${percent?.toFixed(0)} %`),
   * });
   */
  onUploadProgress?: ProgressListener | null | undefined;
  /**
   * Called while the body of the response is read, at most ten times a second, and at its end. It does not hear of the
   * bodies of redirects that are followed and of challenges that are answered; a retry begins again at 0. If it throws,
   * the call, or the reading of a streamed body, fails with that exception.
   */
  onDownloadProgress?: ProgressListener | null | undefined;
}

/** How long a body waits for a 100 (Continue) by default, in milliseconds. */
const EXPECTED_WITHIN = 1000;

/** The value of {@link MessageOptions.trailers}. @internal @throws TypeError, LocalProtocolError */
export function areTrailers(value: unknown, name: string): void {
  if (value !== null) checkTrailers(value, name);
}

/** The value of {@link MessageOptions.expectContinue}. @internal @throws TypeError, RangeError */
export function anExpectation(value: unknown, name: string): void {
  if (value === null || typeof value === "boolean") return;
  const demand = `${name} must be true, false or a positive number of milliseconds`;
  checkNumber(value, demand, (time) => time > 0 && Number.isFinite(time));
}

/** The value of {@link MessageOptions.onInformational}. @internal @throws TypeError */
export function aListener(value: unknown, name: string): void {
  if (value === null || isCallable(value)) return;
  throw wrongType(`${name} must be a function, not ${kindOf(value)}.`);
}

/** The milliseconds that a body waits for a 100 (Continue); null if it does not. @internal @throws TypeError, RangeError */
export function expectationOf({ expectContinue = false }: MessageOptions): number | null {
  anExpectation(expectContinue, "expectContinue");
  if (expectContinue === null || expectContinue === false) return null;
  return expectContinue === true ? EXPECTED_WITHIN : expectContinue;
}

/** What is called when the body has been sent; null if the request has no trailers. @internal */
export function trailersOf({
  trailers = null,
}: MessageOptions): (() => HeadersInit | Promise<HeadersInit>) | null {
  return trailers === null || typeof trailers === "function" ? trailers : () => trailers;
}

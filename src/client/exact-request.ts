/** A request for interfaces whose callers have prepared it wholly: signed, for example. Nothing of it is changed. */
import type { ContentTypes } from "../body/encode/encode.js";
import type { Timeout, TimeoutTypes } from "../config/timeout.js";
import { Headers } from "../headers/headers.js";
import type { TraceListener } from "../request/extensions.js";
import { Request } from "../request/request.js";

/** @internal */
export interface ExactRequest {
  readonly method: string;
  /** `https://example.org:8443` */
  readonly origin: string;
  /** Path and query as they go on the request line: `/a//b/../c` stays as it is. */
  readonly target: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: unknown;
  readonly timeout?: TimeoutTypes | Timeout | undefined;
  readonly trace?: TraceListener | undefined;
}

/** What a recipient strips (RFC 9110, 5.5). A line break is none of it: a value with one is refused. */
const PADDING = /^[ \t]+|(?<![ \t])[ \t]+$/g;
const EXPECTATION = "100-continue";

/**
 * Host and the length of the body are added if the fields lack them, and nothing else. The body waits for a 100 (Continue) that the fields expect.
 *
 * @throws LocalProtocolError, InvalidURL, TypeError
 * @internal
 */
export function exactRequest({
  method,
  origin,
  target,
  fields,
  content,
  timeout,
  trace,
}: ExactRequest): Request {
  const path = target.startsWith("/") ? target : "/";
  const request = new Request(method, `${origin}${path}`, {
    headers: new Headers(fields.map(([name, value]): [string, string] => [name, value.replace(PADDING, "")])),
    content: content as ContentTypes,
  });
  // each of them makes the way to the engine longer
  if (target !== "" && target !== request.parsedURL.path) request.extensions.target = target;
  if (timeout !== undefined) request.extensions.timeout = timeout;
  if (trace !== undefined) request.extensions.trace = trace;
  if (request.headers.get("expect")?.toLowerCase() === EXPECTATION) request.extensions.expectContinue = true;
  return request;
}

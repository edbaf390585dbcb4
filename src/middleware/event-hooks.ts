/**
 * Event hooks: the caller's functions for every single request and response, including each one of a redirect chain and
 * of an authentication flow.
 */
import { wrongType } from "../platform/argument-error.js";
import { isCallable } from "../platform/callable.js";
import { kindOf } from "../platform/record.js";
import { type OptionList, checkOptions, optionList } from "../config/options.js";
import type { RequestError } from "../errors/request-error.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";

/**
 * Called right before a request is sent, with its final headers, which the hook may change. Its result is awaited and
 * ignored.
 */
export type RequestHook = (request: Request) => unknown;

/**
 * Called when the head of a response has arrived, before its body is read. A hook that needs the body calls
 * `await response.aread()`. Its result is awaited and ignored, as in `(response) => response.raiseForStatus()`.
 */
export type ResponseHook = (response: Response) => unknown;

/**
 * Called once for each single request that gets no usable answer: no response, or a body that breaks off, whether the client or
 * the program reads it. It runs before retries, redirects and authentication decide what follows.
 *
 * `response` is null before its head. The result is awaited and ignored. An exception replaces the error, which becomes its
 * `cause` unless it has one.
 *
 * An abort, and the exception of a generator, an application or a transport, are no `RequestError`: the hook gets one with code
 * `ERR_ABORTED` or `ERR_FUNCTION_FAILED`, whose `cause` is what the call rejects with. An aborted call or body does not wait for
 * hooks that take longer than a turn of the event loop, nor does one whose total timeout is over or whose client is closed.
 *
 * Not called: for an exception of a request or response hook, such as an error status that it raises; for a call that fails
 * before its request hooks (invalid arguments, a signal that is already aborted, a closed client), or between two requests (an
 * auth flow that throws, too many redirects); when the program closes a body, or leaves its iterator; and for what the program
 * makes of a body (`json()`, lines of JSON, events).
 *
 * @example
 * client.eventHooks.error.push((error, request) => log.warn(error.code, request.url.pathname, error.cause));
 */
export type ErrorHook = (error: RequestError, request: Request, response: Response | null) => unknown;

/**
 * The hooks of a client, each list called in order. A hook that throws ends the call with its exception and closes the
 * response.
 */
export interface EventHooks {
  request: RequestHook[];
  response: ResponseHook[];
  error: ErrorHook[];
}

/** The sources of {@link EventHooks}. */
export interface EventHooksInit {
  request?: Iterable<RequestHook> | null | undefined;
  response?: Iterable<ResponseHook> | null | undefined;
  error?: Iterable<ErrorHook> | null | undefined;
}

const hookOptions: OptionList = optionList<EventHooksInit>(
  "eventHooks",
  { request: null, response: null, error: null },
  {
    advice: {
      afterResponse: "did you mean response",
      beforeError: "did you mean error",
      beforeRequest: "did you mean request",
      onError: "did you mean error",
      onRequest: "did you mean request",
      onResponse: "did you mean response",
    },
  },
);

/** Whether there are any hooks. @internal */
export function hasHooks({ request, response, error }: EventHooks): boolean {
  return request.length > 0 || response.length > 0 || error.length > 0;
}

/** @internal Copies the lists, so that the client does not share the caller's. @throws TypeError */
export function eventHooksOf(hooks: EventHooksInit | null | undefined): EventHooks {
  // a function or a list has none of the fields: without this check it would be accepted, and never be called
  if ((typeof hooks !== "object" && hooks !== undefined) || Array.isArray(hooks)) {
    const seen = Array.isArray(hooks) ? "an array" : typeof hooks;
    throw wrongType(`eventHooks must be an object with lists of functions, not ${seen}.`);
  }
  if (hooks !== undefined && hooks !== null) checkOptions(hooks, hookOptions);
  return {
    request: listOf(hooks?.request, "request"),
    response: listOf(hooks?.response, "response"),
    error: listOf(hooks?.error, "error"),
  };
}

function listOf<T>(hooks: Iterable<T> | null | undefined, event: string): T[] {
  if (hooks !== undefined && hooks !== null && typeof hooks[Symbol.iterator] !== "function") {
    throw wrongType(`The ${event} hooks must be a list of functions, not ${kindOf(hooks)}.`);
  }
  const list = [...(hooks ?? [])];
  for (const hook of list) {
    if (!isCallable(hook)) throw wrongType(`The ${event} hooks must be functions, not ${kindOf(hook)}.`);
  }
  return list;
}

/**
 * Event hooks: functions of the caller that see every single request and response, each hop of a redirect and of an
 * authentication flow too.
 */
import { type OptionList, checkOptions, optionList } from "../config/options.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";

/**
 * Called right before a request goes out, with its final headers, which it may change. What it returns is awaited, and
 * does not count.
 */
export type RequestHook = (request: Request) => unknown;

/**
 * Called when a response has come, before its body is read: `await response.aread()` for hooks that look into it. What
 * it returns is awaited, and does not count: `(response) => response.raiseForStatus()`.
 */
export type ResponseHook = (response: Response) => unknown;

/** What is called when, in order. One that throws ends the call with its error, and closes the response. */
export interface EventHooks {
  request: RequestHook[];
  response: ResponseHook[];
}

/** What {@link EventHooks} can be made from. */
export interface EventHooksInit {
  request?: Iterable<RequestHook> | null | undefined;
  response?: Iterable<ResponseHook> | null | undefined;
}

const hookOptions: OptionList = optionList<EventHooksInit>(
  "eventHooks",
  { request: null, response: null },
  {
    planned: ["error"],
    advice: {
      afterResponse: "did you mean response",
      beforeError: "did you mean error, which is not available yet",
      beforeRequest: "did you mean request",
      onRequest: "did you mean request",
      onResponse: "did you mean response",
    },
  },
);

/** @internal Lists of their own, so that the caller's are not shared. @throws TypeError */
export function eventHooksOf(hooks: EventHooksInit | null | undefined): EventHooks {
  // a function or a list by itself would be no error otherwise, and never be called
  if ((typeof hooks !== "object" && hooks !== undefined) || Array.isArray(hooks)) {
    const seen = Array.isArray(hooks) ? "an array" : typeof hooks;
    throw new TypeError(`eventHooks must be an object with lists of functions, not ${seen}.`);
  }
  if (hooks !== undefined && hooks !== null) checkOptions(hooks, hookOptions);
  return { request: listOf(hooks?.request, "request"), response: listOf(hooks?.response, "response") };
}

function listOf<T>(hooks: Iterable<T> | null | undefined, event: string): T[] {
  if (hooks !== undefined && hooks !== null && typeof hooks[Symbol.iterator] !== "function") {
    throw new TypeError(`The ${event} hooks must be a list of functions, not ${typeof hooks}.`);
  }
  const list = [...(hooks ?? [])];
  for (const hook of list) {
    if (typeof hook !== "function") {
      throw new TypeError(`A ${event} hook must be a function, not ${hook === null ? "null" : typeof hook}.`);
    }
  }
  return list;
}

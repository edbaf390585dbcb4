/** What a mock has seen: each request as it was when it came, by which route it was answered, and how. */
import { Request } from "../../request.js";
import type { Response } from "../../response.js";
import type { MockRoute } from "./route.js";

/** One request that came to a `MockTransport`, and what became of it. */
export interface MockCall {
  /** A copy of the request, its body read: what is changed later, by an auth flow say, does not change this. */
  readonly request: Request;
  /** The route that answered; null if none matched. */
  readonly route: MockRoute | null;
  /** Null until there is one, and if there was an error instead. */
  readonly response: Response | null;
  /** What was thrown instead of a response. */
  readonly error: unknown;
}

/** Notes a call, and has `answer` answer it. @internal */
export async function noted(
  logs: readonly MockCall[][],
  request: Request,
  route: MockRoute | null,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  const call: { -readonly [Key in keyof MockCall]: MockCall[Key] } = {
    request: copyOf(request),
    route,
    response: null,
    error: undefined,
  };
  for (const log of logs) log.push(call);
  try {
    return (call.response = await answer());
  } catch (error) {
    call.error = error;
    throw error;
  }
}

function copyOf(request: Request): Request {
  const { method, target, headerBlock: lines, body } = request;
  return new Request({ method, target, lines, body, timeout: null, extensions: { ...request.extensions } });
}

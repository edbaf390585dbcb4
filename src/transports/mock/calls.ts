/**
 * The calls of a mock or of one of its routes: each request as it arrived, and its outcome. A route is itself a record of
 * calls, so this file takes its type as a parameter.
 */
import { Request } from "../../request/request.js";
import type { Response } from "../../response/response.js";
import { MockError } from "./mock-error.js";
import { callList } from "./report.js";

/** One request to a `MockTransport`, and its outcome. */
export interface RecordedCall<Route> {
  /** A copy of the request with its body read; later changes, for example by an auth flow, do not affect it. */
  readonly request: Request;
  /** The route that answered; null if none matched. */
  readonly route: Route | null;
  /** Null until there is one, and after an error. */
  readonly response: Response | null;
  /** The error thrown instead of a response. */
  readonly error: unknown;
}

/** The calls that a {@link MockTransport} and each of its routes have received. */
export abstract class RecordedCalls<Route> {
  #calls: RecordedCall<Route>[] = [];

  /** Every request received, oldest first. */
  get calls(): readonly RecordedCall<Route>[] {
    return this.#calls;
  }

  get callCount(): number {
    return this.#calls.length;
  }

  get called(): boolean {
    return this.#calls.length > 0;
  }

  /**
   * @param times the exact number of calls; without it, at least one.
   * @throws MockError otherwise, with the requests received.
   */
  assertCalled(times?: number): void {
    const { callCount } = this;
    if (times === undefined ? callCount > 0 : callCount === times) return;
    const counted = `${this.toString()} was called ${countOf(callCount)}`;
    const message = times === undefined ? counted : `${counted}, not ${countOf(times)}`;
    throw new MockError(`${message}${callList(this.#calls)}`, { code: "ERR_MOCK_ASSERTION" });
  }

  /** Its name in messages. */
  abstract toString(): string;

  /** @internal */
  note(call: RecordedCall<Route>): void {
    this.#calls.push(call);
  }

  /** Forgets all calls. */
  reset(): void {
    this.#calls = [];
  }
}

/** Records a call, and lets `answer` answer it. @internal */
export async function noted<Route>(
  logs: readonly RecordedCalls<Route>[],
  request: Request,
  route: Route | null,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  const call: { -readonly [Key in keyof RecordedCall<Route>]: RecordedCall<Route>[Key] } = {
    request: copyOf(request),
    route,
    response: null,
    error: undefined,
  };
  for (const log of logs) log.note(call);
  try {
    return (call.response = await answer());
  } catch (error) {
    call.error = error;
    throw error;
  }
}

function copyOf(request: Request): Request {
  const { method, parsedURL: url, headerBlock: lines, body } = request;
  return new Request({ method, url, lines, body, timeout: null, extensions: { ...request.extensions } });
}

function countOf(times: number): string {
  return times === 1 ? "once" : `${times} times`;
}

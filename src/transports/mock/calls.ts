/** What has been called, of a mock or of one of its routes: each request as it was when it came, and what became of it. */
import { Request } from "../../request/request.js";
import type { Response } from "../../response/response.js";
import { MockError } from "./mock-error.js";
import { callList } from "./report.js";
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

/** What a {@link MockTransport} and each {@link MockRoute} tell of the requests that came to them. */
export abstract class MockCalls {
  #calls: MockCall[] = [];

  /** Every request that came here, oldest first. */
  get calls(): readonly MockCall[] {
    return this.#calls;
  }

  get callCount(): number {
    return this.#calls.length;
  }

  get called(): boolean {
    return this.#calls.length > 0;
  }

  /**
   * @param times how often exactly; without it: at least once.
   * @throws MockError if it was not, with what came instead.
   */
  assertCalled(times?: number): void {
    const { callCount } = this;
    if (times === undefined ? callCount > 0 : callCount === times) return;
    const counted = `${this.toString()} was called ${countOf(callCount)}`;
    const message = times === undefined ? counted : `${counted}, not ${countOf(times)}`;
    throw new MockError(`${message}${callList(this.#calls)}`, { code: "ERR_MOCK_ASSERTION" });
  }

  /** What it is called in messages. */
  abstract toString(): string;

  /** @internal */
  note(call: MockCall): void {
    this.#calls.push(call);
  }

  /** As if nothing had come yet. */
  reset(): void {
    this.#calls = [];
  }
}

/** Notes a call, and has `answer` answer it. @internal */
export async function noted(
  logs: readonly MockCalls[],
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
  for (const log of logs) log.note(call);
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

function countOf(times: number): string {
  return times === 1 ? "once" : `${times} times`;
}

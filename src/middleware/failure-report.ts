/** Tells the error hooks that a single request failed: once, whoever finds it out first. */
import { isAbout } from "../errors/about-request.js";
import { failureForHooks } from "../errors/failure-for-hooks.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { isThenable } from "../platform/thenable.js";
import { type CallEnds, whileCallLasts } from "../transports/call-end.js";
import type { EventHooks } from "./event-hooks.js";
import type { Call } from "./middleware.js";

/** Of requests with a response, for the steps around the hooks: a redirect can fail after the response hooks. */
const reports = new WeakMap<Response, FailureReport>();

/** @internal */
export class FailureReport {
  readonly #hooks: EventHooks;
  readonly #request: Request;
  readonly #call: Call;
  readonly #ends: CallEnds;
  #response: Response | null = null;
  #isMade = false;

  constructor(hooks: EventHooks, request: Request, call: Call, ends: CallEnds) {
    this.#hooks = hooks;
    this.#request = request;
    this.#call = call;
    // the call itself leaves hooks alone that an abort overtakes
    this.#ends = { ...ends, signal: null };
  }

  /** The head of the response is here. Its body may still break off, whoever reads it. */
  answered(response: Response): void {
    this.#response = response;
    reports.set(response, this);
    response.streamed?.whenBroken((error) => this.failed(error));
  }

  /** @throws the exception of a hook, whose `cause` is then `error`. */
  async failed(error: unknown): Promise<void> {
    if (this.#isMade) return;
    this.#isMade = true;
    const request = this.#request;
    const { attempt, signal } = this.#call;
    if (isAbout(error, request)) error.attempt = Math.max(error.attempt, attempt);
    const { error: hooks } = this.#hooks;
    if (hooks.length === 0) return;
    const response = this.#response;
    const failure = failureForHooks(error, { request, response, signal });
    failure.attempt = Math.max(failure.attempt, attempt);
    try {
      for (const hook of hooks) {
        const told = hook(failure, request, response);
        if (isThenable(told)) await whileCallLasts(told, this.#ends);
      }
    } catch (exception) {
      throw causedBy(exception, error);
    }
  }
}

/** Tells the error hooks that the single request of `response` failed after all. @internal */
export async function reportFailure(response: Response, error: unknown): Promise<void> {
  await reports.get(response)?.failed(error);
}

/** Exceptions that had no cause of their own. A hook may throw one again for another error. */
const withoutCause = new WeakSet<Error>();

/** Keeps the error that an exception replaces. A cause that the hook gave stays; a frozen exception has none. */
function causedBy(exception: unknown, cause: unknown): unknown {
  if (!(exception instanceof Error) || exception === cause) return exception;
  if (Object.hasOwn(exception, "cause") && !withoutCause.has(exception)) return exception;
  withoutCause.add(exception);
  Reflect.defineProperty(exception, "cause", { value: cause, writable: true, configurable: true });
  return exception;
}

/** Authentication by a function that changes each request or returns another one. */
import { surplusArgument, wrongResult, wrongType } from "../platform/argument-error.js";
import { isCallable } from "../platform/callable.js";
import { kindOf } from "../platform/record.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { Auth } from "./auth.js";

/**
 * Sends the request that a function returns. `auth: (request) => …` is short for it.
 *
 * @example
 * const auth = new FunctionAuth((request) => {
 *   request.headers.set("X-Signature", sign(request.method, request.url));
 *   return request;
 * });
 */
export class FunctionAuth extends Auth {
  readonly #make: (request: Request) => Request | Promise<Request>;

  /** @throws TypeError if it is not a function. */
  constructor(fn: (request: Request) => Request | Promise<Request>) {
    super();
    if (arguments.length > 1) throw surplusArgument("FunctionAuth", "a function");
    if (!isCallable(fn)) throw wrongType("FunctionAuth needs a function");
    this.#make = fn;
  }

  /** @throws TypeError if the function returns no request. */
  async *authFlow(request: Request): AsyncGenerator<Request, void, Response> {
    const made: unknown = await this.#make(request);
    if (typeof made !== "object" || made === null) {
      throw wrongResult(`An auth function must return the request to be sent, not ${kindOf(made)}.`);
    }
    yield made as Request;
  }

  /** @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `<FunctionAuth(${this.#make.name || "anonymous"})>`;
  }
}

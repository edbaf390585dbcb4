/** The replies of a route: some that are used once each, in order, and a lasting one. */
import { wrongResult, wrongType } from "../../platform/argument-error.js";
import { checkNumber } from "../../platform/number-argument.js";
import { type OptionList, checkOptions } from "../../config/options.js";
import { HTTPError } from "../../errors/http-error.js";
import type { Request } from "../../request/request.js";
import { Response, type ResponseInitOptions, responseInitOptions } from "../../response/response.js";
import type { AsyncTransport, TransportOptions } from "../transport.js";
import { checkDelay, delayed } from "./delay.js";

/** The content of a reply besides its status. */
export interface MockReplyInit extends ResponseInitOptions {
  /** Milliseconds until the response arrives; they count towards the request's timeouts `read`, `total`. @default 0 */
  delay?: number | undefined;
}

/** Makes the response to a request, whose body has been read. `params` has the values of `/:name` in the URL. */
export type MockReplier<Names extends string = string> = (
  request: Request,
  params: Readonly<Record<Names, string>>,
) => Response | Promise<Response>;

/** An error, or a function that makes a new one for each request. */
export type MockFailure = Error | ((request: Request) => Error | Promise<Error>);

const replyOptions: OptionList = {
  ...responseInitOptions,
  taker: "a reply",
  checks: new Map([...responseInitOptions.checks, ["delay", null]]),
};

/** One reply. @internal */
export type Reply = (
  request: Request,
  params: Record<string, string>,
  options: TransportOptions,
) => Response | Promise<Response>;

/** @internal */
export class Replies {
  readonly #once: Reply[] = [];
  #lasting: Reply | null = null;
  #used = 0;

  addOnce(reply: Reply): void {
    this.#once.push(reply);
  }

  /** Replaces the previous lasting reply. */
  stay(reply: Reply): void {
    this.#lasting = reply;
  }

  /** The number of unused single replies. */
  get left(): number {
    return this.#once.length - this.#used;
  }

  get isUsedUp(): boolean {
    return this.#once.length > 0 && this.left === 0 && this.#lasting === null;
  }

  /** The next reply. A route without any replies with 200 and no content. */
  take(): Reply {
    if (this.left > 0) return this.#once[this.#used++]!;
    return this.#lasting ?? (() => new Response(200));
  }

  reset(): void {
    this.#used = 0;
  }
}

function isStatus(code: number): boolean {
  return Number.isInteger(code) && code >= 100 && code <= 999;
}

/** @internal @throws TypeError, RangeError for an invalid status or delay. */
export function madeReply(statusCode: number, options: MockReplyInit): Reply {
  checkOptions(options, replyOptions);
  const { delay = 0, ...init } = options;
  checkNumber(statusCode, "A status must be a whole number from 100 to 999", isStatus);
  checkDelay(delay);
  return async (request, _params, options) => {
    if (delay > 0) await delayed(delay, request, options);
    return new Response(statusCode, init);
  };
}

/** @internal @throws TypeError if it is neither an error nor a function. */
export function failingReply(failure: MockFailure): Reply {
  const isMaker = typeof failure === "function";
  if (isMaker ? failure.prototype instanceof Error : typeof failure !== "object" || failure === null) {
    throw wrongType("What is thrown is an error, or a function that makes one; of a class, an instance");
  }
  return async (request) => {
    const error = isMaker ? await failure(request) : failure;
    // The errors of a transport have their request.
    if (error instanceof HTTPError) error.request = request;
    if (!(error instanceof Error)) throw wrongResult("The function of throws() must return an error.");
    throw error;
  };
}

/** @internal */
export function passingReply(transport: () => AsyncTransport): Reply {
  return (request, _params, options) => transport().handleAsyncRequest(request, options);
}

/** What a route answers: some replies that are used once each, in order, and one that stays. */
import { setTimeout as pause } from "node:timers/promises";
import { HTTPError } from "../../errors/http-error.js";
import type { Request } from "../../request.js";
import { Response, type ResponseInitOptions } from "../../response.js";
import type { AsyncTransport, TransportOptions } from "../transport.js";

/** What a reply is made of besides its status. */
export interface MockReplyInit extends ResponseInitOptions {
  /** Milliseconds until the response comes. Timeouts are not watched meanwhile, but an abort is. @default 0 */
  delay?: number | undefined;
}

/** Makes the response to a request, whose body has been read. `params` are what `/:name` stands for in the URL. */
export type MockReplier<Names extends string = string> = (
  request: Request,
  params: Readonly<Record<Names, string>>,
) => Response | Promise<Response>;

/** An error, or what makes one for a request. */
export type MockFailure = Error | ((request: Request) => Error);

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

  /** In the place of the one that stayed before. */
  stay(reply: Reply): void {
    this.#lasting = reply;
  }

  /** How many are left of those that are used once. */
  get left(): number {
    return this.#once.length - this.#used;
  }

  get isUsedUp(): boolean {
    return this.#once.length > 0 && this.left === 0 && this.#lasting === null;
  }

  /** The next one. A route that was given none answers 200, without content. */
  take(): Reply {
    if (this.left > 0) return this.#once[this.#used++]!;
    return this.#lasting ?? (() => new Response(200));
  }

  reset(): void {
    this.#used = 0;
  }
}

/** @internal */
export function madeReply(statusCode: number, { delay = 0, ...init }: MockReplyInit): Reply {
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 999) {
    throw new RangeError(`A status must be a whole number from 100 to 999, not ${String(statusCode)}`);
  }
  return async (_request, _params, { signal }) => {
    if (delay > 0) {
      // Rejects with the signal's own reason, as an aborted call does.
      await pause(delay, undefined, { signal: signal ?? undefined }).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error;
      });
    }
    return new Response(statusCode, init);
  };
}

/** @internal */
export function failingReply(failure: MockFailure): Reply {
  return (request) => {
    const error = typeof failure === "function" ? failure(request) : failure;
    // What a transport throws knows its request.
    if (error instanceof HTTPError) error.request = request;
    throw error;
  };
}

/** @internal */
export function passingReply(transport: () => AsyncTransport): Reply {
  return (request, _params, options) => transport().handleAsyncRequest(request, options);
}

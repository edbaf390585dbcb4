/** One route of a mock: which requests it is for, what it answers, and what came. */
import type { Request } from "../../request/request.js";
import type { Response } from "../../response/response.js";
import type { AsyncTransport, TransportOptions } from "../transport.js";
import { MockCalls, noted } from "./calls.js";
import { checkedResponse } from "./checked-response.js";
import type { Network } from "./network.js";
import {
  type MockFailure,
  type MockReplier,
  type MockReplyInit,
  Replies,
  type Reply,
  failingReply,
  madeReply,
  passingReply,
} from "./replies.js";
import { type Conditions, type MockRouteMatch, conditionsOf } from "./request-match.js";

/**
 * Answers the requests that it matches. Made by `mock.get(…)` and the others.
 *
 * Replies that are given with `Once` are used first, one for each request, in order; then the one that stays, if there
 * is one. Without that, a route whose replies are used up matches no more. One without any reply answers 200.
 *
 * @example
 * const route = mock.get("/jobs/:id").replyOnce(503).reply((request, { id }) => new Response(200, { json: { id } }));
 */
export class MockRoute<Names extends string = string> extends MockCalls {
  readonly #conditions: Conditions;
  readonly #network: Network;
  readonly #replies = new Replies();

  /** @internal */
  constructor(match: MockRouteMatch, network: Network) {
    super();
    this.#conditions = conditionsOf(match);
    this.#network = network;
  }

  /** Answers so from now on, made anew for each request. */
  reply(statusCode: number, init?: MockReplyInit): this;
  reply(replier: MockReplier<Names>): this;
  reply(reply: number | MockReplier<Names>, init?: MockReplyInit): this {
    return this.#stay(replyOf(reply, init));
  }

  /** Answers one request so. */
  replyOnce(statusCode: number, init?: MockReplyInit): this;
  replyOnce(replier: MockReplier<Names>): this;
  replyOnce(reply: number | MockReplier<Names>, init?: MockReplyInit): this {
    return this.#addOnce(replyOf(reply, init));
  }

  /** Fails from now on, as a transport does: an `HTTPError` is told its request. */
  throws(error: MockFailure): this {
    return this.#stay(failingReply(error));
  }

  /** Fails for one request. */
  throwsOnce(error: MockFailure): this {
    return this.#addOnce(failingReply(error));
  }

  /**
   * Sends requests on from now on.
   *
   * @param transport closed with the mock. Default: the network.
   */
  passThrough(transport?: AsyncTransport): this {
    return this.#stay(passingReply(this.#network.by(transport)));
  }

  /** Method, URL and what else it asks for. */
  override toString(): string {
    return this.#conditions.text;
  }

  /** Why it does not answer `request`; null if it does. @internal */
  mismatch(request: Request): string | null {
    for (const condition of this.#conditions.all) {
      const reason = condition.mismatch(request);
      if (reason !== null) return reason;
    }
    return this.#replies.isUsedUp ? "its replies are used up" : null;
  }

  /** Which of its replies were to be used and were not; null if it was called, and none is left. @internal */
  get unused(): string | null {
    if (!this.called) return "not called";
    const { left } = this.#replies;
    return left === 0 ? null : `replies left that are used once: ${left}`;
  }

  /** @internal */
  answer(request: Request, options: TransportOptions, mock: MockCalls): Promise<Response> {
    const reply = this.#replies.take();
    const params = this.#conditions.url?.params(request) ?? {};
    return noted([mock, this], request, this, async () =>
      checkedResponse(await reply(request, params, options)),
    );
  }

  /** As if nothing had come yet: replies for single requests count again. */
  override reset(): void {
    super.reset();
    this.#replies.reset();
  }

  /** @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `<MockRoute ${this.#conditions.text}, calls: ${this.callCount}>`;
  }

  #stay(reply: Reply): this {
    this.#replies.stay(reply);
    return this;
  }

  #addOnce(reply: Reply): this {
    this.#replies.addOnce(reply);
    return this;
  }
}

function replyOf<Names extends string>(
  reply: number | MockReplier<Names>,
  init: MockReplyInit | undefined,
): Reply {
  if (typeof reply === "number") return madeReply(reply, init ?? {});
  if (typeof reply !== "function") {
    throw new TypeError("A reply is a status, or a function that makes a response");
  }
  // The names are those of the route's own URL.
  return (request, params) => reply(request, params as Record<Names, string>);
}

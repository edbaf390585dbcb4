/** One route of a mock: the requests it matches, its replies, and its calls. */
import { wrongType } from "../../platform/argument-error.js";
import { isCallable } from "../../platform/callable.js";
import type { Request } from "../../request/request.js";
import type { Response } from "../../response/response.js";
import type { AsyncTransport, TransportOptions } from "../transport.js";
import { type RecordedCall, RecordedCalls, noted } from "./calls.js";
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
 * Answers the requests that it matches. Made by `mock.get(…)` and the other methods.
 *
 * Replies given with `Once` are used first, one for each request, in order; then the lasting one, if there is one. When
 * its single replies are used up, a route without a lasting reply no longer matches. A route without any replies with 200.
 *
 * @example
 * const route = mock.get("/jobs/:id").replyOnce(503).reply((request, { id }) => new Response(200, { json: { id } }));
 */
export class MockRoute<Names extends string = string> extends RecordedCalls<MockRoute> {
  readonly #conditions: Conditions;
  readonly #network: Network;
  readonly #replies = new Replies();

  /** @internal */
  constructor(match: MockRouteMatch, network: Network) {
    super();
    this.#conditions = conditionsOf(match);
    this.#network = network;
  }

  /** Sets the lasting reply, made anew for each request. */
  reply(statusCode: number, init?: MockReplyInit): this;
  reply(replier: MockReplier<Names>): this;
  reply(reply: number | MockReplier<Names>, init?: MockReplyInit): this {
    return this.#stay(replyOf(reply, init));
  }

  /** Adds a reply for one request. */
  replyOnce(statusCode: number, init?: MockReplyInit): this;
  replyOnce(replier: MockReplier<Names>): this;
  replyOnce(reply: number | MockReplier<Names>, init?: MockReplyInit): this {
    return this.#addOnce(replyOf(reply, init));
  }

  /** Rejects all further requests, as a transport does: an `HTTPError` gets its request. */
  throws(error: MockFailure): this {
    return this.#stay(failingReply(error));
  }

  /** Rejects one request. */
  throwsOnce(error: MockFailure): this {
    return this.#addOnce(failingReply(error));
  }

  /**
   * Passes on all further requests.
   *
   * @param transport closed with the mock. Default: the network.
   */
  passThrough(transport?: AsyncTransport): this {
    return this.#stay(passingReply(this.#network.by(transport)));
  }

  /** Method, URL and the other conditions. */
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

  /** Its unused single replies, as text; null if it was called and none is left. @internal */
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

  /** Forgets the calls, and makes single replies available again. */
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

/** One request to a `MockTransport`, and its outcome. */
export type MockCall = RecordedCall<MockRoute>;

/** The calls that a {@link MockTransport} and each {@link MockRoute} have received. */
export type MockCalls = RecordedCalls<MockRoute>;

function replyOf<Names extends string>(
  reply: number | MockReplier<Names>,
  init: MockReplyInit | undefined,
): Reply {
  if (typeof reply === "number") return madeReply(reply, init ?? {});
  if (!isCallable(reply)) {
    throw wrongType("A reply is a status, or a function that makes a response");
  }
  // The names are those in the route's own URL.
  return (request, params) => reply(request, params as Record<Names, string>);
}

/**
 * Look-ups that the engine leaves to a client's own function. Each runs in the async context of the request that needs the
 * address. docs/design/boundary.md says when one is given up.
 */
import { AbortController } from "../platform/classes.js";
import { type AsyncContext, currentContext } from "../platform/async-context.js";
import { inWords } from "../platform/thrown.js";
import type { Asker, NameResolver, ResolvingClient, Thrown } from "./name-resolver.js";
import type { SubmissionQueue } from "./submission-queue.js";

interface LookupUnderWay {
  readonly controller: AbortController;
  readonly context: AsyncContext;
}

/** The engine repeats a failure for as long as it is cached, which is a second; these many are remembered. */
const REMEMBERED_FAILURES = 1000;

/** The async context of a look-up whose request has ended while others wait for its answer. */
const contextOfNone = currentContext();

/** @internal */
export class Lookups {
  readonly #submissions: SubmissionQueue;
  readonly #askerOf: (number: number) => Asker | null;
  /** Not held here: a client that its user has dropped ends its look-ups too. */
  readonly #clients = new Map<number, WeakRef<ResolvingClient>>();
  readonly #underWay = new Map<number, LookupUnderWay>();
  readonly #failures = new Map<number, Thrown>();

  constructor(submissions: SubmissionQueue, askerOf: (number: number) => Asker | null) {
    this.#submissions = submissions;
    this.#askerOf = askerOf;
  }

  open(client: ResolvingClient): void {
    if (client.resolver !== null) this.#clients.set(client.number, new WeakRef(client));
  }

  close(client: number): void {
    this.#clients.delete(client);
  }

  begin(lookup: number, client: number, asker: number, hostname: string): void {
    const resolver = this.#clients.get(client)?.deref()?.resolver ?? null;
    if (resolver === null) return this.#submissions.unresolved(lookup, "the client is closed");
    const controller = new AbortController();
    const context = this.#contextOf(asker, client);
    this.#underWay.set(lookup, { controller, context });
    void this.#ask(lookup, context(resolver, hostname, controller.signal));
  }

  async #ask(lookup: number, answer: ReturnType<NameResolver>): Promise<void> {
    try {
      const addresses = await answer;
      if (this.#underWay.delete(lookup)) this.#submissions.resolved(lookup, addresses);
    } catch (error) {
      if (this.#underWay.delete(lookup)) this.#fail(lookup, error);
    }
  }

  giveUp(lookup: number): void {
    const underWay = this.#underWay.get(lookup);
    if (underWay === undefined) return;
    this.#underWay.delete(lookup);
    // listeners of the signal are the user's
    underWay.context(() => underWay.controller.abort());
  }

  /** The exception that a failure of the engine goes back to; null if it is too old, or none. */
  failureOf(lookup: number): Thrown | null {
    return this.#failures.get(lookup) ?? null;
  }

  #contextOf(asker: number, client: number): AsyncContext {
    const found = this.#askerOf(asker);
    return (found?.client?.number === client ? found.context : null) ?? contextOfNone;
  }

  #fail(lookup: number, error: unknown): void {
    this.#failures.set(lookup, { error });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > REMEMBERED_FAILURES) this.#failures.delete(oldest!);
    this.#submissions.unresolved(lookup, inWords(error));
  }
}

/**
 * This environment's connection to the engine: the two queues, the exchanges under way by number, and the hold on the
 * event loop. docs/design/boundary.md shows the whole boundary.
 *
 * A number belongs to one exchange from its start to its last record, and until its streamed body is read. Only then is
 * it used again, so a late record never reaches another exchange.
 */
import type { Calls, Bridge as NativeBridge, NativeStats } from "./binding.js";
import { type CompletionHandler, CompletionQueue } from "./completion-queue.js";
import { connectionsAreHeard } from "./connection-channels.js";
import { EngineClock } from "./engine-clock.js";
import { loadNative } from "./load.js";
import { Lookups } from "./lookups.js";
import { LoopHold } from "./loop-hold.js";
import type { Asker } from "./name-resolver.js";
import { notices } from "./notices.js";
import { SubmissionQueue } from "./submission-queue.js";

/** @internal */
export class Bridge {
  readonly native: NativeBridge;
  readonly calls: Calls;
  readonly submissions: SubmissionQueue;
  readonly clock: EngineClock;
  readonly lookups: Lookups;
  readonly #handlers: ((CompletionHandler & Asker) | null)[];
  readonly #free: number[] = [];
  readonly #hold = new LoopHold(() => this.calls.release());
  #clients = 0;
  #proxies = 0;
  #hearsOfConnections = false;

  constructor() {
    const drain = (): void => completions.drain();
    this.native = new (loadNative().Bridge)(() => drain());
    this.calls = this.native.calls();
    this.submissions = new SubmissionQueue(this.calls, this.#hold);
    this.clock = new EngineClock(() => this.native.now());
    const handlerOf = (number: number): (CompletionHandler & Asker) | null => this.#handlers[number] ?? null;
    this.lookups = new Lookups(this.submissions, handlerOf);
    this.#handlers = [notices(this.lookups, handlerOf)];
    const completions = new CompletionQueue(this.calls, this.clock, handlerOf, this.lookups);
  }

  /** A number for an exchange that is about to start. */
  register(handler: CompletionHandler & Asker): number {
    const number = this.#free.pop() ?? this.#handlers.length;
    this.#handlers[number] = handler;
    return number;
  }

  /** Lets another handler receive the records of a number. */
  handOver(number: number, handler: CompletionHandler): void {
    this.#handlers[number] = handler;
  }

  /** Gives a number back. */
  release(number: number): void {
    this.#handlers[number] = null;
    this.#free.push(number);
  }

  /** A number for a new client. */
  nextClient(): number {
    return this.#clients++;
  }

  /** A number for a new proxy; 0 is that of none. */
  nextProxy(): number {
    return ++this.#proxies;
  }

  /** Whether anyone listens to the channels of connections: the engine then tells of connections at once. */
  hearsOfConnections(): boolean {
    const hears = connectionsAreHeard();
    if (hears !== this.#hearsOfConnections) {
      this.#hearsOfConnections = hears;
      this.native.tellOfConnections(hears);
    }
    return hears;
  }

  /** Keeps the event loop alive while something waits for the engine. */
  hold(): void {
    if (this.#hold.add()) this.submissions.schedule();
  }

  /** Ends one {@link hold}. */
  unhold(): void {
    this.#hold.remove();
  }
}

let shared: Bridge | null = null;

/** What the clients of this environment are doing that are open. @internal */
export function statsOfAll(): NativeStats[] {
  if (shared === null) return [];
  shared.submissions.flush();
  return shared.native.statsOfAll();
}

/** The bridge of this environment, connected at its first use. @internal */
export function bridge(): Bridge {
  return (shared ??= new Bridge());
}

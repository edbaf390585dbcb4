/**
 * This environment's door to the engine: the two queues, the table of what waits for an answer, and what keeps the
 * event loop alive. The whole boundary is drawn in docs/design/boundary.md.
 *
 * A number stands for one exchange from its start to its terminal record, and for its streamed body beyond that;
 * only then is it used again. So an answer that comes late never finds a stranger.
 */
import type { Bridge as NativeBridge } from "./binding.js";
import { type CompletionHandler, CompletionQueue } from "./completion-queue.js";
import { EngineClock } from "./engine-clock.js";
import { loadNative } from "./load.js";
import { SubmissionQueue } from "./submission-queue.js";

/** @internal */
export class Bridge {
  readonly native: NativeBridge;
  readonly submissions: SubmissionQueue;
  readonly clock: EngineClock;
  readonly #handlers: (CompletionHandler | null)[] = [];
  readonly #free: number[] = [];
  #holds = 0;
  #clients = 0;

  constructor() {
    const drain = (): void => completions.drain();
    this.native = new (loadNative().Bridge)(() => drain());
    this.submissions = new SubmissionQueue(this.native);
    this.clock = new EngineClock(() => this.native.now());
    const completions = new CompletionQueue(
      this.native,
      this.clock,
      (number) => this.#handlers[number] ?? null,
    );
  }

  /** A number for what is about to be started. */
  register(handler: CompletionHandler): number {
    const number = this.#free.pop() ?? this.#handlers.length;
    this.#handlers[number] = handler;
    return number;
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

  /** Something waits for the engine: the event loop goes on. */
  hold(): void {
    if (this.#holds++ === 0) this.native.hold(true);
  }

  /** It waits no longer. */
  unhold(): void {
    if (--this.#holds === 0) this.native.hold(false);
  }
}

let shared: Bridge | null = null;

/** The one of this environment, connected at its first use. @internal */
export function bridge(): Bridge {
  return (shared ??= new Bridge());
}

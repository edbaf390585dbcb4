/**
 * Who waits for something of a session, but for its next message. Ten thousand quiet sessions have none of this, and each line is
 * made when somebody joins it.
 */
import type { Bridge } from "./bridge.js";
import { type Refusal, refuse } from "./settling.js";
import { WaitingLine } from "./waiting-line.js";

/** @internal */
export class SessionWaiters {
  readonly #bridge: Bridge;
  #senders: WaitingLine<void> | null = null;
  #pings: WaitingLine<number> | null = null;
  #closers: WaitingLine<void> | null = null;
  /** Refuse what waits for the program, and not for the engine. */
  #works: Set<(reason: unknown) => void> | null = null;
  /** Called when the connection is closed. */
  onClosed: (() => void) | null = null;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** Those who wait until there is room for more. */
  get senders(): WaitingLine<void> {
    return (this.#senders ??= new WaitingLine(this.#bridge));
  }

  /** Those who wait for a pong. */
  get pings(): WaitingLine<number> {
    return (this.#pings ??= new WaitingLine(this.#bridge));
  }

  /** Those who wait until the connection is closed. */
  get closers(): WaitingLine<void> {
    return (this.#closers ??= new WaitingLine(this.#bridge));
  }

  /** Whether somebody waits until the connection is closed. */
  get isClosing(): boolean {
    return this.#closers !== null;
  }

  /** Settles as `work` does, unless {@link end} comes before. The event loop does not wait for it. */
  watch<T>(work: Promise<T>, refused: Refusal): Promise<T> {
    return new Promise((settle, reject) => {
      const works = (this.#works ??= new Set());
      const giveUp = (reason: unknown): void => refuse(settle, reason, refused);
      works.add(giveUp);
      work.finally(() => works.delete(giveUp)).then(settle, reject);
    });
  }

  hasRoom(): void {
    this.#senders?.resolveAll();
  }

  pong(milliseconds: number): void {
    this.#pings?.resolveFirst(milliseconds);
  }

  /** The session has ended: nothing more comes but the close of its connection. */
  end(reason: unknown): void {
    this.#senders?.rejectAll(reason);
    this.#pings?.rejectAll(reason);
    for (const giveUp of this.#works ?? []) giveUp(reason);
    this.#works = null;
  }

  closed(): void {
    this.onClosed?.();
    this.#closers?.resolveAll();
  }
}

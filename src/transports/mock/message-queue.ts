/** Messages between a script and its client. A writer waits until its message is taken, or until the queue ends. */

import type { UnsharedBytes } from "../../platform/unshared.js";

/** @internal */
export class MessageQueue {
  readonly #messages: { readonly data: string | UnsharedBytes; taken(): void }[] = [];
  readonly #readers: ((data: string | UnsharedBytes | null) => void)[] = [];
  #isEnded = false;

  put(data: string | UnsharedBytes): Promise<void> {
    if (this.#isEnded) return Promise.resolve();
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader(data);
      return Promise.resolve();
    }
    return new Promise((taken) => this.#messages.push({ data, taken }));
  }

  /** The next message; null once the queue has ended and is empty. */
  take(): Promise<string | UnsharedBytes | null> {
    const next = this.#messages.shift();
    if (next !== undefined) {
      next.taken();
      return Promise.resolve(next.data);
    }
    if (this.#isEnded) return Promise.resolve(null);
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** What was put before can still be taken. */
  end(): void {
    this.#isEnded = true;
    for (const { taken } of this.#messages) taken();
    for (const reader of this.#readers.splice(0)) reader(null);
  }
}

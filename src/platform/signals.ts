/**
 * Abort signals of running exchanges. A signal gets one listener for all exchanges that it can abort, and none after they
 * have ended: a long-lived signal neither leaks nor warns (undici#5285).
 */

/** @internal */
export interface Abortable {
  abort(reason: unknown): void;
}

const watched = new WeakMap<AbortSignal, { abortables: Set<Abortable>; listener: () => void }>();

/** @internal */
export function watchSignal(signal: AbortSignal, abortable: Abortable): void {
  let entry = watched.get(signal);
  if (entry === undefined) {
    const abortables = new Set<Abortable>();
    const listener = (): void => {
      watched.delete(signal);
      for (const one of abortables) one.abort(signal.reason);
    };
    signal.addEventListener("abort", listener, { once: true });
    entry = { abortables, listener };
    watched.set(signal, entry);
  }
  entry.abortables.add(abortable);
}

/** @internal */
export function unwatchSignal(signal: AbortSignal, abortable: Abortable): void {
  const entry = watched.get(signal);
  if (entry === undefined) return;
  entry.abortables.delete(abortable);
  if (entry.abortables.size === 0) {
    watched.delete(signal);
    signal.removeEventListener("abort", entry.listener);
  }
}

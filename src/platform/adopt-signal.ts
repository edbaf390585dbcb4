/**
 * The signal of a call. The platform's own is used unchanged. A signal of another realm, of jsdom or of a polyfill is
 * followed by one of the platform, because it may lack a `reason`, and no transport could pass it to `fetch`.
 */
import { AbortController, AbortSignal } from "./classes.js";
import { wrongType } from "./argument-error.js";
import { kindOf } from "./record.js";
import type { AbortSignalLike } from "./web-types.js";

/** One follower per signal, for any number of calls: the signal gets one listener. */
const followers = new WeakMap<object, AbortSignal>();

/** @internal @throws TypeError if it is not a signal. */
export function adoptSignal(signal: unknown): AbortSignal | null {
  if (signal === null || signal === undefined) return null;
  if (signal instanceof AbortSignal) return signal;
  if (!isSignal(signal)) throw wrongType(noSignal(signal));
  const known = followers.get(signal);
  if (known !== undefined) return known;
  const controller = new AbortController();
  const follow = (): void => controller.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener("abort", follow);
  followers.set(signal, controller.signal);
  return controller.signal;
}

function isSignal(value: unknown): value is AbortSignalLike {
  if (typeof value !== "object" || value === null) return false;
  const { aborted, addEventListener } = value as Partial<AbortSignalLike>;
  return typeof aborted === "boolean" && typeof addEventListener === "function";
}

function noSignal(value: unknown): string {
  if (isSignal((value as { signal?: unknown } | null)?.signal)) {
    return "signal must be an AbortSignal, not an AbortController: pass its controller.signal";
  }
  return `signal must be an AbortSignal, not ${kindOf(value)}.`;
}

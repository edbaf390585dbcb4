/** axios's `maxRate`: bytes a second, for both directions or each. */
import { now } from "../platform/clock.js";
import { setTimeout } from "../platform/timers.js";

/** The most bytes of one piece. */
const LARGEST = 64 * 1024;

/** @internal @param direction 0 up, 1 down. */
export function rateOf(maxRate: unknown, direction: 0 | 1): number | null {
  const rate: unknown = Array.isArray(maxRate) ? maxRate[direction] : maxRate;
  return typeof rate === "number" && rate > 0 && Number.isFinite(rate) ? rate : null;
}

/** The chunk in pieces that take at most a tenth of a second each, so that the rate holds at every moment. @internal */
export function* piecesAt(rate: number | null, chunk: Uint8Array): Generator<Uint8Array> {
  const size = rate === null ? LARGEST : Math.min(LARGEST, Math.ceil(rate / 10));
  for (let at = 0; at < chunk.byteLength; at += size) yield chunk.subarray(at, at + size);
}

/** Waits until so many bytes may have been moved; null without a rate. @internal */
export function pacedBy(rate: number | null): ((bytes: number) => Promise<void>) | null {
  if (rate === null) return null;
  const start = now();
  return async (bytes) => {
    const early = (bytes / rate) * 1000 - (now() - start);
    if (early > 0) await new Promise<void>((resolve) => void setTimeout(resolve, early));
  };
}

/** The engine's counts of a pool as {@link PoolStats}. */
import type { NativeCounts, NativeStats } from "../../native/binding.js";
import type { PoolStats } from "../pool-stats.js";

/** @internal */
export function poolStats({ total, origins }: NativeStats): PoolStats {
  return {
    ...named(total),
    origins: Object.fromEntries(origins.map(({ key, counts }) => [key, named(counts)])),
  };
}

function named(of: NativeCounts): Pick<PoolStats, "connections" | "requests"> {
  const { active, idle, connecting, queued, inFlight } = of;
  return { connections: { active, idle, connecting }, requests: { queued, inFlight } };
}

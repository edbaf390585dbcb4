// The resources that a process used between two moments: wall time, event-loop activity, CPU of the JS thread and of all
// threads, memory, stalls, and the servers' CPU. All come from counters of the system or the event loop; no sampling.
import { readFileSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";

/** USER_HZ, the unit of /proc/<pid>/stat, is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** Begins a window. The returned function ends it and returns the usage, times in ms and memory in bytes. */
export function startMeters({ servers, watchesStalls }) {
  const stalls = watchesStalls ? monitorEventLoopDelay({ resolution: 1 }) : null;
  stalls?.enable();
  const peakIsExact = resetPeak();
  const rssAtStart = process.memoryUsage.rss();
  const serverCpu = cpuOf(servers);
  const cpu = process.cpuUsage();
  // Node 20 has no threadCpuUsage.
  const threadCpu = process.threadCpuUsage?.();
  const loop = performance.eventLoopUtilization();
  const startedAt = performance.now();

  return () => {
    const wallMs = performance.now() - startedAt;
    const { active } = performance.eventLoopUtilization(loop);
    const thread = threadCpu && process.threadCpuUsage(threadCpu);
    const all = process.cpuUsage(cpu);
    const rssPeak = peakIsExact ? peak() : process.resourceUsage().maxRSS * 1024;
    stalls?.disable();
    return {
      wallMs,
      loopActiveMs: active,
      jsCpuMs: thread ? (thread.user + thread.system) / 1000 : null,
      cpuMs: (all.user + all.system) / 1000,
      rssPeak,
      rssGrowth: Math.max(0, rssPeak - rssAtStart),
      stallMs: stalls ? stalls.max / 1e6 : null,
      serverCpuMs: serverCpu === null ? null : cpuOf(servers) - serverCpu,
    };
  };
}

// Linux resets the highest RSS when 5 is written here (proc(5)); otherwise the peak includes start and warm-up.
function resetPeak() {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return true;
  } catch {
    return false;
  }
}

function peak() {
  return Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "latin1"))[1]) * 1024;
}

function cpuOf(processes) {
  try {
    return processes.reduce((total, pid) => {
      // The command, in parentheses, may contain spaces: fields are counted after it. utime and stime are the 14th and 15th.
      const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1).split(" ");
      return total + (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    }, 0);
  } catch {
    return null;
  }
}

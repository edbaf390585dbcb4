// The conditions of a result besides the peers: printed once above the tables and stored with every raw result.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";

/** `facts` for the raw results, `lines` for people. */
export function describeMachine({ node, nginxVersion }) {
  const answer = spawnSync(node, ["-p", "process.version"], { encoding: "utf8" });
  if (answer.status !== 0) throw new Error(`--node: ${node} does not run`);
  const undici = JSON.parse(
    readFileSync(new URL("node_modules/undici/package.json", import.meta.url), "utf8"),
  ).version;
  const cpus = os.cpus();
  const facts = {
    measuredAt: new Date().toISOString(),
    node: answer.stdout.trim(),
    undici,
    nginx: nginxVersion,
    cpu: cpus[0]?.model.trim() ?? "unknown",
    cores: cpus.length,
    kernel: `${os.type()} ${os.release()}`,
    loadAtStart: Number(os.loadavg()[0].toFixed(2)),
  };
  const lines = [
    `Node.js ${facts.node}, undici ${undici}, ${nginxVersion}`,
    `${facts.cpu}, ${facts.cores} cores, not pinned; ${facts.kernel}; load at start ${facts.loadAtStart}`,
  ];
  if (facts.loadAtStart > 0.5) lines.push("warning: the machine is not idle, so these numbers mean little");
  return { facts, lines };
}

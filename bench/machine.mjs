// The conditions of a result besides the peers: printed once above the tables and stored with every raw result.
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import os from "node:os";

/** Bytes; also the limit of scripts/linux-binaries.mjs. */
const LARGEST_BINARY = 6_000_000;

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
    binaries: sizesOfBinaries(),
  };
  const lines = [
    `Node.js ${facts.node}, undici ${undici}, ${nginxVersion}`,
    `${facts.cpu}, ${facts.cores} cores, not pinned; ${facts.kernel}; load at start ${facts.loadAtStart}`,
  ];
  for (const [name, size] of Object.entries(facts.binaries))
    lines.push(`${name}: ${(size / 1e6).toFixed(2)} MB${size > LARGEST_BINARY ? ", more than 6 MB" : ""}`);
  if (facts.loadAtStart > 0.5) lines.push("warning: the machine is not idle, so these numbers mean little");
  return { facts, lines };
}

/** The bytes of each built binary of a platform's package, by its name. */
function sizesOfBinaries() {
  const folder = new URL("../npm/", import.meta.url);
  const paths = readdirSync(folder, { recursive: true }).filter((path) => path.endsWith(".node"));
  return Object.fromEntries(
    paths
      .sort()
      .map((path) => [
        path.split(/[\\/]/).at(-1),
        statSync(new URL(path.replaceAll("\\", "/"), folder)).size,
      ]),
  );
}

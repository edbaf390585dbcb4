// The whole bench: starts the servers, runs every peer at every work in child processes, interleaved, stores each result
// at once, and prints the tables. `node bench/run.mjs --help` lists the options.
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describeMachine } from "./machine.mjs";
import { readOptions, USAGE } from "./options.mjs";
import { peers } from "./peers/index.mjs";
import { isInstalled, measureProgram } from "./programs.mjs";
import { startServers } from "./servers.mjs";
import { summarise } from "./summary.mjs";
import { renderReport } from "./table.mjs";
import { works } from "./works/index.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

// Signals cause an exit, whose listeners end the servers and remove their files.
for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGTERM", 15],
  ["SIGHUP", 1],
]) {
  process.once(signal, () => process.exit(128 + number));
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function main() {
  if (process.argv.includes("--help")) return console.log(USAGE);
  installDependencies();
  const options = readOptions(process.argv.slice(2));
  const isOwn = (peer) => peer !== "httpxide-before" && peer.startsWith("httpxide");
  if (options.peers.some(isOwn) && !options.entryExists) {
    console.error(
      `httpxide is not built (${relative(process.cwd(), fileURLToPath(options.entry))}): it sits out.`,
    );
    options.peers = options.peers.filter((peer) => !isOwn(peer));
  }
  const missing = options.peers.filter((peer) => !isInstalled(peer));
  if (missing.length > 0) console.error(`not installed, and so sitting out: ${missing.join(", ")}`);
  options.peers = options.peers.filter((peer) => !missing.includes(peer));
  const servers = await startServers();
  try {
    const machine = describeMachine({ node: options.node, nginxVersion: servers.nginxVersion });
    console.log(machine.lines.join("\n"));
    console.log(
      `${options.rounds} rounds of ${options.seconds} s after ${options.warmupSeconds} s of warm-up\n`,
    );
    mkdirSync(dirname(options.out), { recursive: true });
    const results = [];
    for (const turn of turnsOf(options)) {
      progress(turn, options.rounds);
      const result = { ...turn, ...(await measure(turn, options, servers)) };
      results.push(result);
      const { seconds, warmupSeconds } = options;
      appendFileSync(
        options.out,
        `${JSON.stringify({ ...result, seconds, warmupSeconds, ...machine.facts })}\n`,
      );
    }
    progress(null);
    console.log(renderReport(summarise(results), options.works, options.peers));
    console.log(`\nraw results: ${relative(process.cwd(), options.out)}`);
    if (results.some(({ failure, errors }) => failure || errors > 0)) process.exitCode = 1;
  } finally {
    await servers.stop();
  }
}

// A B C C B A …: other load on the machine, and how long it has been busy, affect every peer alike.
function* turnsOf({ works: workNames, peers: peerNames, arePeersChosen, rounds }) {
  const abilities = ({ can, byDefault = can }) => (arePeersChosen ? can : byDefault);
  for (const work of workNames) {
    const able = peerNames.filter((peer) => abilities(peers[peer]).includes(works[work].uses));
    for (let round = 1; round <= rounds; round++) {
      for (const peer of round % 2 === 1 ? able : able.toReversed()) yield { work, peer, round };
    }
  }
}

/** One turn in a new process. Never rejects: a failed turn is a result with `failure`. */
function measure(turn, options, servers) {
  if (peers[turn.peer].program) return measureProgram(turn, options, servers);
  const { seconds, warmupSeconds } = options;
  const entry = turn.peer === "httpxide-before" ? options.before : options.entry;
  const task = {
    ...turn,
    seconds,
    warmupSeconds,
    entry,
    ca: servers.ca,
    urls: servers.urls,
    servers: servers.processes,
  };
  const args = [
    "--expose-gc",
    "--no-warnings",
    fileURLToPath(new URL("measure.mjs", import.meta.url)),
    JSON.stringify(task),
  ];
  const child = spawn(options.node, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...peers[turn.peer].environment?.(servers) },
    // A hung peer is ended after three times its expected time plus a minute for the slowest single operation.
    timeout: (seconds + warmupSeconds) * 3000 + 60_000,
    killSignal: "SIGKILL",
  });
  const endChild = () => child.kill("SIGKILL");
  process.once("exit", endChild);
  let output = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (complaint += text));
  return new Promise((resolve) => {
    const finish = (result) => {
      process.off("exit", endChild);
      resolve(result);
    };
    child.once("error", (error) => finish({ failure: error.message }));
    child.once("close", (code, signal) => {
      const last = output.trimEnd().split("\n").at(-1);
      if (code === 0 && last.startsWith("{")) return finish(JSON.parse(last));
      const reason = signal ? `ended by ${signal}` : `exit code ${code}`;
      finish({ failure: `${reason}; ${complaint.trim().split("\n").slice(-8).join(" | ")}` });
    });
  });
}

function installDependencies() {
  if (existsSync(new URL("node_modules/undici/package.json", import.meta.url))) return;
  console.log("installing the peers …");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: HERE,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("npm ci failed in bench/");
}

// On a terminal one line that is overwritten; elsewhere a line when each work begins its first round.
function progress(turn, rounds) {
  if (process.stderr.isTTY) {
    process.stderr.write(
      turn ? `\r\x1b[K${turn.work}, round ${turn.round} of ${rounds}: ${turn.peer}` : "\r\x1b[K",
    );
  } else if (turn && turn.round === 1) {
    process.stderr.write(`${turn.work}: ${turn.peer}\n`);
  }
}

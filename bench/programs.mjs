// Peers that are programs without JavaScript: they show how much of a client's time the machine and the server take.
// Their own reports give their times; nothing else of them is measured.
import { spawnSync } from "node:child_process";
import { peers } from "./peers/index.mjs";
import { startProcess } from "./servers/processes.mjs";
import { works } from "./works/index.mjs";

const NOT_MEASURED = {
  ...{ loopActiveMs: null, jsCpuMs: null, cpuMs: null },
  ...{ rssPeak: null, rssGrowth: null, stallMs: null, serverCpuMs: null },
};

/** Whether the program of this peer is installed; true for a peer that is not a program. */
export function isInstalled(peer) {
  const { program } = peers[peer];
  return program === undefined || !spawnSync(peer, ["--version"]).error;
}

/** One turn. Never rejects: a failed turn is a result with `failure`. */
export async function measureProgram({ work, peer }, { seconds, warmupSeconds }, { urls }) {
  const { command, read } = await import(peers[peer].program);
  const { inFlight, url } = works[work];
  const run = (duration) => outputOf(...command({ url: url(urls), inFlight, seconds: duration }));
  try {
    await run(warmupSeconds);
    return { ...read(await run(seconds)), firstError: null, ...NOT_MEASURED };
  } catch (error) {
    return { failure: error.message };
  }
}

function outputOf(name, args) {
  const child = startProcess(name, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${name} ended with exit code ${code}`));
    });
  });
}

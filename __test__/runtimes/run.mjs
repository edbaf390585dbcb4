// Runs the whole suite in another runtime: node run.mjs <node-22|node-24|node-26|bun|deno> [part of a file's path…]
//
// Node.js runs ava. Bun and Deno run each file with the adapter in ava.mjs; what they cannot do is in differences.mjs, and
// the run fails for any other failed test, and for a listed one that passes.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { fail, root, run, say } from "../../scripts/project.mjs";
import { programIn } from "../toolchains/project.mjs";
import { differencesOf, names } from "./differences.mjs";

const FILES_AT_ONCE = 2;
/** Milliseconds for one file. */
const LIMIT = 900_000;

const here = dirname(fileURLToPath(import.meta.url));
const [runtime = "", ...parts] = process.argv.slice(2);
const seen = new Set();
const program = programIn(runtime) ?? fail(`no such runtime here: "${runtime}"`);

if (runtime.startsWith("node-")) {
  run(program, ["scripts/test.mjs", "js", ...parts]);
} else {
  await runFiles();
}

async function runFiles() {
  const commands = {
    bun: ["--preload", join(here, "bun-preload.mjs")],
    deno: ["run", "--allow-all", "--v8-flags=--expose-gc", `--import-map=${join(here, "deno-imports.json")}`],
  };
  const files = readdirSync(join(root, "build/__test__"), { recursive: true, encoding: "utf8" })
    .map((path) => relative(root, join(root, "build/__test__", path)).replaceAll("\\", "/"))
    .filter(
      (path) =>
        path.endsWith(".test.js") && (parts.length === 0 || parts.some((part) => path.includes(part))),
    )
    .sort();
  const total = { passed: 0, failed: 0, skipped: 0, different: 0 };
  const queue = [...files];
  const lane = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      count(file, await resultsOf(commands[runtime], file), total);
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, lane));
  for (const { file, title } of outdated()) {
    total.failed += 1;
    console.log(`✘ ${file}: ${title} passes: differences.mjs need not list it`);
  }
  say(`${runtime}: ${total.different} tests differ as listed in __test__/runtimes/differences.mjs`);
  console.log(
    `\ntotal: ${total.passed} passed, ${total.failed} failed, ${total.skipped + total.different} skipped`,
  );
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
}

/** The results of one file's tests, as file.mjs reports them. */
async function resultsOf(options, file) {
  const child = spawn(program, [...options, join(here, "file.mjs"), join(root, file), runtime], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT);
  const results = [];
  const text = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      if (line.startsWith("\0")) results.push(JSON.parse(line.slice(1)));
      else text.push(line);
    });
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  const end = results.findIndex(({ title }) => title === "(the file ends)");
  if (end >= 0) results.splice(end, 1);
  else
    results.push({
      title: "(the file ends)",
      outcome: "failed",
      error: `exit code ${code}\n${text.slice(-20).join("\n")}`,
    });
  return results;
}

function count(file, results, total) {
  const subject = file.replace("build/__test__/", "").replace(".test.js", "");
  const known = differencesOf(runtime, file);
  for (const { title, outcome, error } of results) {
    const entry = outcome === "failed" && known.find((one) => names(one, title));
    if (entry) {
      seen.add(entry);
      total.different += 1;
      continue;
    }
    total[outcome] += 1;
    const text = (error ?? "").split("\n").slice(0, 12).join("\n    ");
    if (outcome === "failed") console.log(`✘ ${subject}: ${title}\n    ${text}`);
  }
  console.log(`  ${subject}: ${results.length} tests`);
}

/** Entries of the list that no test needed any more. A run of some files says nothing of the others. */
function outdated() {
  if (parts.length > 0) return [];
  return differencesOf(runtime).filter((entry) => !seen.has(entry) && !entry.passesAtTimes);
}

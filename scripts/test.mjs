// Runs the tests: node scripts/test.mjs [rust|js] [options of ava…]; both by default. Builds what they need.
//
// Ends with one line that counts both, `total: N passed, N failed`.
import { spawn } from "node:child_process";
import { root, run, say } from "./project.mjs";

const [only, ...options] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
let healthy = true;
/** Without proxies: the tests' servers are on this machine, to which no proxy leads. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(https?|all|no)_proxy$/i.test(name)),
);

if (only !== "js") {
  // The core's tests need only Rust, and they report a broken engine sooner than a whole build.
  await runTests("cargo", ["test", "--quiet", "--package", "httpxide-core"], (line) => {
    const counts = /^test result: .* (\d+) passed; (\d+) failed; (\d+) ignored;/.exec(line);
    if (counts) add({ passed: counts[1], failed: counts[2], skipped: counts[3] });
  });
}
if (only !== "rust") {
  run(process.execPath, ["scripts/ensure.mjs", "native", "dist", "tests"]);
  await runTests(process.execPath, ["node_modules/ava/entrypoints/cli.mjs", ...options], (line) => {
    // When a test fails, ava's summary omits the passed ones: each passed test is counted by its own line.
    if (/^\s*[✔√] /.test(line)) return add({ passed: 1 });
    const counts = /^\s*(\d+) (?:tests? )?(failed|skipped|known failure|uncaught|unhandled)/.exec(line);
    if (counts) add({ [/skipped|known/.test(counts[2]) ? "skipped" : "failed"]: counts[1] });
  });
}

console.log(`\ntotal: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
if (!healthy || total.failed > 0 || total.passed === 0) process.exitCode = 1;

function add(counts) {
  for (const [outcome, number] of Object.entries(counts)) total[outcome] += Number(number);
}

/** Runs a test runner, prints its output as it arrives, and passes each line without its colours to `read`. */
async function runTests(command, args, read) {
  say([command === process.execPath ? "node" : command, ...args].join(" "));
  const colours = process.stdout.isTTY ? { FORCE_COLOR: "1", CARGO_TERM_COLOR: "always" } : {};
  const env = { ...environment, ...colours };
  const child = spawn(command, args, { cwd: root, env, stdio: ["inherit", "pipe", "inherit"] });
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    process.stdout.write(text);
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) read(stripColours(line));
  });
  const code = await new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(`✘ ${command}: ${error.message}`);
      resolve(1);
    });
    child.on("close", resolve);
  });
  read(stripColours(rest));
  if (code !== 0) healthy = false;
}

function stripColours(line) {
  return line.replace(/\u001B\[[0-9;]*[A-Za-z]/g, "");
}

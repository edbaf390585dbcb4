// Runs every check that needs no test run: node scripts/lint.mjs [name…]. All of them run; the end lists what failed.
//
// npm run format fixes what prettier and rustfmt report.
import { spawnSync } from "node:child_process";
import { root, say } from "./project.mjs";

const node = process.execPath;
const checks = {
  prettier: [node, "node_modules/prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."],
  oxlint: [node, "node_modules/oxlint/bin/oxlint", "--deny-warnings", "--quiet", "."],
  types: [node, "node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json"],
  "test types": [node, "node_modules/typescript/bin/tsc", "--noEmit", "-p", "__test__/tsconfig.json"],
  layers: [
    node,
    "node_modules/dependency-cruiser/bin/dependency-cruise.mjs",
    ...["index.ts", "src", "__test__", "examples"],
  ],
  declarations: [node, "scripts/declarations.mjs", "--check"],
  "subpath declarations": [node, "scripts/subpath-declarations.mjs", "--check"],
  protocol: [node, "scripts/protocol.mjs", "--check"],
  "binding types": [node, "scripts/binding-types.mjs", "--check"],
  "platform packages": [node, "scripts/platform-packages.mjs", "--check"],
  "public suffixes": [node, "scripts/public-suffixes.mjs", "--check"],
  "house rules": [node, "scripts/house-rules.mjs"],
  rustfmt: ["cargo", "fmt", "--all", "--check"],
  clippy: ["cargo", "clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
};

const wanted = process.argv.slice(2);
const failed = [];
for (const [name, [command, ...args]] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const started = performance.now();
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) failed.push(name);
  say(`${status === 0 ? "✔" : "✘"} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
if (failed.length > 0) console.error(`\n✘ lint failed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;

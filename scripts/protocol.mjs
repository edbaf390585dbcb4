// Writes src/native/protocol.ts from crates/protocol; with --check, only says whether the committed file is what would be written.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { fail, root, say } from "./project.mjs";

const name = "src/native/protocol.ts";
const path = join(root, name);

const { status, stdout, error } = spawnSync("cargo", ["run", "--quiet", "--package", "httpxide-protocol"], {
  cwd: root,
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (error || status !== 0) fail(`${name} cannot be made: ${error?.message ?? `cargo ended with ${status}`}`);
const text = await format(stdout, { ...(await resolveConfig(path)), filepath: path });

if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (existsSync(path) && readFileSync(path, "utf8") === text) say(`${name} is what crates/protocol says`);
else fail(`${name} is stale: run node scripts/protocol.mjs and commit it`);

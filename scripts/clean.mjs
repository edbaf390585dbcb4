// Removes the build's files; with --all, also those of cargo and npm, so that the next command starts as in a fresh clone.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./project.mjs";

const binaries = readdirSync(join(root, "npm"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".node"))
  .map((path) => join("npm", path));
const local = readdirSync(root).filter((path) => path.endsWith(".node") || path.endsWith(".tgz"));
const packages = [
  "",
  "bench",
  "__test__/sdks",
  "__test__/toolchains",
  "__test__/toolchains/next",
  "__test__/toolchains/platforms",
  "site",
].map((path) => join(path, "node_modules"));
const kept = process.argv.includes("--all") ? ["target", ...packages] : [];

for (const path of ["dist", "build", "release", "site/pages", ...binaries, ...local, ...kept]) {
  rmSync(join(root, path), { recursive: true, force: true });
}

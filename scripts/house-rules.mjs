// The rules of CONTRIBUTING.md that no linter checks: length and opening of files, their names, words, paths in documents,
// and a core without napi.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { manifest, root, say } from "./project.mjs";

const LONGEST_FILE = 500;
const problems = [];

// The files that git tracks or would add; a file deleted but not yet committed is still in that list.
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "" && existsSync(join(root, path)));

const generated = new Set([
  "index.d.ts",
  "src/cookies/public-suffix-list.ts",
  "src/native/protocol.ts",
  "package-lock.json",
  "bench/package-lock.json",
  "__test__/sdks/package-lock.json",
  "__test__/toolchains/package-lock.json",
  "__test__/toolchains/next/package-lock.json",
  "__test__/toolchains/platforms/package-lock.json",
  "site/package-lock.json",
  "Cargo.lock",
]);

for (const path of files) {
  if (generated.has(path) || !/\.([cm]?[jt]s|rs|toml|json|md|ya?ml|sh)$|(^|\/)run$/.test(path)) continue;
  const text = readFileSync(join(root, path), "utf8");
  if (/\.([cm]?[jt]s|rs)$/.test(path)) checkSource(path, text);
  checkWords(path, text);
  if (path.endsWith(".md") && path !== "CHANGELOG.md") checkPaths(path, text);
}
checkCore();
checkVersions();
checkLibraries();

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else say(`${files.length} files keep the house rules`);

function checkSource(path, text) {
  const lines = text.split("\n").length - 1;
  if (lines > LONGEST_FILE)
    problems.push(`${path}: ${lines} lines, more than ${LONGEST_FILE}: split it by concept`);
  if (!/^(#!.*\n)?\s*(\/\/|\/\*)/.test(text))
    problems.push(`${path}: does not open with a comment saying what it is`);
  const allowed = path.startsWith("__test__/helpers/");
  if (!allowed && /^(utils?|helpers?|managers?|misc|common)\b/i.test(basename(path))) {
    problems.push(`${path}: a name that says nothing of what is inside`);
  }
}

function checkWords(path, text) {
  if (path === "scripts/house-rules.mjs") return;
  const words = [
    [/\b(TODO|FIXME|XXX|HACK)\b/, "unfinished work: do it, or write it in the tracker"],
    [/(?<![\w.:/-])\/(home|root|work|farm|Users)\/\w/, "an absolute path of one machine"],
    [/"resolved": "http/, "a lock file that names a registry host (.npmrc keeps them out)"],
    [/\b(Claude|Anthropic|ChatGPT|OpenAI|Copilot)\b/i, "not about the product"],
  ];
  // the names of packages that httpxide is tested below
  const isOfPackages = path.startsWith("__test__/sdks/");
  for (const [index, line] of text.split("\n").entries()) {
    for (const [pattern, why] of words) {
      if (pattern.test(line) && !(isOfPackages && why === "not about the product"))
        problems.push(`${path}:${index + 1}: ${why}: ${line.trim()}`);
    }
  }
}

/** Documents name files and folders of this tree that exist. */
function checkPaths(path, text) {
  const named = text.matchAll(/`((?:__test__|bench|crates|docs|examples|scripts|src)\/[\w./-]+)`/g);
  for (const [, name] of named) {
    const exists =
      files.includes(name) || files.some((file) => file.startsWith(`${name.replace(/\/$/, "")}/`));
    if (!exists) problems.push(`${path}: names ${name}, which does not exist`);
  }
}

/** crates/core is plain Rust: no napi anywhere below it, and no unsafe code of its own. */
function checkCore() {
  const tree = spawnSync(
    "cargo",
    ["tree", "--package", "httpxide-core", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"],
    { cwd: root, encoding: "utf8" },
  );
  if (tree.status !== 0) problems.push(`cargo tree failed: ${tree.error?.message ?? tree.stderr}`);
  for (const line of tree.stdout?.match(/^(napi|neon|node-bindgen)\S*/gm) ?? []) {
    problems.push(`crates/core depends on ${line}: what knows JavaScript belongs to crates/binding`);
  }
  const forbids =
    /^\s*#!\[forbid\(unsafe_code\)\]/m.test(readFileSync(join(root, "crates/core/src/lib.rs"), "utf8")) ||
    /^\s*unsafe_code\s*=\s*(\{\s*level\s*=\s*)?"forbid"/m.test(
      readFileSync(join(root, "crates/core/Cargo.toml"), "utf8"),
    );
  if (!forbids) problems.push("crates/core/src/lib.rs: lacks #![forbid(unsafe_code)]");
}

/** One version everywhere: the packages', the crates' and the one that User-Agent names. */
function checkVersions() {
  const places = {
    "Cargo.toml": /^\[workspace\.package\]\n[^[]*?^version = "([^"]+)"/m,
    "src/platform/version.ts": /VERSION = "([^"]+)"/,
  };
  for (const [path, pattern] of Object.entries(places)) {
    const found = pattern.exec(readFileSync(join(root, path), "utf8"))?.[1];
    if (found !== manifest.version)
      problems.push(`${path}: version ${found}, package.json has ${manifest.version}`);
  }
}

/**
 * One version of each C library, whose crate is named after it with `-sys`: two would both be in the binary. AWS-LC's is required by
 * httpxide-pkcs12 and by aws-lc-rs, and Cargo lets its versions stand beside each other. windows-sys has no C code.
 */
function checkLibraries() {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const names = [...lock.matchAll(/^name = "(.+-sys)"$/gm)].map(([, name]) => name);
  const repeated = names.filter((name, index) => name !== "windows-sys" && names.indexOf(name) !== index);
  for (const name of repeated) problems.push(`Cargo.lock: ${name} in more than one version`);
}

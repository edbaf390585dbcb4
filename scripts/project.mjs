// Facts about the project for every script: its root, its package.json, its platforms, how to run a command.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, without a trailing slash. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

export const manifest = readJson("package.json");

/** The names below the package's own: `fetch` is `httpxide/fetch`, made from `src/fetch/index.ts`. */
export const subpaths = Object.keys(manifest.exports)
  .filter((path) => path.startsWith("./") && path !== "./package.json")
  .map((path) => path.slice(2));

/** The platforms with a prebuilt binary: Rust's target and, in npm's terms, the fields of a platform's package. */
export const platforms = [
  { target: "x86_64-unknown-linux-gnu", triple: "linux-x64-gnu", os: "linux", cpu: "x64", libc: "glibc" },
  { target: "x86_64-unknown-linux-musl", triple: "linux-x64-musl", os: "linux", cpu: "x64", libc: "musl" },
  {
    target: "aarch64-unknown-linux-gnu",
    triple: "linux-arm64-gnu",
    os: "linux",
    cpu: "arm64",
    libc: "glibc",
  },
  {
    target: "aarch64-unknown-linux-musl",
    triple: "linux-arm64-musl",
    os: "linux",
    cpu: "arm64",
    libc: "musl",
  },
  { target: "x86_64-apple-darwin", triple: "darwin-x64", os: "darwin", cpu: "x64" },
  { target: "aarch64-apple-darwin", triple: "darwin-arm64", os: "darwin", cpu: "arm64" },
  { target: "x86_64-pc-windows-msvc", triple: "win32-x64-msvc", os: "win32", cpu: "x64" },
  { target: "aarch64-pc-windows-msvc", triple: "win32-arm64-msvc", os: "win32", cpu: "arm64" },
];

/** The platform that this process runs on, or undefined when no binary is published for it. */
export function hostPlatform() {
  const libc = process.platform === "linux" ? hostLibc() : undefined;
  return platforms.find(
    ({ os, cpu, libc: wanted }) => os === process.platform && cpu === process.arch && wanted === libc,
  );
}

function hostLibc() {
  const { header } = process.report.getReport();
  return header.glibcVersionRuntime ? "glibc" : "musl";
}

/** The file name of a platform's binary: `httpxide.linux-x64-gnu.node`. */
export function binaryName(triple) {
  return `${manifest.napi.binaryName}.${triple}.node`;
}

/** The name of a platform's package: `httpxide-linux-x64-gnu`. */
export function packageName(triple) {
  return `${manifest.name}-${triple}`;
}

export function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

/** Runs a command in the root, shows its output, and on failure ends this process with the command's code. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error) fail(`${command} cannot be started: ${error.message}`);
  if (status !== 0) fail(`${[command, ...args].join(" ")} failed (${signal ?? `exit code ${status}`})`);
}

/** Runs the program of an installed npm package with this Node.js, by the path of its script. */
export function runNode(script, args = [], options = {}) {
  run(process.execPath, [join(root, script), ...args], options);
}

/** Runs npm: the one that started this script, else the one on the PATH. */
export function runNpm(args, options = {}) {
  const self = process.env.npm_execpath;
  if (self?.endsWith("npm-cli.js")) run(process.execPath, [self, ...args], options);
  else run("npm", args, { shell: process.platform === "win32", ...options });
}

/** Whether a program answers to `--version`. */
export function hasProgram(name) {
  return spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0;
}

export function say(text) {
  console.log(`▸ ${text}`);
}

export function fail(text) {
  console.error(`✘ ${text}`);
  process.exit(1);
}

// Makes what the other scripts need, if it is missing or stale: node scripts/ensure.mjs packages native dist tests
//
// Needs only Node.js: it imports no package. A step is skipped when the fingerprint of all its inputs equals the one
// stored after its last success; file times mean nothing in a fresh clone.
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { buildNative, profile } from "./native.mjs";
import { binaryName, fail, hasProgram, hostPlatform, root, runNode, runNpm, say } from "./project.mjs";
import { python } from "./python.mjs";

const steps = {
  packages: () => ensurePackages("."),
  native: ensureNative,
  dist: ensureDist,
  tests: ensureTests,
  site: () => ensurePackages("site"),
  bench: () => ensurePackages("bench"),
  toolchains: () => ensurePackages("__test__/toolchains"),
  // They are of other platforms: npm installs them only when forced.
  platforms: () => ensurePackages("__test__/toolchains/platforms", ["--force"]),
  sdks: () => ensurePackages("__test__/sdks"),
  httpx: () => python("httpx"),
  next: () => ensurePackages("__test__/toolchains/next"),
};

for (const name of process.argv.slice(2)) {
  if (!Object.hasOwn(steps, name)) fail(`unknown step "${name}": there are ${Object.keys(steps).join(", ")}`);
  steps[name]();
}

/** The folder's node_modules matches its package-lock.json. */
function ensurePackages(folder, options = []) {
  if (holdsLockedPackages(folder)) return;
  say(`installing the packages of ${folder === "." ? "the project" : folder} (npm ci)`);
  runNpm(["ci", "--no-audit", "--no-fund", "--loglevel=error", ...options], { cwd: join(root, folder) });
}

function holdsLockedPackages(folder) {
  const installed = join(root, folder, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const { packages: present } = JSON.parse(readFileSync(installed, "utf8"));
  const { packages: locked } = JSON.parse(readFileSync(join(root, folder, "package-lock.json"), "utf8"));
  // Optional packages are mostly those of other platforms; a link is a folder of this repository.
  return Object.entries(locked).every(
    ([path, { version, optional, link }]) =>
      path === "" ||
      optional ||
      link ||
      !path.startsWith("node_modules") ||
      present[path]?.version === version,
  );
}

/** `httpxide.<triple>.node` at the root is built from the current crates, in the requested profile. */
function ensureNative() {
  if (process.env.HTTPXIDE_NATIVE_PATH) return say("native engine: the file named by HTTPXIDE_NATIVE_PATH");
  const platform = hostPlatform() ?? fail(`no known platform: ${process.platform} ${process.arch}`);
  const binary = binaryName(platform.triple);
  const packed = `npm/${platform.triple}/${binary}`;
  if (process.env.HTTPXIDE_PREBUILT || !hasProgram("cargo")) {
    const why = process.env.HTTPXIDE_PREBUILT ? "HTTPXIDE_PREBUILT is set" : "there is no Rust here";
    if (!existsSync(join(root, binary))) fail(`${binary} is not here, and ${why}: see https://rustup.rs`);
    copyFileSync(join(root, binary), join(root, packed));
    return say(`native engine: ${binary} as it is, since ${why}`);
  }
  const isSource = (path) => !/^crates\/[^/]+\/(tests|benches|proptest-regressions)\//.test(path);
  const inputs = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    ".cargo",
    ...filesIn("crates").filter(isSource),
  ];
  whenStale(`native-${platform.triple}`, inputs, [binary, packed], profile(), () => {
    const seconds = buildNative({ platform });
    say(`native engine: ${binary} (${profile()}, ${sizeOf(binary)}, built in ${seconds} s)`);
  });
}

/** `dist/` is bundled from index.ts and src/, and index.d.ts and `types/` from their public declarations. */
function ensureDist() {
  const scripts = ["bundle", "declarations", "subpath-declarations"].map((name) => `scripts/${name}.mjs`);
  const inputs = ["package.json", "package-lock.json", "tsconfig.json", ...scripts, "index.ts", "src"];
  whenStale("dist", inputs, ["dist/index.mjs", "index.d.ts", "types"], "", () => {
    say("bundling dist/, index.d.ts and types/");
    runNode("scripts/declarations.mjs");
    runNode("scripts/subpath-declarations.mjs");
    runNode("scripts/bundle.mjs");
  });
}

/** `build/` is compiled from the tests and the examples, against index.d.ts. */
function ensureTests() {
  const inputs = ["package-lock.json", "tsconfig.json", "index.d.ts", "types", "__test__", "examples"];
  whenStale("tests", inputs, ["build/__test__"], "", () => {
    say("compiling the tests and the examples into build/");
    runNode("node_modules/typescript/bin/tsc", ["-p", "__test__/tsconfig.json"]);
    // The output of a deleted source would still be run as a test.
    for (const path of filesIn("build")) {
      const source = join(root, relative("build", path)).replace(/\.js(\.map)?$/, ".ts");
      if (/\.js(\.map)?$/.test(path) && !existsSync(source)) rmSync(join(root, path));
    }
  });
}

function whenStale(name, inputs, outputs, setting, make) {
  const note = join(root, "node_modules", ".cache", "httpxide", name);
  const now = fingerprint(inputs, setting);
  const noted = existsSync(note) ? readFileSync(note, "utf8") : "";
  if (noted === now && outputs.every((path) => existsSync(join(root, path)))) return;
  make();
  mkdirSync(dirname(note), { recursive: true });
  writeFileSync(note, now);
}

function fingerprint(paths, setting) {
  const hash = createHash("sha256").update(setting);
  for (const path of paths.flatMap(filesIn).sort())
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}

/** Every file under a path of the root, as paths relative to the root with forward slashes; the path itself if it is a file. */
function filesIn(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)).replaceAll("\\", "/"));
}

function sizeOf(path) {
  return `${(statSync(join(root, path)).size / 1e6).toFixed(1)} MB`;
}

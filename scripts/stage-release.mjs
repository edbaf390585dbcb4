// Packs the published packages into release/: node scripts/stage-release.mjs [--host-only | <triple>…] [--output <folder>]
//
// These are the platform packages, each with its binary, and the main package. Its package.json is the committed one plus
// the platform packages as optional dependencies in exactly this version, minus the fields that only development needs, and
// of type "commonjs": index.d.ts describes the CommonJS build then, and index.d.mts passes its types on.
// The committed package.json does not name them, because before a release there is nothing to install. It is private, so
// that it cannot be published by accident. A platform package has the licences of its binary's crates (LICENSES.txt) and
// a bill of materials (sbom.cdx.json). This script publishes nothing: the workflow does, platforms first.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  binaryName,
  fail,
  hasProgram,
  hostPlatform,
  manifest,
  packageName,
  platforms,
  readJson,
  root,
  runNpm,
  say,
} from "./project.mjs";
import { bill, cratesOf, licences } from "./third-party.mjs";

const DEVELOPMENT_ONLY = new Set(["private", "scripts", "ava", "napi", "devDependencies", "overrides"]);

const { values, positionals } = parseArgs({
  options: { "host-only": { type: "boolean" }, output: { type: "string", default: "release" } },
  allowPositionals: true,
});
const output = resolve(root, values.output);
/** Only all platforms make a release; some are packed for tests. */
const wanted = values["host-only"] ? [hostPlatform().triple] : positionals;
const isRelease = wanted.length === 0;
const staged = platforms.filter(({ triple }) => isRelease || wanted.includes(triple));

const missing = staged.filter(({ triple }) => !existsSync(join(root, "npm", triple, binaryName(triple))));
if (missing.length > 0)
  fail(`no binary for ${missing.map(({ triple }) => triple).join(", ")}: nothing is packed`);
if (!existsSync(join(root, "dist/index.mjs"))) fail("dist/ is missing: npm run build");

rmSync(output, { recursive: true, force: true });
for (const { triple, target } of staged) {
  if (readJson(`npm/${triple}/package.json`).version !== manifest.version)
    fail(`npm/${triple} has another version`);
  stage(packageName(triple), [`npm/${triple}`], { others: cratesIn(target) });
}
stage(manifest.name, ["README.md", ...manifest.files], { packageJson: releasedManifest() });
say(`packed ${staged.length + 1} packages into ${output}`);

/** Only Cargo knows what is in a binary. A machine without it can test packages, but not make those of a release. */
function cratesIn(target) {
  if (hasProgram("cargo")) return cratesOf(target);
  return isRelease ? fail("the licences of the crates need cargo: see https://rustup.rs") : [];
}

function stage(name, contents, { packageJson, others }) {
  const folder = join(output, name);
  mkdirSync(folder, { recursive: true });
  for (const path of ["LICENSE", ...contents]) {
    const target = path.startsWith("npm/") ? folder : join(folder, path);
    if (existsSync(join(root, path))) cpSync(join(root, path), target, { recursive: true });
  }
  if (packageJson) writeFileSync(join(folder, "package.json"), `${JSON.stringify(packageJson, null, 2)}\n`);
  if (others) {
    writeFileSync(join(folder, "LICENSES.txt"), licences(others));
    writeFileSync(join(folder, "sbom.cdx.json"), bill({ ...manifest, name }, others));
  }
  runNpm(["pack", folder, "--pack-destination", output, "--silent"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function releasedManifest() {
  const kept = Object.entries(manifest).filter(([field]) => !DEVELOPMENT_ONLY.has(field));
  const optionalDependencies = platforms.map(({ triple }) => [packageName(triple), manifest.version]);
  return {
    ...Object.fromEntries(kept),
    type: "commonjs",
    optionalDependencies: Object.fromEntries(optionalDependencies),
  };
}

// Builds the native engine for one platform: node scripts/native.mjs [--target <rust target>] [--debug] [-- <napi options>]
//
// The binary is written to two places: the root, where src/native/load.ts looks first, and npm/<triple>/, which is packed.
// The profile is Cargo's release, which ships, unless HTTPXIDE_PROFILE names another profile of Cargo.toml.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { binaryName, fail, hostPlatform, platforms, root, runNode, say } from "./project.mjs";

const declarations = "src/native/binding.d.ts";

/** The Cargo profile of this build. */
export function profile() {
  return process.env.HTTPXIDE_PROFILE || "release";
}

/** Builds, copies, and returns the duration in seconds. */
export function buildNative({ platform, napiOptions = [] }) {
  say(
    `building the native engine for ${platform.triple} (cargo, profile ${profile()}): minutes the first time`,
  );
  const started = performance.now();
  runNode("node_modules/@napi-rs/cli/dist/cli.js", [
    ...["build", "--platform"],
    ...(platform === hostPlatform() ? [] : ["--target", platform.target]),
    // Cargo's dev profile writes to target/debug, which the CLI finds only when no profile is named.
    ...(profile() === "dev" ? [] : ["--profile", profile()]),
    ...["--manifest-path", "crates/binding/Cargo.toml"],
    ...["--package-json-path", "package.json"],
    ...["--output-dir", "."],
    // No loader of the CLI's: src/native/load.ts is ours.
    ...["--no-js", "--dts", declarations],
    ...napiOptions,
  ]);
  // both are committed: the sources compile without Rust
  runNode("node_modules/prettier/bin/prettier.cjs", ["--write", "--log-level=warn", declarations]);
  runNode("scripts/protocol.mjs");
  const binary = binaryName(platform.triple);
  copyFileSync(join(root, binary), join(root, "npm", platform.triple, binary));
  return Math.round((performance.now() - started) / 1000);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values, positionals } = parseArgs({
    options: { target: { type: "string" }, debug: { type: "boolean" } },
    allowPositionals: true,
  });
  if (values.debug) process.env.HTTPXIDE_PROFILE = "dev";
  const platform = values.target ? platforms.find(({ target }) => target === values.target) : hostPlatform();
  if (!platform) fail(`not one of the published platforms: ${values.target ?? process.platform}`);
  const seconds = buildNative({ platform, napiOptions: positionals });
  say(`${binaryName(platform.triple)}: built in ${seconds} s`);
}

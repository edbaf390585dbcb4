// Checks the crates for the systems that are built only on themselves: node scripts/check-systems.mjs [<target>…]; all by default.
//
// It finds on Linux what breaks Windows and macOS: Cargo checks the Rust code, and Zig compiles the C code under it, with its own
// headers of these systems. Nothing is linked or run; the workflow does that.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail, root, run, say } from "./project.mjs";
import { withPython } from "./python.mjs";

/** Zig has the headers of MinGW, not of MSVC; the difference is the linker's. */
const TARGETS = ["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((target) => !TARGETS.includes(target));
if (unknown.length > 0) fail(`not checked: ${unknown.join(", ")}; there are ${TARGETS.join(", ")}`);

// The build script of napi for MinGW asks for Node.js as a library, which only the linker reads.
const folder = join(root, "target/check");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "libnode.dll"), "");
const env = { ...withPython(), LIBNODE_PATH: folder };

for (const target of wanted.length > 0 ? wanted : TARGETS) {
  say(`checking the crates for ${target} (cargo-zigbuild check)`);
  run("rustup", ["target", "add", target]);
  const options = ["--package", "httpxide-binding", "--target", target, "--target-dir", folder];
  run("cargo-zigbuild", ["check", ...options], { env });
}

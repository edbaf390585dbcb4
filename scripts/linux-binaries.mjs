// Builds the Linux binaries that are published, on any system: node scripts/linux-binaries.mjs [<triple>…]; all by default.
//
// Zig compiles the C code and links, against glibc 2.17 (2014: RHEL 7, Amazon Linux 2) or musl. A binary goes to
// npm/<triple>/ only, and is checked: what it asks of the system, and its size. The profile is that of HTTPXIDE_PROFILE.
import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { GLIBC, problemsOf } from "./linux-requirements.mjs";
import { profile } from "./native.mjs";
import { binaryName, fail, platforms, root, run, say } from "./project.mjs";
import { withPython } from "./python.mjs";

/** Bytes. A binary is part of what each user downloads and each function of a cloud starts with. */
const LARGEST = 6_000_000;

const { positionals } = parseArgs({ allowPositionals: true });
const linux = platforms.filter(({ os }) => os === "linux");
const unknown = positionals.filter((name) => !linux.some(({ triple }) => triple === name));
if (unknown.length > 0) fail(`not a published Linux platform: ${unknown.join(", ")}`);

/**
 * C code as in .cargo/config.toml: with one form of zstd's decoder, and without tables to unwind it and frame pointers. Zig adds
 * both unless all three say no.
 */
const LEAN = [
  ...["-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fomit-frame-pointer"],
  ...["-DHUF_FORCE_DECOMPRESS_X1=1", "-DZSTD_FORCE_DECOMPRESS_SEQUENCES_SHORT=1"],
].join(" ");

/** Zig takes -Oz for -Os: its Clang has to be told. AWS-LC's code would be larger than GCC's. */
const SMALLEST = `${LEAN} -Xclang -Oz`;

const env = withPython();
for (const platform of linux) {
  if (positionals.length === 0 || positionals.includes(platform.triple)) build(platform);
}

function build({ triple, target, libc }) {
  const started = performance.now();
  say(`building ${binaryName(triple)} (cargo zigbuild, profile ${profile()})`);
  run("rustup", ["target", "add", target]);
  const zigTarget = libc === "glibc" ? `${target}.${GLIBC}` : target;
  run("cargo", ["zigbuild", "--package", "httpxide-binding", "--target", zigTarget, "--profile", profile()], {
    env: { ...env, [`CFLAGS_${target.replaceAll("-", "_")}`]: LEAN, AWS_LC_SYS_CFLAGS: SMALLEST },
  });
  const folder = join(root, "target", target, profile() === "dev" ? "debug" : profile());
  const packed = join(root, "npm", triple, binaryName(triple));
  mkdirSync(join(packed, ".."), { recursive: true });
  copyFileSync(join(folder, "libhttpxide_binding.so"), packed);
  const problems = problemsOf(packed, libc);
  const { size } = statSync(packed);
  if (profile() === "release" && size > LARGEST) problems.push(`has ${size} bytes, more than ${LARGEST}`);
  if (problems.length > 0) fail(`${binaryName(triple)} ${problems.join("; ")}`);
  const seconds = Math.round((performance.now() - started) / 1000);
  say(`${binaryName(triple)}: ${(size / 1e6).toFixed(2)} MB, built in ${seconds} s`);
}

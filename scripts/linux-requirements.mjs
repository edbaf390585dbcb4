// What a Linux binary asks of the system it is loaded on, read by readelf of binutils.
import { spawnSync } from "node:child_process";
import { fail } from "./project.mjs";

/** The oldest glibc that a binary runs on. */
export const GLIBC = "2.17";

/** The libraries that every system with that C library has. musl is one file. */
const LIBRARIES = {
  glibc: /^(lib(c|m|dl|rt|pthread)\.so\.\d|ld-linux-(x86-64\.so\.2|aarch64\.so\.1))$/,
  musl: /^libc\.(so|musl-\w+\.so\.1)$/,
};

/** What would keep the binary at `path` from loading on a system with nothing but an old C library (`glibc` or `musl`). */
export function problemsOf(path, libc) {
  const { libraries, versions } = requirementsOf(path);
  const problems = libraries
    .filter((name) => !LIBRARIES[libc].test(name))
    .map((name) => `needs the library ${name}`);
  if (libraries.length === 0) problems.push("names no library: it is not a shared object");
  for (const version of versions) {
    if (libc === "musl") problems.push(`needs ${version}, and musl has no glibc`);
    else if (isNewer(version.replace("GLIBC_", ""), GLIBC)) problems.push(`needs ${version}`);
  }
  return problems;
}

/** The names of the libraries, and the versions of glibc's symbols (`GLIBC_2.14`). */
export function requirementsOf(path) {
  const { status, stdout, stderr, error } = spawnSync(
    "readelf",
    ["--dynamic", "--version-info", "--wide", path],
    { encoding: "utf8", env: { ...process.env, LC_ALL: "C" }, maxBuffer: 1 << 26 },
  );
  if (status !== 0) fail(`readelf of binutils cannot read ${path}: ${error?.message ?? stderr}`);
  return {
    libraries: [...stdout.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name]) => name),
    versions: [...new Set(stdout.match(/GLIBC_[\d.]+/g))],
  };
}

function isNewer(version, limit) {
  return version.localeCompare(limit, "en", { numeric: true }) > 0;
}

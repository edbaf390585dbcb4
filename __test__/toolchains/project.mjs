// Projects that use httpxide as its users do: installed from the packed tarballs, built by a tool, moved elsewhere, run.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { hostPlatform } from "../../scripts/project.mjs";

const execute = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");

/** The folder of this package's own node_modules. */
export const tools = join(here, "node_modules");

/**
 * A folder with `node_modules/httpxide` and the package of each of `triples`, unpacked from what a release would publish.
 * `link` names packages of this folder or of the project that its programs import; `copy` is a node_modules whose packages
 * it gets too.
 */
export async function installed({ link = [], copy, triples = [hostPlatform().triple] } = {}) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "httpxide-toolchains-")));
  const moved = [];
  const release = join(folder, "release");
  const script = join(root, "scripts/stage-release.mjs");
  await execute(process.execPath, [script, ...triples, "--output", release]);
  const tarballs = (await readdir(release)).filter((name) => name.endsWith(".tgz"));
  for (const tarball of tarballs) {
    const target = join(folder, "project/node_modules", basename(tarball).replace(/-\d[^-]*\.tgz$/, ""));
    await mkdir(target, { recursive: true });
    await execute("tar", ["-xzf", join(release, tarball), "-C", target, "--strip-components=1"]);
  }
  if (copy) await cp(copy, join(folder, "project/node_modules"), { recursive: true, verbatimSymlinks: true });
  for (const name of link) {
    const target = join(folder, "project/node_modules", name);
    await mkdir(dirname(target), { recursive: true });
    const source = [tools, join(root, "node_modules")].find((modules) => existsSync(join(modules, name)));
    await symlink(join(source, name), target, "junction");
  }
  return {
    project: join(folder, "project"),
    /** Writes files, by their paths in the project. */
    async write(files) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, "project", path)), { recursive: true });
        await writeFile(join(folder, "project", path), text);
      }
    },
    /** Moves a folder of the project to where no httpxide is found above it, and returns its new path. */
    async movedElsewhere(path) {
      const target = await mkdtemp(join(tmpdir(), "httpxide-moved-"));
      moved.push(target);
      await rename(join(folder, "project", path), join(target, "app")).catch(async (error) => {
        if (error.code !== "EXDEV") throw error;
        await cp(join(folder, "project", path), join(target, "app"), { recursive: true });
      });
      return join(target, "app");
    },
    async [Symbol.asyncDispose]() {
      for (const path of [folder, ...moved]) await rm(path, { recursive: true, force: true });
    },
  };
}

/** Where the executables of the packages are. The script that Bun's runs on installation moves its. */
const PROGRAMS = {
  bun: ["@oven/bun-linux-x64/bin/bun", "bun/bin/bun.exe"],
  deno: ["@deno/linux-x64-glibc/deno"],
};

/** The executable that a package of this folder brings; undefined where it does not run on this platform. */
export function programIn(name) {
  const paths = PROGRAMS[name] ?? [`${name}/bin/node`];
  return paths.map((path) => join(tools, path)).find((path) => existsSync(path));
}

/** Runs a program without any path to tools, and returns what it printed, read as JSON unless `parse` is false. */
export async function printedBy(command, args, { cwd, env = {}, parse = true }) {
  const options = { cwd, env: { HOME: cwd, PATH: "", ...env }, timeout: 120_000, maxBuffer: 1 << 26 };
  const { stdout } = await execute(command, args, options).catch(({ message, stdout }) => {
    throw new Error(`${message}\n${stdout}`);
  });
  return parse ? JSON.parse(stdout) : stdout;
}

// A Python environment of the project's own in target/python. Zig, with the C libraries of every Linux, comes as a package
// of Python; npm and Cargo have none that downloads nothing.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root, run, say } from "./project.mjs";

const folder = join(root, "target/python");
const programs = join(folder, process.platform === "win32" ? "Scripts" : "bin");

/** The environment's own interpreter. Makes the environment when it is missing or its requirements changed. */
export function python() {
  const requirements = readFileSync(join(root, "scripts/python-requirements.txt"), "utf8");
  const note = join(folder, "installed.txt");
  if (!existsSync(note) || readFileSync(note, "utf8") !== requirements) {
    say("installing cargo-zigbuild and Zig into target/python");
    run("python3", ["-m", "venv", folder]);
    run(join(programs, "python"), [
      "-m",
      "pip",
      "install",
      "--quiet",
      "-r",
      "scripts/python-requirements.txt",
    ]);
    writeFileSync(note, requirements);
  }
  return join(programs, "python");
}

/** The variables of a process that finds the environment's programs first. */
export function withPython() {
  python();
  return { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH}` };
}

// Python environments of the project's own, each in a folder below target/: Zig, with the C libraries of every Linux, comes
// as a package of Python, npm and Cargo have none that downloads nothing; and the tests compare with HTTPX.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root, run, say } from "./project.mjs";

const environments = {
  python: "scripts/python-requirements.txt",
  httpx: "__test__/differential/requirements.txt",
};

/** An environment's own interpreter. Makes the environment when it is missing or its requirements changed. */
export function python(name = "python") {
  const file = environments[name];
  const requirements = readFileSync(join(root, file), "utf8");
  const note = join(root, "target", name, "installed.txt");
  const interpreter = join(programsOf(name), "python");
  if (!existsSync(note) || readFileSync(note, "utf8") !== requirements) {
    say(`installing ${file} into target/${name}`);
    run("python3", ["-m", "venv", join(root, "target", name)]);
    run(interpreter, ["-m", "pip", "install", "--quiet", "-r", file]);
    writeFileSync(note, requirements);
  }
  return interpreter;
}

/** The variables of a process that finds the programs of Zig's environment first. */
export function withPython() {
  python();
  return { ...process.env, PATH: `${programsOf("python")}${delimiter}${process.env.PATH}` };
}

function programsOf(name) {
  return join(root, "target", name, process.platform === "win32" ? "Scripts" : "bin");
}

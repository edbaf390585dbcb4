// Compiles and starts the servers that are written in Rust. rustc exists wherever the client itself is built; it takes half a
// second per run and server.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProcess, stopProcess } from "./processes.mjs";

/** Starts `<name>.rs` of this folder on a free port. */
export async function startRustServer({ directory, name, args = [] }) {
  const source = fileURLToPath(new URL(`${name}.rs`, import.meta.url));
  const binary = join(directory, name);
  const compiled = spawnSync("rustc", ["--edition", "2021", "-O", "-o", binary, source], {
    encoding: "utf8",
  });
  if (compiled.error) throw new Error("rustc was not found. The bench needs it to build its servers.");
  if (compiled.status !== 0) throw new Error(`${name}.rs does not compile:\n${compiled.stderr}`);
  const child = startProcess(binary, args, { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  return { port: Number(line), process: child.pid, stop: () => stopProcess(child) };
}

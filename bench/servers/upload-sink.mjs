// Compiles and starts the upload sink. rustc exists wherever the client itself is built; it takes half a second per run.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProcess, stopProcess } from "./processes.mjs";

const SOURCE = fileURLToPath(new URL("upload-sink.rs", import.meta.url));

/** Starts it on a free port. */
export async function startUploadSink({ directory }) {
  const binary = join(directory, "upload-sink");
  const compiled = spawnSync("rustc", ["--edition", "2021", "-O", "-o", binary, SOURCE], {
    encoding: "utf8",
  });
  if (compiled.error) throw new Error("rustc was not found. The bench needs it to build its upload server.");
  if (compiled.status !== 0) throw new Error(`the upload server does not compile:\n${compiled.stderr}`);
  const child = startProcess(binary, [], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  return { url: `http://127.0.0.1:${Number(line)}/`, process: child.pid, stop: () => stopProcess(child) };
}

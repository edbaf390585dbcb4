/**
 * Runs one of the programs in `../programs` in its own process, for effects that only an outside observer sees: when
 * it exits, with which code, and how much memory it takes.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { InstalledRuntime } from "./runtimes.js";

export interface ProgramRun {
  /** `null` if it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly args?: readonly string[];
  /** Options of Node.js itself. */
  readonly nodeOptions?: readonly string[];
  /** Default: the Node.js of the tests. */
  readonly runtime?: InstalledRuntime;
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The most files that it may have open. Not on Windows. Default: this process's own limit. */
  readonly maxOpenFiles?: number;
  /** Milliseconds until it is killed. Default: 30,000. */
  readonly limit?: number;
}

/** The path of a program, for tests that run it in another way. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}.js`, import.meta.url));
}

export function runProgram(name: string, options: ProgramOptions = {}): Promise<ProgramRun> {
  const { args = [], nodeOptions = [], runtime, environment = {}, maxOpenFiles, limit = 30_000 } = options;
  const { executable, runOptions } = runtime ?? { executable: process.execPath, runOptions: nodeOptions };
  const program = [executable, ...runOptions, programPath(name), ...args];
  const limited =
    maxOpenFiles === undefined
      ? program
      : ["sh", "-c", `ulimit -n ${maxOpenFiles}; exec "$0" "$@"`, ...program];
  const [command = "", ...rest] = limited;
  const child = spawn(command, rest, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: limit,
    killSignal: "SIGKILL",
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({
        code,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}

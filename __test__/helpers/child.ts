/**
 * Runs one of the programs in `../programs` in a process of its own, for what can only be seen from outside: when
 * it exits, with what code, and how much memory it takes.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ProgramRun {
  /** `null` if it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to exit. */
  readonly milliseconds: number;
}

export interface ProgramOptions {
  readonly args?: readonly string[];
  /** Options of Node.js itself. */
  readonly nodeOptions?: readonly string[];
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** After how long it is killed, in milliseconds. Default: 30,000. */
  readonly limit?: number;
}

/** The path of a program, for whoever runs it in another way. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}.js`, import.meta.url));
}

export function runProgram(name: string, options: ProgramOptions = {}): Promise<ProgramRun> {
  const { args = [], nodeOptions = [], environment = {}, limit = 30_000 } = options;
  const started = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, programPath(name), ...args], {
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
        milliseconds: performance.now() - started,
      });
    });
  });
}

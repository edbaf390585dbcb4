/** The JavaScript runtimes of this machine: the Node.js of the tests, and Bun and Deno if they are on the PATH. */
import { spawnSync } from "node:child_process";

export interface InstalledRuntime {
  readonly name: "node" | "bun" | "deno";
  readonly executable: string;
  /** Arguments before the program's path. */
  readonly runOptions: readonly string[];
}

const RUNTIMES: readonly InstalledRuntime[] = [
  { name: "node", executable: process.execPath, runOptions: ["--enable-source-maps"] },
  { name: "bun", executable: "bun", runOptions: ["run"] },
  { name: "deno", executable: "deno", runOptions: ["run", "--allow-all"] },
];

export const installedRuntimes: readonly InstalledRuntime[] = RUNTIMES.filter(
  ({ executable }) => spawnSync(executable, ["--version"], { stdio: "ignore" }).status === 0,
);

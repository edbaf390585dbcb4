/**
 * Servers of other projects, as Debian packages them: each runs in a process and a folder of its own, on a free port of
 * this machine, and ends with its test.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "./unix-server.js";
import { pause } from "./waiting.js";

/** How a server is started. */
export interface DaemonPlan {
  /** The name of its program. */
  readonly program: string;
  /** The Debian package that has it. */
  readonly from: string;
  /** Its arguments. */
  arguments(at: DaemonPlace): string[];
  /** The files that it reads, by their names in its folder. */
  files?(at: DaemonPlace): Record<string, string>;
}

export interface DaemonPlace {
  readonly port: number;
  readonly folder: string;
}

export interface Daemon extends AsyncDisposable {
  readonly port: number;
  /** What it has printed. */
  readonly output: string;
}

/** Longer than any of them takes to start on a busy machine. */
const START_LIMIT = 20_000;

/** Starts a server and waits until it accepts connections. @throws Error if its package is not installed. */
export async function startDaemon(plan: DaemonPlan): Promise<Daemon> {
  const folder = await temporaryFolder();
  // some of them give up root's rights before they write their files
  await chmod(folder.path, 0o777);
  const place = { port: await freePort(), folder: folder.path };
  for (const [name, content] of Object.entries(plan.files?.(place) ?? {})) {
    await writeFile(join(folder.path, name), content, { mode: 0o644 });
  }
  let output = "";
  let ended: string | null = null;
  const child = spawn(plan.program, plan.arguments(place), { stdio: ["ignore", "pipe", "pipe"] });
  child.on("error", (error) => (ended = `${error.message}: apt-get install ${plan.from}`));
  child.on("exit", (code, signal) => (ended ??= `it ended with ${signal ?? code}`));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => (output += bytes.toString()));
  }
  const dispose = async (): Promise<void> => {
    await ending(child);
    await folder[Symbol.asyncDispose]();
  };
  const deadline = performance.now() + START_LIMIT;
  while (!(await accepts(place.port))) {
    if (ended !== null || performance.now() > deadline) {
      await dispose();
      throw new Error(`${plan.program} does not start: ${ended ?? "it does not listen"}\n${output}`);
    }
    await pause(20);
  }
  return {
    port: place.port,
    get output() {
      return output;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** A port that nothing listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

async function ending(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exited;
}

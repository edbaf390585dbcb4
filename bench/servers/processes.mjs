// Starts servers as child processes and ends exactly those: each is kept as its process object and ended through it,
// never by name.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";

const running = new Set();

// Also on an uncaught error and on Ctrl-C (run.mjs turns the signals into an exit).
process.on("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

/** Spawns a server. Its output is discarded unless `options.stdio` says otherwise. */
export function startProcess(command, args, options = {}) {
  const child = spawn(command, args, { stdio: "ignore", ...options });
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Ends it and waits until it has exited. */
export async function stopProcess(child) {
  if (!running.has(child)) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
}

/** Processes started by `pid`, such as nginx's worker. Empty where the kernel does not report them. */
export function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1")
      .trim()
      .split(" ")
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/** Ports that were free a moment ago. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const listening = servers.map((server) => new Promise((resolve) => server.listen(0, "127.0.0.1", resolve)));
  await Promise.all(listening);
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Resolves when a server accepts connections on the port; rejects when `child` exits first or after 10 s. */
export async function acceptsConnections(port, child, explain) {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline && child.exitCode === null && child.pid !== undefined) {
    const accepted = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (accepted) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(explain());
}

// The start of a process that loads the package and ends: what a command-line program or a function of a cloud pays before its
// first request.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

const DOORS = {
  import: {
    title: "a process that imports the package and ends",
    args: ({ load }) => ["--input-type=module", "--eval", `await import(${quote(load.import)}); ${REPORT}`],
  },
  require: {
    title: "a process that requires the package and ends",
    args: ({ load }) => ["--eval", `require(${quote(load.require)}); ${REPORT}`],
  },
};

/** Prints the CPU of the process since its start, in µs: nothing else tells a parent that of its children. */
const REPORT = "const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system));";

/** By `import` or by `require`. The CPU of this work is that of the started processes. */
export function startup(door) {
  const { title, args } = DOORS[door];
  const cpu = [];
  return {
    title,
    uses: "load",
    inFlight: 1,
    rate: "starts/s",
    start(peer) {
      return async () => {
        const { stdout } = await execute(process.execPath, args(peer));
        cpu.push(Number(stdout) / 1000);
        return stdout;
      };
    },
    check(printed) {
      if (!(Number(printed) > 0)) throw new Error(`the process printed ${quote(printed)}`);
    },
    /** What the meters cannot see, for that many last operations. */
    used(operations) {
      const last = cpu.slice(-operations);
      return { cpuMs: last.reduce((sum, one) => sum + one, 0) };
    },
  };
}

const quote = (text) => JSON.stringify(text);

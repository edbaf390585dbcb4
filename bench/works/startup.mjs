// The start of a process that imports the package and ends: what a command-line program or a function of a cloud pays
// before its first request.
import { spawn } from "node:child_process";

export const startup = {
  title: "a process that imports the package and ends",
  uses: "load",
  inFlight: 1,
  rate: "starts/s",
  start(peer) {
    const program = `await import(${JSON.stringify(peer.load)})`;
    return () =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
          stdio: "ignore",
        });
        child.once("error", reject).once("close", resolve);
      });
  },
  check(code) {
    if (code !== 0) throw new Error(`the process ended with ${code}`);
  },
};

/**
 * Traces requests to `<url>` while the process stops behind the first readings of its clock, as a machine may stop a process
 * anywhere. Prints as JSON, for each request: the time when the process went on, those of its steps, and the time after it.
 */
import { performance } from "node:perf_hooks";

const real = performance.now.bind(performance);
const cell = new Int32Array(new SharedArrayBuffer(4));
let stops = 0;
let goesOn = 0;
// a function would be a fake, of which the package makes no use
performance.now = new Proxy(performance.now, {
  apply: () => {
    const time = real();
    if (stops-- > 0) {
      Atomics.wait(cell, 0, 0, 100);
      goesOn = real();
    }
    return time;
  },
});

const { AsyncClient } = await import("httpxide");
const [url = ""] = process.argv.slice(2);
await using client = new AsyncClient();
const rows: number[][] = [];
for (const readings of [1, 2, 3]) {
  stops = readings;
  const steps: number[] = [];
  await client.get(url, { extensions: { trace: (_event, { time }) => void steps.push(time) } });
  rows.push([goesOn, ...steps, real()]);
}
console.log(JSON.stringify(rows));

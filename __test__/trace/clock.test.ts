/** The times of steps, which the engine takes by a clock of its own. */
import test from "ava";
import { runProgram } from "../helpers/child.js";
import { answering, startHttpServer } from "../helpers/http-server.js";

test("steps begin after the process went on, which stopped while the clocks were compared", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const run = await runProgram("stopped-clock", { args: [server.url] });
  t.is(run.code, 0, run.stderr);
  for (const times of JSON.parse(run.stdout) as number[][]) {
    const [before = 0, first = 0] = times;
    const [last = 0, after = 0] = times.slice(-2);
    t.true(times.length > 4);
    // The clocks agree within a millisecond.
    t.true(first > before - 1 && last < after + 1, times.join(" "));
  }
});

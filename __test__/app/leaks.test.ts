/** Calls to applications leak no memory, keep no process alive, and load no unnecessary module. */
import test from "ava";
import { runProgram } from "../helpers/child.js";

const MEGABYTE = 1024 * 1024;

interface Left {
  readonly grown: number;
  readonly handles: readonly string[];
}

for (const kind of ["node", "fetch"]) {
  test.serial(`thousands of calls, however they end, leave nothing behind: ${kind}`, async (t) => {
    t.timeout(300_000);
    const run = await runProgram("app-requests", {
      args: [kind],
      nodeOptions: ["--expose-gc"],
      limit: 280_000,
    });
    t.is(run.code, 0, run.stderr);
    t.is(run.stderr, "");
    const { grown, handles } = JSON.parse(run.stdout) as Left;
    t.deepEqual(handles, []);
    t.true(grown < 4 * MEGABYTE, `the heap grew by ${grown} bytes`);
  });
}

for (const [path, printed] of [
  ["/", "late\n"],
  ["/silent", "ReadTimeout\n"],
  ["/unread", "unread\n"],
] as const) {
  test.serial(
    `a process that called an application exits by itself, and not before the response: ${path}`,
    async (t) => {
      const run = await runProgram("app-get-once", { args: [path] });
      t.is(run.code, 0, run.stderr);
      t.is(run.stdout, printed);
    },
  );
}

test.serial(
  "importing the package, and making a transport for an application, does not load node:http",
  async (t) => {
    const run = await runProgram("app-unused");
    t.is(run.code, 0, run.stderr);
    t.deepEqual(JSON.parse(run.stdout), { http: false });
  },
);

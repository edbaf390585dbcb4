// The programs of docs/test-runners.md in the runners they are for, and the checks of smoke.cjs in each mode of each runner.
import { ok } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { installed, printedBy, programIn, tools } from "./project.mjs";
import { started } from "./server.mjs";

const JEST = join(tools, "jest/bin/jest.js");
const VITEST = join(tools, "vitest/vitest.mjs");

/** Every check as a test of a runner whose `test` is at hand. */
const CHECKS = `
for (const [name, run] of Object.entries(smoke(httpxide))) test(name, () => run(process.env.SMOKE_URL));
`;
const REQUIRED = `const httpxide = require("httpxide");\nconst smoke = require("./smoke.cjs");\n`;
const IMPORTED = `import * as httpxide from "httpxide";\nimport smoke from "./smoke.cjs";\n`;

let folder;
let server;
let documented;

before(async () => {
  [folder, server] = await Promise.all([installed({ link: ["vitest"] }), started()]);
  documented = await programsOf("../../docs/test-runners.md");
  await folder.write({
    "package.json": JSON.stringify({ jest: { transform: {}, testMatch: ["**/*.jest.test.*"] } }),
    "vitest.config.mjs": `export default { test: { include: ["**/*.vitest.test.mjs"], hookTimeout: 60_000 } };`,
    "smoke.cjs": await readFile(new URL("smoke.cjs", import.meta.url), "utf8"),
    "smoke.jest.test.cjs": REQUIRED + CHECKS,
    "smoke.jest.test.mjs": IMPORTED + CHECKS,
    "smoke.vitest.test.mjs": `import { test } from "vitest";\n${IMPORTED}${CHECKS}`,
    "smoke.node.test.mjs": `import { test } from "node:test";\n${IMPORTED}${CHECKS}`,
    "smoke.bun.test.mjs": `import { test } from "bun:test";\n${IMPORTED}${CHECKS}`,
    ...documented,
  });
});

after(async () => {
  await server?.close();
  await folder?.[Symbol.asyncDispose]();
});

/** The blocks of a page that are marked with the name of a file. */
async function programsOf(page) {
  const text = await readFile(new URL(page, import.meta.url), "utf8");
  return Object.fromEntries(
    [...text.matchAll(/^```js [^\n]*file=(\S+)\n(.*?)^```$/gms)].map(([, name, code]) => [name, code]),
  );
}

/** Runs a test runner, which fails by its exit code; `passed` finds the number of passed tests in what it printed. */
async function passes(command, args, { passed, least = 40, env = {} }) {
  const PATH = dirname(process.execPath);
  const environment = { PATH, CI: "1", NO_COLOR: "1", SMOKE_URL: server.url, ...env };
  const printed = await printedBy(command, args, { cwd: folder.project, env: environment, parse: false });
  const [, count] = passed.exec(printed) ?? [];
  ok(Number(count) >= least, printed);
}

const jest = (file, options) =>
  passes(process.execPath, [JEST, "--json", file], { passed: /"numPassedTests":(\d+)/, ...options });

test("Jest, CommonJS", () => jest("smoke.jest.test.cjs"));
test("Jest, ES modules", () =>
  jest("smoke.jest.test.mjs", { env: { NODE_OPTIONS: "--experimental-vm-modules --no-warnings" } }));
test("Jest runs the program of the documentation", () => jest("weather.jest.test.cjs", { least: 3 }));

for (const pool of ["forks", "threads", "vmForks", "vmThreads"]) {
  const run = (file, options) =>
    passes(process.execPath, [VITEST, "run", `--pool=${pool}`, "--reporter=json", file], {
      passed: /"numPassedTests":(\d+)/,
      ...options,
    });
  test(`Vitest, ${pool}`, () => run("smoke.vitest.test.mjs"));
  test(`Vitest, ${pool}, runs the program of the documentation`, () =>
    run("weather.vitest.test.mjs", { least: 3 }));
}

test("node --test", () =>
  passes(process.execPath, ["--test", "--test-reporter=tap", "smoke.node.test.mjs"], {
    passed: /^# pass (\d+)$/m,
  }));

const bun = programIn("bun");
test("bun test", { skip: bun === undefined && "its package has no program for this platform" }, () =>
  passes("/bin/sh", ["-c", `"${bun}" test ./smoke.bun.test.mjs 2>&1`], { passed: /(\d+) pass/ }),
);

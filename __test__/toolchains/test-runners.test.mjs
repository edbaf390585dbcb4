// The programs of docs/test-runners.md in the runners they are for, and the checks of smoke.cjs in each mode of each runner.
import { ok } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { installed, printedBy, programIn, tools } from "./project.mjs";
import { started } from "./server.mjs";

const JEST = join(tools, "jest/bin/jest.js");
const JEST_OPTIONS = { transform: {}, testMatch: ["**/*.jest.test.*"] };
const VITEST = join(tools, "vitest/vitest.mjs");

/** Every check as a test of a runner whose `test` is at hand. */
const CHECKS = `
for (const [name, run] of Object.entries(smoke(httpxide))) test(name, () => run(process.env.SMOKE_URL));
`;
const REQUIRED = `const httpxide = require("httpxide");\nconst smoke = require("./smoke.cjs");\n`;
const IMPORTED = `import * as httpxide from "httpxide";\nimport smoke from "./smoke.cjs";\n`;

/** The checks of faked-time.cjs, in Jest. The time is faked before the package is loaded. */
const FAKED_JEST = `
const smoke = (httpxide) => require("./faked-time.cjs")(httpxide, require("httpxide/fetch"));
const httpxide = require("httpxide");
${CHECKS}`;
const TIME_FUNCTIONS = [
  ...["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate"],
  ...["Date", "performance", "hrtime", "queueMicrotask", "nextTick"],
];
const FAKE_TIME = `vi.useFakeTimers({ toFake: process.env.FAKED.split(" ") })`;
/** The same in Vitest, where a file decides when the time is faked. */
const FAKED_VITEST = {
  before: `
import { test, vi } from "vitest";
import faked from "./faked-time.cjs";
${FAKE_TIME};
const httpxide = await import("httpxide");
const face = await import("httpxide/fetch");
const smoke = (httpxide) => faked(httpxide, face);
${CHECKS}`,
  after: `
import { beforeAll, test, vi } from "vitest";
import * as httpxide from "httpxide";
import * as face from "httpxide/fetch";
import faked from "./faked-time.cjs";
beforeAll(() => void ${FAKE_TIME});
const smoke = (httpxide) => faked(httpxide, face);
${CHECKS}`,
};

let folder;
let server;
let documented;

before(async () => {
  [folder, server] = await Promise.all([installed({ link: ["vitest"] }), started()]);
  documented = await programsOf("../../docs/test-runners.md");
  await folder.write({
    "package.json": JSON.stringify({ jest: JEST_OPTIONS }),
    "modern.json": JSON.stringify({ ...JEST_OPTIONS, fakeTimers: { enableGlobally: true } }),
    "legacy.json": JSON.stringify({
      ...JEST_OPTIONS,
      fakeTimers: { enableGlobally: true, legacyFakeTimers: true },
    }),
    "vitest.config.mjs": `export default { test: { include: ["**/*.vitest.test.mjs"], hookTimeout: 60_000 } };`,
    "smoke.cjs": await readFile(new URL("smoke.cjs", import.meta.url), "utf8"),
    "smoke.jest.test.cjs": REQUIRED + CHECKS,
    "smoke.jest.test.mjs": IMPORTED + CHECKS,
    "smoke.vitest.test.mjs": `import { test } from "vitest";\n${IMPORTED}${CHECKS}`,
    "smoke.node.test.mjs": `import { test } from "node:test";\n${IMPORTED}${CHECKS}`,
    "smoke.bun.test.mjs": `import { test } from "bun:test";\n${IMPORTED}${CHECKS}`,
    "faked-time.cjs": await readFile(new URL("faked-time.cjs", import.meta.url), "utf8"),
    "faked.jest.test.cjs": FAKED_JEST,
    "before.vitest.test.mjs": FAKED_VITEST.before,
    "after.vitest.test.mjs": FAKED_VITEST.after,
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

const jest = (file, { args = [], ...options } = {}) =>
  passes(process.execPath, [JEST, "--json", ...args, file], { passed: /"numPassedTests":(\d+)/, ...options });

test("Jest, CommonJS", () => jest("smoke.jest.test.cjs"));
test("Jest, ES modules", () =>
  jest("smoke.jest.test.mjs", { env: { NODE_OPTIONS: "--experimental-vm-modules --no-warnings" } }));
for (const [kind, genuine] of [
  ["modern", ""],
  ["legacy", "queueMicrotask"],
])
  test(`Jest, with ${kind} fake timers everywhere`, () =>
    jest("faked.jest.test.cjs", {
      args: ["--config", `${kind}.json`],
      least: 9,
      env: { SMOKE_GENUINE: genuine },
    }));
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

// In a process of its own, Vitest refuses to fake nextTick. In a thread it gives nextTick back when the file has been loaded.
for (const [pool, when, unfaked, genuine = unfaked] of [
  ["forks", "before", "nextTick"],
  ["forks", "after", "nextTick"],
  ["threads", "before", "", "nextTick"],
  ["threads", "after", ""],
  ["vmThreads", "before", ""],
  ["vmThreads", "after", ""],
])
  test(`Vitest, ${pool}, with fake timers installed ${when} the package is loaded`, () => {
    const args = [VITEST, "run", `--pool=${pool}`, "--reporter=json", `${when}.vitest.test.mjs`];
    const faked = TIME_FUNCTIONS.filter((name) => name !== unfaked);
    const env = { SMOKE_GENUINE: genuine, FAKED: faked.join(" ") };
    return passes(process.execPath, args, { passed: /"numPassedTests":(\d+)/, least: 9, env });
  });

test("node --test", () =>
  passes(process.execPath, ["--test", "--test-reporter=tap", "smoke.node.test.mjs"], {
    passed: /^# pass (\d+)$/m,
  }));

const bun = programIn("bun");
test("bun test", { skip: bun === undefined && "its package has no program for this platform" }, () =>
  passes("/bin/sh", ["-c", `"${bun}" test ./smoke.bun.test.mjs 2>&1`], { passed: /(\d+) pass/ }),
);

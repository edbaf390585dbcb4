// The checks of smoke.cjs and subpaths.cjs in each runtime, and in each way that a program on Node.js loads the package.
import { deepEqual, ok } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CHECK, IMPORTED, REQUIRED, SUBPATHS_IMPORTED, SUBPATHS_REQUIRED } from "./checks.mjs";
import { installed, printedBy, programIn, tools } from "./project.mjs";
import { started } from "./server.mjs";

const WORKER = `
import { Worker, isMainThread, parentPort } from "node:worker_threads";
import * as httpxide from "httpxide";
import smoke from "./smoke.cjs";
${CHECK}
if (isMainThread) {
  const results = await Promise.all([1, 2].map(() => new Promise((resolve, reject) => {
    new Worker(new URL(import.meta.url)).once("message", resolve).once("error", reject);
  })));
  console.log(JSON.stringify(results[0].failures.length > 0 ? results[0] : results[1]));
} else {
  parentPort.postMessage(await check(httpxide));
}
`;
const CLUSTER = `
import cluster from "node:cluster";
import * as httpxide from "httpxide";
import smoke from "./smoke.cjs";
${CHECK}
if (cluster.isPrimary) {
  cluster.fork().once("message", (result) => console.log(JSON.stringify(result)));
} else {
  process.send(await check(httpxide), () => process.disconnect());
}
`;
const TYPESCRIPT_COMMONJS = `
import httpxide = require("httpxide");
const smoke = require("./smoke.cjs") as (module: typeof httpxide) => object;
${CHECK.replace("check(httpxide)", "check(httpxide: any)").replace("Object.entries(", "Object.entries<any>(").replace("failures = []", "failures: string[] = []").replace("catch (error)", "catch (error: any)")}
check(httpxide).then((result) => console.log(JSON.stringify(result)));
`;

let folder;
let server;

before(async () => {
  const link = ["axios", "@opentelemetry/api", "@opentelemetry/sdk-trace-node"];
  [folder, server] = await Promise.all([installed({ link }), started()]);
  await folder.write({
    "package.json": "{}",
    "smoke.cjs": await readFile(new URL("smoke.cjs", import.meta.url), "utf8"),
    "imported.mjs": IMPORTED,
    "required.cjs": REQUIRED,
    "subpaths.cjs": await readFile(new URL("subpaths.cjs", import.meta.url), "utf8"),
    "subpaths-imported.mjs": SUBPATHS_IMPORTED,
    "subpaths-required.cjs": SUBPATHS_REQUIRED,
    "worker.mjs": WORKER,
    "cluster.mjs": CLUSTER,
    "typed.cts": TYPESCRIPT_COMMONJS,
  });
});

after(async () => {
  await server?.close();
  await folder?.[Symbol.asyncDispose]();
});

async function holds(command, args, least = 40) {
  const env = { SMOKE_URL: server.url };
  const { checks, failures } = await printedBy(command, args, { cwd: folder.project, env });
  deepEqual(failures, []);
  ok(checks >= least, `${checks} checks`);
}

const SUBPATH_CHECKS = 13;
const node = process.execPath;
test("this Node.js, by import", () => holds(node, ["imported.mjs"]));
test("this Node.js, by require()", () => holds(node, ["required.cjs"]));
test("this Node.js, the subpaths, by import", () => holds(node, ["subpaths-imported.mjs"], SUBPATH_CHECKS));
test("this Node.js, the subpaths, by require()", () =>
  holds(node, ["subpaths-required.cjs"], SUBPATH_CHECKS));
test("this Node.js, in two workers at once", () => holds(node, ["worker.mjs"]));
test("this Node.js, in a process of a cluster", () => holds(node, ["cluster.mjs"]));
test("tsx, TypeScript as an ES module", () => holds(node, [join(tools, "tsx/dist/cli.mjs"), "imported.mjs"]));
test("tsx, TypeScript as CommonJS", () => holds(node, [join(tools, "tsx/dist/cli.mjs"), "typed.cts"]));

for (const [name, program, options] of [
  ["Node.js 22", "node-22", []],
  ["Node.js 24", "node-24", []],
  ["Node.js 26", "node-26", []],
  ["Bun", "bun", []],
  ["Deno", "deno", ["run", "--allow-all"]],
]) {
  const command = programIn(program);
  const skip = command === undefined && "its package has no program for this platform";
  test(`${name}, by import`, { skip }, () => holds(command, [...options, "imported.mjs"]));
  test(`${name}, by require()`, { skip }, () => holds(command, [...options, "required.cjs"]));
  test(`${name}, the subpaths, by import`, { skip }, () =>
    holds(command, [...options, "subpaths-imported.mjs"], SUBPATH_CHECKS),
  );
  test(`${name}, the subpaths, by require()`, { skip }, () =>
    holds(command, [...options, "subpaths-required.cjs"], SUBPATH_CHECKS),
  );
}

/** Those of docs/deploying.md, and the variable of the checks. */
const permissions = ["--no-prompt", "--allow-ffi", "--allow-read", "--allow-net", "--allow-env=SMOKE_URL"];
const deno = programIn("deno");
for (const file of ["imported.mjs", "required.cjs"]) {
  const skip = deno === undefined && "its package has no program for this platform";
  test(`Deno with the fewest permissions, ${file}`, { skip }, () =>
    holds(deno, ["run", ...permissions, file]),
  );
}

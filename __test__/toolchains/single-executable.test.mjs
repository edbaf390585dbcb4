// A program bundled into Node.js's own executable, as docs/deploying.md says, and run where nothing is installed.
import { deepEqual } from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import { binaryName, hostPlatform, packageName } from "../../scripts/project.mjs";
import { installed, printedBy, programIn, tools } from "./project.mjs";
import { started } from "./server.mjs";

const execute = promisify(execFile);
const { triple } = hostPlatform();
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

const PROGRAM = `
const { AsyncClient } = require("httpxide");
(async () => {
  const client = new AsyncClient();
  console.log(JSON.stringify((await client.get(process.argv[2] + "/coded/br")).json()));
  await client.aclose();
})();
`;

let folder;
let server;

before(async () => {
  [folder, server] = await Promise.all([installed(), started()]);
  await folder.write({ "program.cjs": PROGRAM, "package.json": "{}" });
});

after(async () => {
  await server?.close();
  await folder?.[Symbol.asyncDispose]();
});

/** Builds with `node`, puts the binary next to the executable, moves both elsewhere and runs it. */
async function runsAlone(name, node, build) {
  const { project } = folder;
  const out = join(project, "out", name);
  await mkdir(out, { recursive: true });
  await esbuild.build({
    absWorkingDir: project,
    entryPoints: ["program.cjs"],
    bundle: true,
    platform: "node",
    external: ["httpxide-*"],
    outfile: join(project, `${name}.cjs`),
    logLevel: "error",
  });
  await build(node, name, join(out, "program"));
  await chmod(join(out, "program"), 0o755);
  const binary = join(project, "node_modules", packageName(triple), binaryName(triple));
  await copyFile(binary, join(out, binaryName(triple)));
  const app = await folder.movedElsewhere(`out/${name}`);
  deepEqual(await printedBy(join(app, "program"), [server.url], { cwd: app }), { coding: "br" });
}

async function byPostject(node, name, executable) {
  const { project } = folder;
  await folder.write({
    [`${name}.json`]: JSON.stringify({
      main: `${name}.cjs`,
      output: `${name}.blob`,
      disableExperimentalSEAWarning: true,
    }),
  });
  await execute(node, ["--experimental-sea-config", `${name}.json`], { cwd: project });
  await copyFile(node, executable);
  const postject = join(tools, "postject/dist/cli.js");
  const args = [executable, "NODE_SEA_BLOB", join(project, `${name}.blob`), "--sentinel-fuse", FUSE];
  await execute(process.execPath, [postject, ...args]);
}

async function byNode(node, name, executable) {
  await folder.write({
    [`${name}.json`]: JSON.stringify({
      main: `${name}.cjs`,
      output: executable,
      disableExperimentalSEAWarning: true,
    }),
  });
  await execute(node, ["--build-sea", `${name}.json`], { cwd: folder.project });
}

for (const [release, build] of [
  ["node-24", byPostject],
  ["node-26", byNode],
]) {
  const node = programIn(release);
  const skip = node === undefined && "its package has no program for this platform";
  test(`${release.replace("node-", "Node.js ")}`, { skip }, () => runsAlone(release, node, build));
}

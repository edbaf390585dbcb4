// The Linux binaries that npm run build:linux made, each packed and run on its platform: every check of smoke.cjs.
import { deepEqual, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { binaryName, packageName, root } from "../../../scripts/project.mjs";
import { IMPORTED, REQUIRED } from "../checks.mjs";
import { installed, printedBy } from "../project.mjs";
import { started } from "../server.mjs";
import { runtimesOf } from "./systems.mjs";

/** The binaries that are mapped into the process after a request. */
const LOADED = `
const { readFileSync } = require("node:fs");
const { AsyncClient } = require("httpxide");
(async () => {
  const client = new AsyncClient();
  await client.get(process.env.SMOKE_URL + "/echo");
  await client.aclose();
  const maps = readFileSync("/proc/self/maps", "utf8");
  console.log(JSON.stringify([...new Set(maps.match(/httpxide[\\w.-]*\\.node/g))]));
})();
`;

let server;
before(async () => {
  server = await started();
});
after(() => server?.close());

/** A folder with the packages of `triples`, and the programs. */
async function projectOf(triples) {
  const folder = await installed({ triples });
  await folder.write({
    "package.json": "{}",
    "smoke.cjs": await readFile(new URL("../smoke.cjs", import.meta.url), "utf8"),
    "imported.mjs": IMPORTED,
    "required.cjs": REQUIRED,
    "loaded.cjs": LOADED,
  });
  return folder;
}

const printed = ([command, ...args], program, { project }) =>
  printedBy(command, [...args, program], {
    cwd: project,
    env: { SMOKE_URL: server.url },
  });

const TRIPLES = ["linux-x64-gnu", "linux-x64-musl", "linux-arm64-gnu", "linux-arm64-musl"];
const isBuilt = (triple) => existsSync(join(root, "npm", triple, binaryName(triple)));

test("a binary of each Linux platform was built", () => {
  deepEqual(TRIPLES.filter(isBuilt), TRIPLES);
});

for (const triple of TRIPLES.filter(isBuilt)) {
  describe(packageName(triple), async () => {
    let folder;
    before(async () => {
      folder = await projectOf([triple]);
    });
    after(() => folder?.[Symbol.asyncDispose]());

    for (const [name, command] of Object.entries(runtimesOf(triple))) {
      for (const program of ["imported.mjs", "required.cjs"]) {
        test(`${name} runs ${program}`, async () => {
          const { checks, failures } = await printed(command, program, folder);
          deepEqual(failures, []);
          ok(checks >= 40, `${checks} checks`);
        });
      }
    }
  });
}

test("on musl, Node.js and Bun load musl's binary although that of glibc is installed too", async (t) => {
  const folder = await projectOf(["linux-x64-gnu", "linux-x64-musl"]);
  t.after(() => folder[Symbol.asyncDispose]());
  for (const command of Object.values(runtimesOf("linux-x64-musl")))
    deepEqual(await printed(command, "loaded.cjs", folder), [binaryName("linux-x64-musl")]);
});

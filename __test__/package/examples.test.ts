/**
 * Runs everything that the documentation shows: every block of code in README.md and docs/, every program of examples/,
 * and the demo. Each runs in its own process against the examples' servers, and must exit by itself with code 0.
 */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { certifyLocalhost } from "../../examples/servers/authority.js";
import { type RunningServers, startServers } from "../../examples/servers/start.js";
import { markdownIn, type Programs, snippetsOf, writePrograms } from "../helpers/snippets.js";

const execute = promisify(execFile);
const BUILD = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLES = join(BUILD, "examples");
const DEMO = join(EXAMPLES, "demo", "main.js");

const snippets = ["README.md", ...markdownIn("docs")].flatMap(snippetsOf);
const examples = ["", "apps/"].flatMap((path) =>
  readdirSync(join(EXAMPLES, path))
    .filter((name) => name.endsWith(".js"))
    .map((name) => path + name),
);

let servers: RunningServers;
let folder: string;
let programs: Programs;

test.before(async () => {
  servers = await startServers();
  folder = await mkdtemp(join(BUILD, "snippets-"));
  const { cert, key } = await certifyLocalhost();
  const files = { "ca.pem": servers.ca, "client.pem": cert, "client.key": key };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  programs = writePrograms(folder, snippets, servers);
});

test.after.always(async () => {
  await servers?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test("there are snippets and examples to run", (t) => {
  t.true(snippets.length >= 10, `${snippets.length} snippets`);
  t.true(examples.length >= 12, `${examples.length} examples`);
});

for (const snippet of snippets) {
  // One at a time: other tests share the machine and have time limits.
  test.serial(`the code at ${snippet.place} runs`, async (t) => {
    t.deepEqual(programs.complaintsAbout(snippet), []);
    await runs(t, [programs.fileOf(snippet)]);
  });
}

for (const name of examples) {
  test.serial(`examples/${name.replace(/js$/, "ts")} runs`, async (t) => {
    await runs(t, [join(EXAMPLES, name), name === "unix-sockets.js" ? (servers.socket ?? "") : servers.http]);
  });
}

test.serial("the demo succeeds", async (t) => {
  t.timeout(300_000);
  t.regex(await runs(t, [DEMO], 290_000), /All checks passed/);
});

test.serial("the demo exits with code 1 and a message when a check fails", async (t) => {
  const error = await t.throwsAsync<Error & { code: number; stderr: string }>(
    execute(process.execPath, [DEMO], {
      env: { ...process.env, HTTPXIDE_NATIVE_PATH: join(folder, "nowhere.node") },
    }),
  );
  t.is(error.code, 1);
  t.regex(error.stderr, /✘ JSON, received and sent: .*nowhere\.node/s);
});

/** Asserts that the program exits with code 0, and returns its output. */
async function runs(t: ExecutionContext, program: string[], limit = 110_000): Promise<string> {
  try {
    const { stdout } = await execute(process.execPath, program, { cwd: folder, timeout: limit });
    t.pass();
    return stdout;
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    t.fail(`exit code ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }
}

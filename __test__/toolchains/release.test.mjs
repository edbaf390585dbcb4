// A dry run of a release: every package published to a registry on this machine, and installed from it by each package
// manager into an empty project, which then makes a request.
import { deepEqual } from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { binaryName, packageName, platforms, readJson, root } from "../../scripts/project.mjs";
import { printedBy, programIn, tools } from "./project.mjs";
import { started } from "./server.mjs";

const execute = promisify(execFile);
const node = process.execPath;

const PROGRAM = `
const { AsyncClient } = require("httpxide");
(async () => {
  const client = new AsyncClient();
  console.log(JSON.stringify((await client.get(process.env.SMOKE_URL + "/coded/br")).json()));
  await client.aclose();
})();
`;

let folder;
let registry;
let server;
const verdaccio = programIn("node-24");
const skip =
  verdaccio === undefined &&
  "Verdaccio needs a newer Node.js, and there is no package of it for this platform";

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), "httpxide-release-"));
  [registry, server] = await Promise.all([startRegistry(), started()]);
  await publishAll();
});

after(async () => {
  await server?.close();
  await registry?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** A registry without an upstream: what is not published here does not exist. */
async function startRegistry() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const config = join(folder, "verdaccio.yaml");
  await writeFile(
    config,
    `storage: ${join(folder, "storage")}
packages:
  "**": { access: $all, publish: $anonymous }
max_body_size: 200mb
log: { type: stdout, level: error }
`,
  );
  const program = join(tools, "verdaccio/bin/verdaccio");
  const child = spawn(verdaccio, [program, "--config", config, "--listen", `127.0.0.1:${port}`], {
    cwd: folder,
    env: { HOME: folder, PATH: "" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "close");
  while (!(await fetch(`${url}-/ping`).catch(() => null))?.ok) {
    if (child.exitCode !== null) throw new Error(`Verdaccio ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, close: () => (child.kill(), ended) };
}

async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

/**
 * As the workflow does, platforms first. A binary that was built here (npm run build:linux) is published; the packages of
 * other systems have none, and are published without.
 */
async function publishAll() {
  const release = join(folder, "tarballs");
  const hasBinary = ({ triple }) => existsSync(join(root, "npm", triple, binaryName(triple)));
  const built = platforms.filter(hasBinary).map(({ triple }) => triple);
  await execute(node, [join(root, "scripts/stage-release.mjs"), ...built, "--output", release]);
  const others = platforms.filter((platform) => !hasBinary(platform));
  const stubs = join(folder, "stubs");
  for (const { triple } of others) await copyManifest(triple, join(stubs, packageName(triple)));
  const tarballs = (await readdir(release)).filter((name) => name.endsWith(".tgz"));
  const main = tarballs.find((name) => /^httpxide-\d/.test(name));
  const publish = [
    ...others.map(({ triple }) => join(stubs, packageName(triple))),
    ...tarballs.filter((name) => name !== main).map((name) => join(release, name)),
    join(release, main),
  ];
  await writeFile(join(folder, ".npmrc"), npmrc());
  for (const path of publish) await npm(["publish", path, "--provenance=false"], folder);
}

async function copyManifest(triple, target) {
  await mkdir(target, { recursive: true });
  await writeFile(join(target, "package.json"), JSON.stringify(readJson(`npm/${triple}/package.json`)));
}

function npmrc() {
  const { host } = new URL(registry.url);
  return `registry=${registry.url}\n//${host}/:_authToken=none\naudit=false\nfund=false\nupdate-notifier=false\n`;
}

const environment = () => ({
  HOME: folder,
  PATH: dirname(node),
  SMOKE_URL: server.url,
  npm_config_registry: registry.url,
  npm_config_userconfig: join(folder, ".npmrc"),
  YARN_NPM_REGISTRY_SERVER: registry.url,
  YARN_UNSAFE_HTTP_WHITELIST: "127.0.0.1",
  YARN_ENABLE_TELEMETRY: "0",
  NPM_CONFIG_REGISTRY: registry.url,
  BUN_INSTALL_CACHE_DIR: join(folder, "bun"),
  DENO_DIR: join(folder, "deno"),
});

async function run(command, args, cwd) {
  return printedBy(command, args, { cwd, env: environment(), parse: false });
}

/** npm's own script, from beside Node.js or from the PATH. */
async function npm(args, cwd) {
  const { npm_execpath: running = "", PATH = "" } = process.env;
  const paths = [dirname(node), ...PATH.split(delimiter)].flatMap((path) => [
    join(path, "../lib/node_modules/npm/bin/npm-cli.js"),
    join(path, "node_modules/npm/bin/npm-cli.js"),
    join(path, "../share/nodejs/npm/bin/npm-cli.js"),
  ]);
  const script = running.endsWith("npm-cli.js") ? running : paths.find((path) => existsSync(path));
  return run(node, [script, ...args], cwd);
}

async function project(name, manifest = {}) {
  const path = join(folder, "projects", name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "package.json"), JSON.stringify({ name, private: true, ...manifest }));
  await writeFile(join(path, ".npmrc"), npmrc());
  await writeFile(join(path, "program.cjs"), PROGRAM);
  return path;
}

/** A test of one package manager: installs httpxide into an empty project, and runs a program there. */
function installs(name, missing, install, command = node, args = ["program.cjs"]) {
  test(`${name} installs the package, which makes a request`, { skip: skip || missing }, async () => {
    const path = await project(name.replace(/\W+/g, "-"));
    await install(path);
    deepEqual(JSON.parse(await run(command, args, path)), { coding: "br" });
  });
}

const absent = (command) => command === undefined && "there is no package of it for this platform";
const bun = programIn("bun");
const deno = programIn("deno");
const yarn = join(tools, "@yarnpkg/cli-dist/bin/yarn.js");

installs("npm", false, (path) => npm(["install", "httpxide"], path));
installs("pnpm", false, (path) =>
  run(node, [join(tools, "pnpm/bin/pnpm.cjs"), "add", "httpxide", "--store-dir", join(folder, "pnpm")], path),
);
installs("Yarn 1", false, (path) => run(node, [join(tools, "yarn/bin/yarn.js"), "add", "httpxide"], path));
installs(
  "Yarn with Plug'n'Play",
  false,
  async (path) => {
    await writeFile(join(path, "yarn.lock"), "");
    await writeFile(join(path, ".yarnrc.yml"), "nodeLinker: pnp\nnpmMinimalAgeGate: 0\n");
    await run(node, [yarn, "add", "httpxide"], path);
  },
  node,
  ["--require", "./.pnp.cjs", "program.cjs"],
);
installs("Bun", absent(bun), (path) => run(bun, ["add", "httpxide"], path), bun);
installs(
  "Deno",
  absent(deno),
  (path) => run(deno, ["add", "--minimum-dependency-age=0", "npm:httpxide"], path),
  deno,
  ["run", "--allow-all", "program.cjs"],
);

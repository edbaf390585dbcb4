// The package as npm delivers it: packed as in a release, installed into an empty folder without Rust and without a
// registry (its dependencies are packed with it), and used there by programs.
import { execFile } from "node:child_process";
import {
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import test from "ava";
import { publint } from "publint";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));

let folder: string;
let withEngine: string;
let withPeers: string;
let withoutEngine: string;
let server: Server;

test.before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "httpxide-package-")));
  const release = join(folder, "release");
  await execute(process.execPath, ["scripts/stage-release.mjs", "--host-only", "--output", release], {
    cwd: root,
  });
  const dependencies = join(folder, "dependencies");
  await packDependencies(dependencies);
  const tarballs = [...(await tarballsIn(release)), ...(await tarballsIn(dependencies))];
  withEngine = await install("with-engine", tarballs);
  withPeers = await install("with-peers", tarballs);
  await copyPeers(withPeers);
  withoutEngine = await install(
    "without-engine",
    tarballs.filter((path) => !/^httpxide-[a-z]/.test(basename(path))),
  );
  server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ path: request.url, agent: request.headers["user-agent"] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

test.after.always(async () => {
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

test("a program that imports the installed package makes a request", async (t) => {
  const answer = await runProgram(
    withEngine,
    "import.mjs",
    `import { AsyncClient } from "httpxide";\n${REQUEST}`,
  );
  t.is(answer.path, "/packed?by=import.mjs");
  t.regex(answer.agent, /httpxide/);
});

test("a program that requires the installed package makes a request", async (t) => {
  const program = `const { AsyncClient } = require("httpxide");\n(async () => {\n${REQUEST}\n})();`;
  const answer = await runProgram(withEngine, "require.cjs", program);
  t.is(answer.path, "/packed?by=require.cjs");
});

test("import and require() share the classes", async (t) => {
  const program = `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { exports } = require("httpxide/package.json");
const paths = Object.keys(exports).filter((path) => !path.endsWith(".json"));
const doors = {};
for (const path of paths) {
  const imported = await import("httpxide" + path.slice(1));
  const required = require("httpxide" + path.slice(1));
  const names = Object.keys(imported);
  const same = names.filter((name) => imported[name] === required[name]);
  doors[path] = { names, same, required: Object.keys(required).sort() };
}
console.log(JSON.stringify(doors));`;
  const { "./axios": axios, ...doors } = await runProgram(withPeers, "doors.mjs", program);
  t.true(doors["."].names.length > 50);
  t.deepEqual(doors["./fetch"].names, ["createFetch", "fetch", "install"]);
  t.deepEqual(doors["./websocket"].names, ["WebSocket", "createWebSocket"]);
  t.deepEqual(doors["./opentelemetry"].names, ["HttpxideInstrumentation"]);
  for (const { names, same, required } of Object.values<Record<string, string[]>>(doors)) {
    t.deepEqual(same, names);
    t.deepEqual(required, names);
  }
  // axios is two copies, one for each door, and has to find its own errors: so are the adapters over it.
  t.deepEqual(axios, {
    names: ["adapter", "createAdapter"],
    same: [],
    required: ["adapter", "createAdapter"],
  });
});

for (const [door, name, opening] of [
  ["imported", "axios.mjs", 'import axios from "axios";\nimport { adapter } from "httpxide/axios";'],
  [
    "required",
    "axios.cjs",
    'const axios = require("axios");\nconst { adapter } = require("httpxide/axios");',
  ],
] as const)
  test(`axios that is ${door} gets the errors and responses of its own copy`, async (t) => {
    const program = `${opening}
(async () => {
  const client = axios.create({ adapter });
  const { data } = await client.get(process.argv[2], { params: { by: process.argv[3] } });
  const error = await client.get("http://127.0.0.1:1").catch((error) => error);
  console.log(JSON.stringify({ path: data.path, isItsOwn: error instanceof axios.AxiosError, code: error.code }));
})();`;
    t.deepEqual(await runProgram(withPeers, name, program), {
      path: `/packed?by=${name}`,
      isItsOwn: true,
      code: "ECONNREFUSED",
    });
  });

test("a subpath has the classes of the package", async (t) => {
  const program = `import { ConnectError } from "httpxide";
import { fetch } from "httpxide/fetch";
const error = await fetch("http://127.0.0.1:1234").catch((error) => error);
console.log(JSON.stringify({ isOurs: error.cause instanceof ConnectError, code: error.cause.code }));`;
  t.deepEqual(await runProgram(withEngine, "subpath.mjs", program), { isOurs: true, code: "ECONNREFUSED" });
});

test("the package loads from three files, and its source maps are lighter than its code", async (t) => {
  const dist = join(withEngine, "node_modules", "httpxide", "dist");
  const { loaded } = await runProgram(withEngine, "files.cjs", LOADED);
  t.deepEqual(loaded.sort(), ["client.cjs", "index.cjs", "rolldown-runtime.cjs"]);
  let loadedSize = 0;
  for (const name of loaded) loadedSize += (await stat(join(dist, name))).size;
  t.true(loadedSize < MOST_CODE, `${loadedSize}`);
  const size = { code: 0, maps: 0 };
  for (const name of await readdir(dist))
    size[name.endsWith(".map") ? "maps" : "code"] += (await stat(join(dist, name))).size;
  t.true(size.maps > 0 && size.maps < size.code, JSON.stringify(size));
});

test("loading the package loads neither node:net nor streams, workers or the clock of node:perf_hooks", async (t) => {
  const { builtins } = await runProgram(withEngine, "builtins.cjs", LOADED);
  const slow = [
    "net",
    "stream",
    "http",
    "worker_threads",
    "os",
    "perf_hooks",
    "internal/webstreams/readablestream",
  ];
  t.deepEqual(
    slow.filter((name) => builtins.includes(`NativeModule ${name}`)),
    [],
  );
});

test("a part that is loaded later belongs to the client that needs it, also after the cache of modules was emptied", async (t) => {
  const program = `const { AsyncClient, SSEError } = require("httpxide");
const loadedBy = async (run) => {
  const before = new Set(Object.keys(require.cache));
  await run();
  return Object.keys(require.cache).filter((path) => !before.has(path)).map((path) => require("node:path").basename(path));
};
(async () => {
  const client = new AsyncClient();
  for (const path of Object.keys(require.cache)) delete require.cache[path];
  const files = { file: ["a.txt", "text"] };
  const loaded = await loadedBy(() => client.post(process.argv[2], { files }));
  const again = await loadedBy(() => client.post(process.argv[2], { files }));
  const error = await client.sse(process.argv[2]).catch((error) => error);
  await client.aclose();
  console.log(JSON.stringify({ loaded, again, isItsOwn: error.constructor === SSEError }));
})();`;
  const { loaded, again, isItsOwn } = await runProgram(withEngine, "later.cjs", program);
  t.true(loaded.includes("media-types.cjs"));
  t.false(loaded.includes("client.cjs"), loaded.join(", "));
  t.deepEqual(again, []);
  t.true(isItsOwn);
});

test("each package names its repository, its licence and what others wrote of it", async (t) => {
  const modules = join(withEngine, "node_modules");
  const names = (await readdir(modules)).filter((entry) => entry.startsWith("httpxide"));
  t.is(names.length, 2);
  for (const name of names) {
    const { repository, version } = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
    t.regex(repository.url, /^git\+https:/, name);
    t.true((await stat(join(modules, name, "LICENSE"))).isFile());
    const isMain = name === "httpxide";
    const folder = isMain ? join(modules, name, "dist") : join(modules, name);
    const bill = JSON.parse(await readFile(join(folder, "sbom.cdx.json"), "utf8"));
    t.is(bill.metadata.component.purl, `pkg:npm/${name}@${version}`);
    const components = bill.components.map((component: { name: string }) => component.name);
    const licences = await readFile(join(folder, "LICENSES.txt"), "utf8");
    for (const component of components) t.true(licences.includes(component), component);
    if (isMain) t.deepEqual(components, ["eventsource-parser", "mime"]);
    else if (process.env["HTTPXIDE_PREBUILT"] === undefined)
      for (const crate of ["hyper", "tokio", "rustls", "aws-lc-sys"])
        t.true(components.includes(crate), crate);
  }
});

// The two tools keep the process busy, in which the server of other tests has to answer: they run alone.
test.serial("publint has nothing to say about the packages", async (t) => {
  for (const tarball of await tarballsIn(join(folder, "release"))) {
    const data = await readFile(tarball);
    const { messages } = await publint({
      pack: { tarball: data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) },
      strict: true,
    });
    t.deepEqual(messages, [], basename(tarball));
  }
});

test.serial("the types are right in every way that a module is resolved", async (t) => {
  const tarballs = await tarballsIn(join(folder, "release"));
  const main = tarballs.find((path) => /^httpxide-\d/.test(basename(path))) ?? "";
  const result = await checkPackage(createPackageFromTarballData(await readFile(main)));
  t.deepEqual("problems" in result ? result.problems : "no types", []);
});

test("the packages run no install script and contain nothing that only development needs", async (t) => {
  const modules = join(withEngine, "node_modules");
  for (const name of (await readdir(modules)).filter((entry) => entry.startsWith("httpxide"))) {
    const manifest = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
    t.is(manifest.scripts, undefined, name);
    t.is(manifest.devDependencies, undefined, name);
  }
  const shipped = await readdir(join(modules, "httpxide"));
  t.deepEqual(
    shipped.filter(
      (name) => !/^(dist|types|index\.d\.m?ts|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/.test(name),
    ),
    [],
  );
});

test("the installed declarations satisfy a strict program without skipLibCheck", async (t) => {
  const project = await mkdtemp(join(withPeers, "typed-"));
  const { exports } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const subpaths = Object.keys(exports).filter((path) => path !== "." && !path.endsWith(".json"));
  const imports = subpaths.map((path, index) => `export * as door${index} from "httpxide${path.slice(1)}";`);
  await writeFile(
    join(project, "program.mts"),
    `${imports.join("\n")}
import axios from "axios";
import { AsyncClient, type Response } from "httpxide";
import { createAdapter } from "httpxide/axios";
import { createFetch } from "httpxide/fetch";
export async function main(): Promise<string> {
  await using client = new AsyncClient({ timeout: 1000 });
  const response: Response = await client.get("http://localhost/");
  const fetched: globalThis.Response = await createFetch(client)("http://localhost/", { method: "POST" });
  const { data } = await axios.get<string>("http://localhost/", { adapter: createAdapter(client) });
  return response.text + (await fetched.text()) + data;
}
`,
  );
  const types = join(root, "node_modules", "@types");
  const options = ["--noEmit", "--strict", "--target", "ES2022", "--module", "NodeNext"];
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const compiled = await execute(
    process.execPath,
    [compiler, ...options, "--lib", "ES2022", "--typeRoots", types, "--types", "node", "program.mts"],
    { cwd: project },
  ).catch((error: { stdout: string }) => error);
  t.is(compiled.stdout, "");
});

test("without the platform package, one readable error names the platform, the paths tried and the remedy", async (t) => {
  const { message, code } = await runProgram(withoutEngine, "missing.mjs", REPORT_FAILURE);
  t.is(code, "ERR_HTTPXIDE_NATIVE");
  t.regex(message, new RegExp(`no native engine for ${process.platform}-${process.arch}`));
  t.regex(message, new RegExp(`Node\\.js ${process.versions.node}`));
  t.regex(message, /httpxide\.\S+\.node: no such file/);
  t.regex(message, /package httpxide-\S+: not installed/);
  t.regex(message, /npm install httpxide-/);
  t.true(message.split("\n").every((line: string) => line.length < 200));
});

test("the package of a platform that no binary is published for is loaded once, though it fails", async (t) => {
  const program = `import { mkdirSync, writeFileSync } from "node:fs";
Object.defineProperties(process, { platform: { value: "sunos" }, arch: { value: "mips" } });
const folder = "node_modules/httpxide-sunos-mips";
mkdirSync(folder, { recursive: true });
writeFileSync(folder + "/index.js", 'globalThis.loads = (globalThis.loads ?? 0) + 1; throw new Error("it fails");');
const { AsyncClient } = await import("httpxide");
try {
  await new AsyncClient().get(process.argv[2]);
} catch ({ message }) {
  console.log(JSON.stringify({ message, loads: globalThis.loads }));
}`;
  const { message, loads } = await runProgram(withoutEngine, "unpublished.mjs", program);
  t.regex(message, /package httpxide-sunos-mips: it fails/);
  t.is(loads, 1);
});

test("with HTTPXIDE_NATIVE_PATH, no other path is tried when the file is missing", async (t) => {
  const environment = { HTTPXIDE_NATIVE_PATH: join(folder, "nowhere.node") };
  const { message } = await runProgram(withEngine, "named.mjs", REPORT_FAILURE, environment);
  t.regex(message, /nowhere\.node \(from HTTPXIDE_NATIVE_PATH\): no such file/);
  t.notRegex(message, /package httpxide-/);
});

test("a binary that cannot be loaded is reported with the loader's own message", async (t) => {
  const broken = join(folder, "broken.node");
  await writeFile(broken, "not a binary");
  const { message } = await runProgram(withEngine, "broken.mjs", REPORT_FAILURE, {
    HTTPXIDE_NATIVE_PATH: broken,
  });
  t.regex(message, /broken\.node \(from HTTPXIDE_NATIVE_PATH\): .{10,}/);
  t.notRegex(message, /no such file/);
});

/** The most bytes of code that a program loads with the package: to compile it is most of what the package costs at a start. */
const MOST_CODE = 470_000;

/** A program that prints the files that `require()` loads, and the modules of Node.js. */
const LOADED = `const loaded = new Set([...Object.keys(require.cache), ...process.moduleLoadList]);
require("httpxide");
const isNew = (name) => !loaded.has(name);
const builtins = process.moduleLoadList.filter(isNew);
const files = Object.keys(require.cache).filter(isNew).map((path) => require("node:path").basename(path));
console.log(JSON.stringify({ loaded: files, builtins }));`;

/** The body of a program: one GET to its given address, whose JSON it prints. */
const REQUEST = `
  const client = new AsyncClient();
  const response = await client.get(process.argv[2], { params: { by: process.argv[3] } });
  console.log(JSON.stringify(response.json()));
  await client.aclose();`;

/** A program that prints the error, whether it occurs on import or at the first request. */
const REPORT_FAILURE = `
try {
  const { AsyncClient } = await import("httpxide");
  await new AsyncClient().get(process.argv[2]);
  console.log(JSON.stringify({ message: "nothing failed" }));
} catch ({ message, code }) {
  console.log(JSON.stringify({ message, code }));
}`;

/** Runs a program in the folder, with an otherwise empty environment, and returns the JSON that it printed. */
async function runProgram(cwd: string, name: string, text: string, environment: NodeJS.ProcessEnv = {}) {
  await writeFile(join(cwd, name), text);
  const { port } = server.address() as AddressInfo;
  const { stdout } = await execute(process.execPath, [name, `http://127.0.0.1:${port}/packed`, name], {
    cwd,
    env: { ...bareEnvironment(), ...environment },
    timeout: 30_000,
  });
  return JSON.parse(stdout);
}

/** Packs the dependencies of an installation, from node_modules. */
async function packDependencies(output: string): Promise<void> {
  const needed = (await installedFor("dependencies")).map((path) => join(root, path));
  await mkdir(output);
  if (needed.length === 0) return;
  const options = ["--pack-destination", output, "--ignore-scripts", "--silent"];
  await execute(process.execPath, [await npmProgram(), "pack", ...options, ...needed], { cwd: root });
}

/** Copies the peers of an installation, from node_modules, into a project. */
async function copyPeers(project: string): Promise<void> {
  for (const path of await installedFor("peerDependencies"))
    await cp(join(root, path), join(project, path), { recursive: true });
}

/** The folders of the packages that the package names in a field, and of all that they need, by package-lock.json. */
async function installedFor(field: "dependencies" | "peerDependencies"): Promise<string[]> {
  const { packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, Partial<Record<typeof field, Record<string, string>>>>;
  };
  const needed = new Set<string>();
  const visit = (name: string, user: string): void => {
    const path = foldersAbove(user)
      .map((folder) => `${folder}node_modules/${name}`)
      .find((candidate) => candidate in packages);
    if (path === undefined) throw new Error(`${name} is not in package-lock.json`);
    if (needed.has(path)) return;
    needed.add(path);
    for (const dependency of Object.keys(packages[path]?.dependencies ?? {})) visit(dependency, path);
  };
  for (const name of Object.keys(packages[""]?.[field] ?? {})) visit(name, "");
  return [...needed];
}

/** Where Node.js looks for what the package at `path` imports, nearest first. */
function foldersAbove(path: string): string[] {
  if (path === "") return [""];
  const user = path.slice(0, Math.max(0, path.lastIndexOf("/node_modules/")));
  return [`${path}/`, ...foldersAbove(user)];
}

async function tarballsIn(directory: string): Promise<string[]> {
  return (await readdir(directory))
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => join(directory, name));
}

/** An empty project with the given packages, installed by npm without a network and with an empty cache. */
async function install(name: string, tarballs: string[]): Promise<string> {
  const project = join(folder, name);
  await mkdir(join(project, "bin"), { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ name, private: true }));
  await symlink(process.execPath, join(project, "bin", process.platform === "win32" ? "node.exe" : "node"));
  const options = ["--offline", "--no-audit", "--no-fund", `--cache=${join(project, "cache")}`];
  await execute(process.execPath, [await npmProgram(), "install", ...options, ...tarballs], {
    cwd: project,
    env: { ...bareEnvironment(), PATH: join(project, "bin") },
  });
  return project;
}

/** No PATH, hence no Rust and no compiler; only the variables that the system itself requires. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const { HOME = folder, SystemRoot, TEMP } = process.env;
  return { HOME, PATH: "", ...(SystemRoot ? { SystemRoot } : {}), ...(TEMP ? { TEMP } : {}) };
}

/** npm's own script: a program on the PATH would need that PATH to start. */
async function npmProgram(): Promise<string> {
  const { npm_execpath: running, PATH = "" } = process.env;
  if (running?.endsWith("npm-cli.js")) return running;
  for (const directory of [dirname(process.execPath), ...PATH.split(delimiter)]) {
    for (const path of ["npm", "node_modules/npm/bin/npm-cli.js", "../lib/node_modules/npm/bin/npm-cli.js"]) {
      const found = await realpath(join(directory, path)).catch(() => "");
      if (found.endsWith("npm-cli.js")) return found;
    }
  }
  throw new Error("this test needs npm beside Node.js");
}

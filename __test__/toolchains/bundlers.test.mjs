// Bundles and traces a program that uses httpxide, with the line of configuration that docs/deploying.md gives for each
// tool, moves the output to where nothing is installed, and runs it there: by itself, and imported by a program elsewhere.
import { deepEqual, match, ok } from "node:assert/strict";
import { copyFile, cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { nodeFileTrace } from "@vercel/nft";
import commonjs from "@rollup/plugin-commonjs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rolldown } from "rolldown";
import { rolldown as earlyRolldown } from "rolldown-rc";
import { rollup } from "rollup";
import * as vite from "vite";
import webpack from "webpack";
import { binaryName, hostPlatform, packageName } from "../../scripts/project.mjs";
import { installed, printedBy, programIn, tools } from "./project.mjs";
import { started } from "./server.mjs";

const require = createRequire(import.meta.url);
const { triple } = hostPlatform();

/**
 * One request through the engine, one to an application, whose code is a chunk of its own, one through a subpath, which
 * fails with an error of the same classes, and what is loaded when it is first needed: the media type of a file, a route of a
 * mock, and events.
 */
const PROGRAM = `
import { AsyncClient, MockTransport, RemoteProtocolError } from "httpxide";
import { fetch } from "httpxide/fetch";

async function main() {
  const client = new AsyncClient();
  const { coding } = (await client.get(process.argv[2] + "/coded/br")).json();
  const upload = await client.buildRequest("POST", "http://h/", { files: { picture: ["a.png", "bytes"] } }).aread();
  await client.aclose();
  const { cause } = await fetch(process.argv[2] + "/broken").catch((error) => error);
  const failure = cause instanceof RemoteProtocolError && cause.name;
  const app = new AsyncClient({ app: (request, response) => response.end(request.url), baseUrl: "http://app" });
  const inside = (await app.get("/inside")).text;
  await app.aclose();
  const type = /image.png/.exec(Buffer.from(upload).toString())?.[0];
  const mock = new MockTransport();
  mock.get("/events").reply(200, { headers: { "content-type": "text/event-stream" }, text: "data: heard\\n\\n" });
  const answer = await new AsyncClient({ transport: mock, baseUrl: "http://mocked" }).get("/events");
  const events = [];
  for await (const { data } of answer.aiterSse()) events.push(data);
  console.log(JSON.stringify({ coding, failure, inside, type, events }));
}

main();
`;
const PRINTED = {
  coding: "br",
  failure: "RemoteProtocolError",
  inside: "/inside",
  type: "image/png",
  events: ["heard"],
};

/** A program that imports a bundle, as the runtimes of clouds and process managers do. */
const IMPORTER = `import { pathToFileURL } from "node:url";
await import(pathToFileURL(process.argv[3]).href);
`;

let folder;
let server;

before(async () => {
  [folder, server] = await Promise.all([installed(), started()]);
  await folder.write({ "program.mjs": PROGRAM, "package.json": "{}" });
});

after(async () => {
  await server?.close();
  await folder?.[Symbol.asyncDispose]();
});

/** Runs `file` of the output `out/<name>` in another place, and compares what it prints. */
async function runs(name, file, command = process.execPath) {
  const app = await folder.movedElsewhere(`out/${name}`);
  deepEqual(await printedBy(command, [join(app, file), server.url], { cwd: app }), PRINTED);
  await writeFile(join(folder.project, "out/importer.mjs"), IMPORTER);
  const args = [join(folder.project, "out/importer.mjs"), server.url, join(app, file)];
  deepEqual(await printedBy(command, args, { cwd: app }), PRINTED);
}

const input = () => join(folder.project, "program.mjs");
const output = (name, file = "") => join(folder.project, "out", name, file);

/** The binary next to the bundle, for bundlers that do not copy it. */
async function copyBinary(name) {
  const binary = binaryName(triple);
  await mkdir(output(name), { recursive: true });
  await copyFile(join(folder.project, "node_modules", packageName(triple), binary), output(name, binary));
}

for (const format of ["cjs", "esm"]) {
  test(`esbuild, to ${format}`, async () => {
    const name = `esbuild-${format}`;
    const extension = format === "cjs" ? ".cjs" : ".mjs";
    const banner =
      'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
    await esbuild.build({
      absWorkingDir: folder.project,
      entryPoints: [input()],
      bundle: true,
      platform: "node",
      format,
      outdir: output(name),
      outExtension: { ".js": extension },
      loader: { ".node": "copy" },
      logLevel: "error",
      ...(format === "esm" ? { banner: { js: banner } } : {}),
    });
    await runs(name, `program${extension}`);
  });
}

test("what keeps the binary of a bundle from loading is in the error", async () => {
  const misplaced = {
    name: "misplaced",
    setup: ({ onLoad }) =>
      void onLoad({ filter: /\.node$/ }, () => ({
        contents: 'throw new Error("misplaced:\\nby a plugin");',
      })),
  };
  const outfile = output("misplaced", "program.cjs");
  const entryPoints = [input()];
  await esbuild.build({ entryPoints, bundle: true, platform: "node", outfile, plugins: [misplaced] });
  const app = await folder.movedElsewhere("out/misplaced");
  const printed = printedBy(process.execPath, [join(app, "program.cjs"), server.url], { cwd: app });
  match((await printed.catch((error) => error)).message, /package httpxide-\S+: misplaced: by a plugin\n/);
});

for (const [format, filename, options] of [
  ["CommonJS", "program.cjs", {}],
  ["an ES module", "program.mjs", { module: true, publicPath: "" }],
]) {
  test(`webpack 5, to ${format}`, async () => {
    const name = `webpack-${filename}`;
    const stats = await new Promise((resolve, reject) => {
      const compiler = webpack({
        context: folder.project,
        mode: "production",
        target: "node",
        entry: input(),
        output: { path: output(name), filename, ...options },
        experiments: { outputModule: options.module === true },
        module: { rules: [{ test: /\.node$/, loader: require.resolve("node-loader") }] },
      });
      compiler.run((error, done) => compiler.close(() => (error ? reject(error) : resolve(done))));
    });
    deepEqual(stats.toJson({ errors: true }).errors, []);
    await runs(name, filename);
  });
}

for (const format of ["cjs", "es"]) {
  test(`rollup, to ${format}`, async () => {
    const name = `rollup-${format}`;
    const bundle = await rollup({
      input: input(),
      plugins: [
        nodeResolve({ preferBuiltins: true }),
        commonjs({ ignore: (name) => name.startsWith("httpxide-") }),
      ],
      external: /^node:/,
    });
    await writtenRuns(bundle, name, format);
  });

  for (const [release, build] of [
    ["rolldown", rolldown],
    ["rolldown before 1.0, in tsdown 0.21", earlyRolldown],
  ]) {
    test(`${release}, to ${format}`, async () => {
      const name = `${release.replace(/\W+/g, "-")}-${format}`;
      const bundle = await build({
        cwd: folder.project,
        input: input(),
        platform: "node",
        external: /^httpxide-/,
        logLevel: "silent",
      });
      await writtenRuns(bundle, name, format);
    });
  }
}

test("Vite, for a server, with everything bundled", async () => {
  await vite.build({
    root: folder.project,
    logLevel: "silent",
    build: {
      ssr: input(),
      outDir: output("vite"),
      emptyOutDir: false,
      rolldownOptions: { external: /^(node:|httpxide-)/ },
    },
    ssr: { noExternal: true },
  });
  await copyBinary("vite");
  const file = (await readdir(output("vite"))).find((name) => name.startsWith("program."));
  await runs("vite", file);
});

test("bun build, run by Bun", async () => {
  const bun = programIn("bun");
  const args = ["build", input(), "--target=bun", "--outdir", output("bun")];
  await printedBy(bun, args, { cwd: folder.project, parse: false });
  await runs("bun", "program.js", bun);
});

test("bun build --compile, one executable", async () => {
  const bun = programIn("bun");
  await mkdir(output("bun-compile"), { recursive: true });
  const args = ["build", input(), "--compile", "--outfile", output("bun-compile", "program")];
  await printedBy(bun, args, { cwd: folder.project, parse: false });
  const app = await folder.movedElsewhere("out/bun-compile");
  const printed = await printedBy(join(app, "program"), [server.url], { cwd: app });
  deepEqual(printed, PRINTED);
});

test("@vercel/nft traces the program's files", async () => {
  const { fileList } = await nodeFileTrace([input()], { base: folder.project, processCwd: folder.project });
  ok(fileList.has(`node_modules/${packageName(triple)}/${binaryName(triple)}`), [...fileList].join(", "));
  for (const path of fileList) await cp(join(folder.project, path), output("nft", path), { recursive: true });
  await runs("nft", "program.mjs");
});

test("@vercel/ncc", async () => {
  const ncc = join(tools, "@vercel/ncc/dist/ncc/cli.js");
  const args = [ncc, "build", input(), "--out", output("ncc"), "--quiet"];
  await printedBy(process.execPath, args, { cwd: folder.project, parse: false });
  const names = await readdir(output("ncc"));
  await runs(
    "ncc",
    names.find((name) => /^index\.m?js$/.test(name)),
  );
});

/** What rollup or rolldown has bundled runs, once it is written. */
async function writtenRuns(bundle, name, format) {
  const extension = format === "cjs" ? ".cjs" : ".mjs";
  await bundle.write({
    dir: output(name),
    format,
    entryFileNames: `[name]${extension}`,
    chunkFileNames: `[name]${extension}`,
  });
  await bundle.close();
  await copyBinary(name);
  await runs(name, `program${extension}`);
}

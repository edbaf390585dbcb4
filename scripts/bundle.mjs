// Bundles index.ts and src/ into dist/: one CommonJS build, and the ES modules over it that export the same objects.
//
// Each subpath of package.json is an entry of its own, over the same client.
//
// `import` and `require()` of one process share classes, pools and the engine that way. What calls applications is a
// chunk of its own, loaded at the first request to one. Packages under `dependencies` and the binaries of the platforms
// stay outside, required by their names. Bundled are the development dependencies that src/ imports: ES modules, which
// Jest's default mode and bundlers for CommonJS cannot require. Their licences are written next to the code.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { DeferredParts } from "./deferred.mjs";
import { fail, manifest, packageName, platforms, root, say, subpaths } from "./project.mjs";
import { bill, licences, nodePackage } from "./third-party.mjs";

const directory = join(root, "dist");
const outside = new Set([
  ...builtinModules,
  ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
  ...platforms.map(({ triple }) => packageName(triple)),
]);

const entries = {
  index: join(root, "index.ts"),
  ...Object.fromEntries(subpaths.map((name) => [name, join(root, `src/${name}/index.ts`)])),
};
const deferred = new DeferredParts();

const bundle = await rolldown({
  cwd: root,
  input: entries,
  plugins: [deferred.plugin()],
  platform: "node",
  preserveEntrySignatures: "allow-extension",
  tsconfig: "tsconfig.json",
  external: (name) => name.startsWith("node:") || outside.has(name),
  onLog(level, { code, message }) {
    // open.ts imports each kind of application by itself, and they share one chunk.
    if (level === "warn" && code !== "INEFFECTIVE_DYNAMIC_IMPORT") fail(message);
  },
});
rmSync(directory, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: directory,
  format: "cjs",
  exports: "named",
  // A bundler would take `default` of a module so marked for the whole of its exports.
  esModule: false,
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name].cjs",
  // The names of classes are what users see in logs.
  keepNames: true,
  // Doc comments are in index.d.ts, and sources in the repository: with them, the maps would outweigh the code.
  comments: false,
  sourcemap: true,
  sourcemapExcludeSources: true,
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      {
        name: "applications",
        test: /src\/transports\/app\/(?!(transport|exchange|failure|kinds|root-path)\.ts)/,
        priority: 1,
      },
      ...subpaths.map((name) => ({
        name: `${name}-interface`,
        test: new RegExp(`src/${name}/(?!index[.]ts)`),
        priority: 1,
      })),
      // What all chunks use: the entries export the public names only.
      {
        debugName: "client",
        name: (id, context) => (deferred.isAtOnce(id, context, Object.values(entries)) ? "client" : null),
        test: new RegExp(`src/(?!(${subpaths.join("|")})/)|node_modules|^\0rolldown`),
      },
    ],
  },
});
await bundle.close();

// V8 keeps a text with one other character in two bytes for each, and reads it more slowly.
for (const { fileName, name, type } of output)
  if (type === "chunk")
    rewrite(join(directory, fileName), (code) => deferred.linked(name, renamed(inAscii(code))));
for (const entry of ["index", ...subpaths]) writeFileSync(join(directory, `${entry}.mjs`), doorOf(entry));
// A checkout is an ES module (the published package is not), and programs import it by this path. It is not published.
writeFileSync(join(directory, "index.js"), 'export * from "./index.mjs";\n');
writeFileSync(join(directory, "LICENSES.txt"), licences(bundledPackages()));
writeFileSync(join(directory, "sbom.cdx.json"), bill(manifest, bundledPackages()));
say(
  `dist/: ${output
    .filter(({ type }) => type === "chunk")
    .map(({ fileName, code }) => `${fileName} ${kilobytes(code)}`)
    .join(", ")}`,
);

/**
 * The ES module of an entry: it exports the objects of the CommonJS build. Where these are made over another package (a peer
 * dependency), it has those over the copy of that package that `import` loads.
 */
function doorOf(entry) {
  const names = Object.keys(createRequire(import.meta.url)(join(directory, `${entry}.cjs`))).sort();
  const { imports } = output.find(({ fileName }) => fileName === `${entry}.cjs`);
  const peer = imports.find((name) => Object.hasOwn(manifest.peerDependencies ?? {}, name));
  const list = `{\n${names.map((name) => `  ${name},\n`).join("")}}`;
  if (peer === undefined) return `export ${list} from "./${entry}.cjs";\n`;
  return `import peer from "${peer}";
import { interfaceOver } from "./${entry}-interface.cjs";
export const ${list} = interfaceOver(peer);
`;
}

/** The same code with escapes for the characters beyond ASCII, which are all in texts. */
function inAscii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The same code with other names for the chunks it requires. Rolldown calls one `require_client`, and calls the function so
 * that stands for `client.cjs` in a program's bundle: its releases before 1.0 (tsdown 0.21, Vite 8.0) do not see that the two
 * clash. These names have the same length, for the source maps.
 */
function renamed(code) {
  const chunks = output.map(({ name = "" }) => name.replaceAll("-", "_")).join("|");
  return code.replace(new RegExp(`\\brequire_(?=(?:${chunks})\\b)`, "g"), "exports_");
}

function rewrite(path, change) {
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

/** The packages whose code is in the bundle. */
function bundledPackages() {
  const modules = output.flatMap(({ modules = {} }) => Object.keys(modules));
  const names = modules.flatMap(
    (path) => /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path)?.slice(1) ?? [],
  );
  return [...new Set(names)].sort().map(nodePackage);
}

function kilobytes(code) {
  return `${(Buffer.byteLength(code) / 1024).toFixed(0)} KiB`;
}

// Makes types/ from the public declarations of each subpath; with --check, only compares them with the committed files.
//
// What a subpath takes from the rest of the package is imported by the name of the package: its classes have private members, so a
// second declaration of one would be another type.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { format, resolveConfig } from "prettier";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { fail, manifest, root, say, subpaths } from "./project.mjs";

const directory = join(root, "types");
const files = new Map(
  (await bundled()).flatMap(({ name, code }) => [
    [
      `${name}.d.ts`,
      `// Generated from src/${name}/ by scripts/subpath-declarations.mjs (npm run build): never edited.\n${code}`,
    ],
    [
      `${name}.d.mts`,
      `// The types of the ES module: what it exports are the objects of the CommonJS build.\nexport * from "./${name}.js";\n`,
    ],
  ]),
);
const style = await resolveConfig(join(directory, "fetch.d.ts"));
for (const [name, code] of files) files.set(name, await format(code, { ...style, filepath: name }));

if (!process.argv.includes("--check")) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  for (const [name, code] of files) writeFileSync(join(directory, name), code);
} else {
  const committed = readdirSync(directory);
  const isStale = (name) =>
    !committed.includes(name) || readFileSync(join(directory, name), "utf8") !== files.get(name);
  const stale = [...new Set([...files.keys(), ...committed])].filter(isStale);
  if (stale.length > 0) {
    fail(`types/ is stale (${stale.join(", ")}): run npm run build, read the difference and commit it`);
  }
  say("types/ is what the subpaths declare");
}

/** The declarations of each subpath as one file. */
async function bundled() {
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(subpaths.map((name) => [name, `src/${name}/index.ts`])),
    plugins: [
      restOfPackage(),
      ...dts({
        tsconfig: join(root, "tsconfig.json"),
        emitDtsOnly: true,
        compilerOptions: { stripInternal: true },
      }),
    ],
    external: (path) => !path.startsWith(".") && !path.startsWith(root),
    onLog(level, { code, message }) {
      if (level === "warn" && code !== "PLUGIN_TIMINGS") fail(message);
    },
  });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  return output
    .filter(({ isEntry }) => isEntry)
    .map(({ facadeModuleId, code }) => ({
      name: basename(dirname(facadeModuleId)),
      code: code.replace(/^\/\/(#(end)?region| src\/|# sourceMappingURL).*\n?/gm, ""),
    }));
}

/** Imports what is outside the folder of a subpath from the package by its name. */
function restOfPackage() {
  const sources = join(root, "src") + sep;
  const folderOf = (path) => path.slice(sources.length).split(sep)[0];
  return {
    name: "rest-of-package",
    resolveId(path, importer) {
      if (importer === undefined || !path.startsWith(".")) return null;
      const isOwn = folderOf(resolve(dirname(importer), path)) === folderOf(importer);
      return isOwn ? null : { id: manifest.name, external: true };
    },
  };
}

// Bundles the public declarations of index.ts into index.d.ts; with --check, only compares them with the committed file.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateDtsBundle } from "dts-bundle-generator";
import { format, resolveConfig } from "prettier";
import { fail, root, say } from "./project.mjs";

const path = join(root, "index.d.ts");
const banner = `// Generated from index.ts and src/ by scripts/declarations.mjs (npm run build): never edited.
/// <reference lib="esnext.disposable" />
`;

const bundled = bundle().replace(/^\/\/\/ <reference .*\n/gm, "");
const body = withOptionalNode(withoutFileComments(withTypesOnly(withOwnNames(bundled))));
const text = await format(banner + body, { ...(await resolveConfig(path)), filepath: path });

if (!process.argv.includes("--check")) {
  writeFileSync(path, text);
} else if (readOrEmpty() === text) {
  say("index.d.ts is what index.ts and src/ declare");
} else {
  fail("index.d.ts is stale: run npm run build, read the difference and commit it");
}

function bundle() {
  // Names that index.ts does not export stay local to the file, as in the sources.
  const output = { noBanner: true, exportReferencedTypes: false };
  try {
    const project = { preferredConfigPath: join(root, "tsconfig.json") };
    return generateDtsBundle([{ filePath: join(root, "index.ts"), output }], project)[0];
  } catch (error) {
    return fail(`index.d.ts cannot be made: ${error.message}`);
  }
}

/**
 * The bundler renames declarations that share their name with a global (`class Headers$1 … export { Headers$1 as
 * Headers }`), and editors would show that name. Where the global is written only as `globalThis.Headers`, this restores
 * the name.
 */
function withOwnNames(declarations) {
  const code = declarations.replace(/\/\*.*?\*\/|"[^"\n]*"|^export \{.*\};$/gms, "");
  const renamed = new Set([...code.matchAll(/^declare class (\w+)\$1\b/gm)].map(([, name]) => name));
  for (const name of renamed) {
    if (new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(code)) continue;
    declarations = declarations
      .replace(new RegExp(`^\\s*${name}\\$1 as ${name},\\n`, "m"), "")
      .replace(`declare class ${name}$1`, `export declare class ${name}$1`)
      .replaceAll(`${name}$1`, name);
  }
  return declarations;
}

/** The bundler exports every class as a value. Classes that index.ts exports only as types must not allow `new`. */
function withTypesOnly(declarations) {
  const index = readFileSync(join(root, "index.ts"), "utf8");
  const lists = [...index.matchAll(/^export (type )?\{([^}]*)\}/gm)];
  const names = lists.flatMap(([, allTypes, list]) =>
    list
      .split(",")
      .flatMap((item) => (allTypes ? [item.trim()] : (/^\s*type (\w+)/.exec(item)?.slice(1) ?? []))),
  );
  for (const name of names) {
    const declared = new RegExp(`^export (declare (?:abstract )?class ${name}\\b)`, "m");
    if (name !== "" && declared.test(declarations)) {
      declarations = `${declarations.replace(declared, "$1")}\nexport type { ${name} };\n`;
    }
  }
  return declarations;
}

/** The comment at the top of a source file is copied to its first declaration, which has a comment of its own. */
function withoutFileComments(declarations) {
  return declarations.replace(/^\/\*\*(?:(?!\*\/)[^])*\*\/\n+(?=\/\*\*)/gm, "");
}

/** Node.js's types are used where a program has them: src/platform/node-types.ts says what stands in for them. */
function withOptionalNode(declarations) {
  return declarations.replace(
    /^import (?:type )?(\{.*\} from ["']node:.*)$/gm,
    "// @ts-ignore -- without @types/node there is no such module\nimport type $1",
  );
}

function readOrEmpty() {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

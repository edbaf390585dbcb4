/**
 * Makes programs of the code in the documentation. A fenced block of `ts` or `js` is one program; `ts` is also checked
 * against the package's types. A block marked `no-run` after its language is skipped.
 *
 * A block without an import from httpxide or one of its subpaths gets imports for the names it uses, and a `client` if it uses one without
 * making it. The documentation's addresses are replaced by those of the examples' servers.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as httpxide from "httpxide";
import ts from "typescript";
import type { Addresses } from "../../examples/servers/addresses.js";

export interface Snippet {
  /** Its position: `README.md:12`. */
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const FENCE = /^```(\w+)([^\n]*)\n(.*?)^```$/gms;
const LANGUAGES = new Set(["ts", "js"]);

/** The code blocks of a file, by its path in the repository. */
export function snippetsOf(path: string): Snippet[] {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(FENCE)]
    .filter(([, language = "", mark = ""]) => LANGUAGES.has(language) && !mark.includes("no-run"))
    .map(({ 1: language = "", 3: code = "", index }) => {
      const line = text.slice(0, index).split("\n").length;
      return { place: `${path}:${line}`, language, code };
    });
}

/** Every Markdown file below a folder of the repository; none if the folder does not exist. */
export function markdownIn(folder: string): string[] {
  return readdirSync(ROOT, { withFileTypes: true }).some(({ name }) => name === folder)
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".md"))
        .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
        .sort()
    : [];
}

/** The programs of the snippets, and the compiler's errors for each. */
export interface Programs {
  /** The file to run. */
  fileOf(snippet: Snippet): string;
  complaintsAbout(snippet: Snippet): string[];
}

/** Writes the programs to a folder. It must be inside the package, so that `httpxide` resolves to this package. */
export function writePrograms(folder: string, snippets: readonly Snippet[], addresses: Addresses): Programs {
  mkdirSync(folder, { recursive: true });
  const nameOf = ({ place }: Snippet): string => join(folder, place.replace(/\W+/g, "-"));
  const options = snippetCompilerOptions();
  for (const snippet of snippets) {
    const source = located(completed(snippet.code), addresses);
    if (snippet.language === "ts") writeFileSync(`${nameOf(snippet)}.mts`, source);
    // Compiled, because the oldest supported Node.js lacks `await using`.
    const compiled = ts.transpileModule(source, { compilerOptions: options, fileName: "snippet.mts" });
    writeFileSync(`${nameOf(snippet)}.mjs`, compiled.outputText);
  }
  const typed = snippets
    .filter(({ language }) => language === "ts")
    .map((snippet) => `${nameOf(snippet)}.mts`);
  const complaints = ts.getPreEmitDiagnostics(ts.createProgram(typed, options));
  return {
    fileOf: (snippet) => `${nameOf(snippet)}.mjs`,
    complaintsAbout: (snippet) =>
      complaints
        .filter(({ file }) => file === undefined || file.fileName.endsWith(`/${basenameOf(snippet)}.mts`))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  };
}

function basenameOf({ place }: Snippet): string {
  return place.replace(/\W+/g, "-");
}

/** Those of the package, for code that is only checked. */
export function snippetCompilerOptions(): ts.CompilerOptions {
  const path = join(ROOT, "tsconfig.json");
  const { compilerOptions } = ts.readConfigFile(path, (file) => readFileSync(file, "utf8")).config as {
    compilerOptions: Record<string, unknown>;
  };
  // A snippet may show how to make a value and stop there.
  const own = {
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    rootDir: undefined,
    outDir: undefined,
    sourceMap: false,
  };
  return ts.convertCompilerOptionsFromJson({ ...compilerOptions, ...own, inlineSources: false }, ROOT)
    .options;
}

/** Adds the imports and the client that earlier blocks of the page have introduced. */
function completed(code: string): string {
  const has = (pattern: RegExp): boolean => pattern.test(code);
  if (has(/from "httpxide["/]/)) return code;
  const needsClient = has(/(?<![\w.])client\b/) && !has(/\b(const|let|using) client\b/);
  const names = Object.keys(httpxide).filter(
    (name) =>
      /^[A-Z]/.test(name) &&
      (has(new RegExp(`(?<![\\w.])${name}\\b`)) || (needsClient && name === "AsyncClient")),
  );
  const imports = names.length > 0 ? `import { ${names.join(", ")} } from "httpxide";\n` : "";
  const client = `await using client = new AsyncClient({ baseUrl: "https://api.example.org" });\n`;
  return imports + (needsClient ? client : "") + code;
}

function located(code: string, { http, https, proxy, socket }: Addresses): string {
  return code
    .replaceAll("https://api.example.org", http)
    .replaceAll("wss://api.example.org", http.replace("http", "ws"))
    .replaceAll("https://internal.example.org", https)
    .replace(/(?<=\/\/(?:[\w:]+@)?)proxy\.example\.org:3128/g, new URL(proxy).host)
    .replaceAll("/var/run/docker.sock", socket ?? "");
}

// The code blocks of the site: highlighted, and the type of each name is shown when it is pointed at.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { rendererRich, transformerTwoslash } from "@shikijs/twoslash";
import { codeToHtml } from "shiki";
import { createTwoslasher } from "twoslash";
import { PageEvent, RendererEvent } from "typedoc";
import ts from "typescript";
import { root, subpaths } from "../scripts/project.mjs";

const require = createRequire(import.meta.url);

/** Makes TypeDoc write its blocks of `ts` and `js` with types. */
export function showTypes(site) {
  const blocks = [];
  site.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents.replace(BLOCK, (_whole, language, html) => {
      blocks.push({ language, code: textOf(html) });
      return `<!--code ${blocks.length - 1}-->`;
    });
  });
  // Highlighting is asynchronous, and pages are written as they end.
  site.renderer.postRenderAsyncJobs.push(async ({ outputDirectory }) => {
    const rendered = [];
    for (const block of blocks) rendered.push(await typed(block));
    for (const path of ts.sys.readDirectory(outputDirectory, [".html"])) {
      const text = readFileSync(path, "utf8");
      const filled = text.replace(/<!--code (\d+)-->/g, (_whole, index) => rendered[index]);
      if (filled !== text) ts.sys.writeFile(path, filled);
    }
  });
  site.renderer.on(RendererEvent.END, ({ outputDirectory }) => {
    const style = readFileSync(require.resolve("@shikijs/twoslash/style-rich.css"), "utf8");
    ts.sys.writeFile(join(outputDirectory, "assets/types.css"), style + STYLE);
  });
  site.renderer.hooks.on("head.end", ({ relativeURL }) => ({
    tag: "link",
    props: { rel: "stylesheet", href: relativeURL("assets/types.css") },
    children: [],
  }));
}

/** TypeDoc's own markup of a block of code. */
const BLOCK =
  /<pre><code class="(ts|js|typescript)">(.*?)<\/code>(?:<button type="button">Copy<\/button>)?<\/pre>/gs;

/** Colours for TypeDoc's theme, which the reader's choice or system decides. */
const STYLE = `
@media (prefers-color-scheme: dark) {
  :root:not([data-theme="light"]) .shiki, :root:not([data-theme="light"]) .shiki span { color: var(--shiki-dark); background-color: var(--shiki-dark-bg); }
}
:root[data-theme="dark"] .shiki, :root[data-theme="dark"] .shiki span { color: var(--shiki-dark); background-color: var(--shiki-dark-bg); }
pre.shiki { overflow: visible; white-space: pre-wrap; }
`;

const options = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.ES2022,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  baseUrl: root,
  paths: Object.fromEntries([
    ["httpxide", ["./index.d.ts"]],
    ...subpaths.map((name) => [`httpxide/${name}`, [`./types/${name}.d.ts`]]),
  ]),
};
const twoslasher = createTwoslasher({ tsModule: ts, vfsRoot: root, compilerOptions: options });
const types = transformerTwoslash({
  twoslasher,
  renderer: rendererRich(),
  // The tests compile and run the blocks; here an error would only hide the other types.
  twoslashOptions: { compilerOptions: options, handbookOptions: { noErrorValidation: true } },
});

function typed({ language, code }) {
  return codeToHtml(`${missingFrom(code)}${code}`, {
    lang: language === "js" ? "js" : "ts",
    themes: { light: "light-plus", dark: "dark-plus" },
    transformers: [types],
  });
}

/** The imports and the client that earlier blocks of a page introduced, in lines that are not shown. */
function missingFrom(code) {
  if (/from "httpxide"/.test(code)) return "";
  const names = Object.keys(require("../dist/index.cjs"));
  const client = /\b(const|let|using) client\b/.test(code) ? "" : "declare const client: AsyncClient;\n";
  return `import { ${names.join(", ")} } from "httpxide";\n${client}// ---cut---\n`;
}

function textOf(html) {
  const named = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: " " };
  return html
    .replaceAll("<br/>", "\n")
    .replace(/<[^>]+>/g, "")
    .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
      name
        ? (named[name] ?? whole)
        : String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16)),
    );
}

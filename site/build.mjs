// Builds the documentation site into site/pages/: the guides of docs/, and the reference from the doc comments of
// every entry of package.json's exports.
import { join } from "node:path";
import { Application } from "typedoc";
import { manifest, root, say, subpaths } from "../scripts/project.mjs";
import { showTypes } from "./typed-code.mjs";

const source = (path) => join(root, path);

const site = await Application.bootstrapWithPlugins({
  name: manifest.name,
  entryPoints: [source("index.ts"), ...subpaths.map((name) => source(`src/${name}/index.ts`))],
  alwaysCreateEntryPointModule: true,
  tsconfig: source("tsconfig.json"),
  readme: source("README.md"),
  projectDocuments: [source("docs/*.md"), source("docs/design/*.md"), source("CHANGELOG.md")],
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  highlightLanguages: [
    "typescript",
    "javascript",
    "json",
    "shellscript",
    "dockerfile",
    "html",
    "yaml",
    "text",
  ],
  out: join(root, "site/pages"),
  logLevel: "Error",
  // The sources are in the repository; a checkout without a remote has no address for them.
  disableSources: true,
  navigationLinks: { Repository: manifest.homepage.replace(/#.*/, "") },
  searchInComments: true,
  searchInDocuments: true,
});
showTypes(site);
const project = await site.convert();
if (!project) process.exit(1);
for (const entry of project.children ?? []) entry.name = nameOfEntry(entry.name);
for (const page of project.documents ?? []) page.name = nameOfGuide(page);
await site.generateOutputs(project);
if (site.logger.hasErrors()) process.exit(1);
say("the documentation site is site/pages/index.html");

/** What a program imports. */
function nameOfEntry(name) {
  const subpath = /^src\/(.+)$/.exec(name)?.[1];
  return subpath ? `${manifest.name}/${subpath}` : manifest.name;
}

/** The title of a page, in its group of the navigation. */
function nameOfGuide({ name, content }) {
  const text = content.map((part) => part.text).join("");
  const title = /^# (.+)$/m.exec(text)?.[1].replaceAll("/", " ") ?? name;
  if (!name.startsWith("docs/")) return title;
  return `${name.startsWith("docs/design/") ? "Design" : "Guides"}/${title}`;
}

// Links of the documentation. npm and the repository show the README; both resolve its paths from the root.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { markdownIn } from "../helpers/snippets.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...["docs", "examples", "bench"].flatMap(markdownIn),
].filter((path) => !path.includes("node_modules"));

/** The targets of a page's links, without those in blocks of code. */
function linksOf(page: string): string[] {
  const text = readFileSync(join(ROOT, page), "utf8").replace(/^```.*?^```$/gms, "");
  return [...text.matchAll(/\]\(\s*([^)\s]+)\s*\)/g)].map(([, target = ""]) => target);
}

/** The names that GitHub and npm give to the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const text = readFileSync(join(ROOT, page), "utf8").replace(/^```.*?^```$/gms, "");
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

for (const page of PAGES) {
  test(`the links of ${page} lead somewhere`, (t) => {
    for (const link of linksOf(page).filter((target) => !/^[a-z]+:/.test(target))) {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      t.true(existsSync(join(ROOT, target)), link);
      if (anchor && target.endsWith(".md")) t.true(anchorsOf(target).has(anchor), link);
    }
    t.pass();
  });
}

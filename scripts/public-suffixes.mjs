// Writes src/cookies/public-suffix-list.ts from the list in the package tldts; with --check, says whether it is right.
//
// tldts follows Mozilla's list within days. Its table is internal, so each rule that is read from it is compared with
// what its public function says.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fail, root, say } from "./project.mjs";

const require = createRequire(import.meta.url);
const { getDomain } = require("tldts");
const table = require("tldts/dist/cjs/src/data/trie.js");
const path = join(root, "src/cookies/public-suffix-list.ts");

let at = 0;
/** The text of each edge of tldts's table, which is a tree of labels. */
const labels = Array.from(table.edgeLength, (length) => table.labelText.slice(at, (at += length)));
const rules = [
  ...rulesBelow(table.rulesRoot),
  ...[...rulesBelow(table.exceptionsRoot)].map((rule) => `!${rule}`),
]
  // Hosts are compared in Punycode, and a single label needs no rule.
  .filter((rule) => /^[\x21-\x7e]+$/.test(rule) && rule.includes("."))
  .sort(bySuffix);
compareWithLibrary(new Set(rules));

const source = `/**
 * Mozilla's public-suffix list (https://publicsuffix.org, Mozilla Public License 2.0), both of its sections, in
 * Punycode and without the rules of a single label. Written by scripts/public-suffixes.mjs: never edited.
 */

/** One rule a line: a suffix; \`*.\` and what every label before makes a suffix of; \`!\` and an exception. @internal */
export const PUBLIC_SUFFIX_RULES = \`
${rules.join("\n")}
\`;
`;
if (process.argv.includes("--check")) {
  if (readFileSync(path, "utf8") !== source) {
    fail("src/cookies/public-suffix-list.ts is not the list of tldts: run node scripts/public-suffixes.mjs");
  }
} else {
  writeFileSync(path, source);
}
say(`${rules.length} rules of the public-suffix list`);

/** The rules of the tree below a node: another node with flags ends one. */
function* rulesBelow(node, suffix = "") {
  for (let edge = table.edgeStart[node]; edge < table.edgeStart[node + 1]; edge++) {
    const child = table.edgeChild[edge];
    const rule = labels[edge] + (suffix && `.${suffix}`);
    if (table.nodeFlags[child] !== 0) yield rule;
    yield* rulesBelow(child, rule);
  }
}

/** Rules of one registry stand together, so that a new list is a small difference. */
function bySuffix(left, right) {
  const [a, b] = [left, right].map((rule) => rule.replace("!", "").split(".").reverse().join(" "));
  return a < b ? -1 : Number(a > b);
}

function compareWithLibrary(all) {
  const isSuffix = (domain) =>
    !domain.includes(".") ||
    all.has(domain) ||
    (all.has(domain.replace(/^[^.]*/, "*")) && !all.has(`!${domain}`));
  for (const rule of all) {
    const domain = rule.replace(/^!|^\*\./, "");
    for (const one of [domain, `below.${domain}`, `far.below.${domain}`]) {
      if (
        isSuffix(one) !==
        (getDomain(one, { allowPrivateDomains: true, validateHostname: false }) === null)
      ) {
        fail(`the table of tldts is not as expected: ${rule} says something else of ${one}`);
      }
    }
  }
}

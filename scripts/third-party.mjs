// What others wrote and a package ships: the text of their licences, and a bill of materials in CycloneDX's format.
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fail, root } from "./project.mjs";

/** The crates that the engine's binary for a Rust target is made of: those that it needs, not those that only its build needs. */
export function cratesOf(target) {
  const { packages } = JSON.parse(
    cargo(target, ["metadata", "--format-version", "1", "--filter-platform", target]),
  );
  // `cargo metadata` also names crates behind features that only tests turn on, and those behind weak ones (`ring?/std`).
  const options = [
    "--package",
    "httpxide-binding",
    "--edges",
    "normal",
    "--prefix",
    "none",
    "--format",
    "{p}",
  ];
  const tree = cargo(target, ["tree", "--target", target, ...options]);
  const needed = new Set(tree.split("\n").map((line) => line.split(" ", 2).join(" ")));
  return packages
    .filter(({ name, version, source }) => source !== null && needed.has(`${name} v${version}`))
    .map(({ name, version, license, repository, authors, manifest_path: path }) => ({
      name,
      version,
      license: license?.replaceAll("/", " OR ").replace(/ +/g, " ") ?? fail(`${name} names no licence`),
      home: repository,
      authors: authors.join(", "),
      purl: `pkg:cargo/${name}@${version}`,
      folder: dirname(path),
    }))
    .sort((a, b) => (a.purl < b.purl ? -1 : 1));
}

function cargo(target, args) {
  const options = { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 };
  const { status, stdout, stderr } = spawnSync("cargo", [...args, "--locked"], options);
  if (status !== 0) fail(`the crates of ${target} cannot be listed: ${stderr}`);
  return stdout;
}

/** A package of node_modules. */
export function nodePackage(name) {
  const folder = join(root, "node_modules", name);
  const { version, license, homepage } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return {
    name,
    version,
    license,
    home: homepage,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    folder,
  };
}

/** Every text of a licence once, under the names of what it is for. */
export function licences(components) {
  const holders = new Map();
  for (const component of components) {
    for (const text of textsFor(component, components)) {
      holders.set(text, [...(holders.get(text) ?? []), component]);
    }
  }
  const sections = [...holders].map(([text, of]) => `${of.map(heading).join("\n")}\n\n${text}\n`);
  return sections.join(`\n${"=".repeat(80)}\n\n`);
}

function heading({ name, version, license, home }) {
  return [`${name} ${version}`, license, home].filter(Boolean).join(" · ");
}

/** Some crates leave the file out: that of another crate of their repository is theirs, or the text of the MIT licence. */
function textsFor(component, components) {
  const own = textsIn(component.folder);
  if (own.length > 0) return own;
  const siblings = components.filter(({ home }) => home && home === component.home);
  const shared = siblings.map(({ folder }) => textsIn(folder)).find((texts) => texts.length > 0);
  if (shared) return shared;
  if (component.license !== "MIT") fail(`${component.name} has no file with the text of its licence`);
  return [mitLicence(component.authors || `the authors of ${component.name}`)];
}

function textsIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|copyright|notice|unlicense)/i.test(entry.name))
    .map(({ name }) => readFileSync(join(folder, name), "utf8").trim())
    .sort();
}

function mitLicence(holders) {
  return readFileSync(join(root, "LICENSE"), "utf8")
    .replace(/^Copyright .*$/m, `Copyright (c) ${holders}`)
    .trim();
}

/** A bill of materials: https://cyclonedx.org/docs/1.5/json. */
export function bill({ name, version, license }, components) {
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: component({ name, version, license, purl: `pkg:npm/${name}@${version}` }) },
    components: components.map(component),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function component({ name, version, license, purl }) {
  return { type: "library", "bom-ref": purl, name, version, licenses: [{ expression: license }], purl };
}

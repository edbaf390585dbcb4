// Writes npm/<triple>/package.json and README.md for every published platform; with --check, only compares them.
//
// scripts/native.mjs, or in a release the workflow, puts the binary next to them; it is never committed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format } from "prettier";
import { binaryName, fail, manifest, packageName, platforms, root, say } from "./project.mjs";

const SYSTEMS = { linux: "Linux", darwin: "macOS", win32: "Windows" };

const stale = [];
for (const platform of platforms) {
  await write(`npm/${platform.triple}/package.json`, JSON.stringify(packageJson(platform)));
  await write(`npm/${platform.triple}/README.md`, readme(platform));
}
const named = JSON.stringify(manifest.napi.targets);
if (named !== JSON.stringify(platforms.map(({ target }) => target))) stale.push("package.json: napi.targets");
if (stale.length > 0) fail(`not what scripts/platform-packages.mjs would write: ${stale.join(", ")}`);
say(`npm/ has the packages of ${platforms.length} platforms, version ${manifest.version}`);

function packageJson({ triple, os, cpu, libc }) {
  return {
    name: packageName(triple),
    version: manifest.version,
    description: `The native engine of ${manifest.name} for ${describe({ os, cpu, libc })}.`,
    homepage: manifest.homepage,
    repository: { ...manifest.repository, directory: `npm/${triple}` },
    license: manifest.license,
    author: manifest.author,
    type: "commonjs",
    main: binaryName(triple),
    files: [binaryName(triple), "LICENSES.txt", "sbom.cdx.json"],
    engines: manifest.engines,
    os: [os],
    cpu: [cpu],
    ...(libc ? { libc: [libc] } : {}),
  };
}

function readme(platform) {
  return `# ${packageName(platform.triple)}

The native engine of \`${manifest.name}\` for ${describe(platform)}, Rust target \`${platform.target}\`.

npm installs it together with \`${manifest.name}\` where it fits. There is no need to depend on it by name.
`;
}

function describe({ os, cpu, libc }) {
  return `${SYSTEMS[os]} on ${cpu}${libc ? ` (${libc})` : ""}`;
}

async function write(path, text) {
  const full = join(root, path);
  const wanted = await format(text, { filepath: full, printWidth: 110, proseWrap: "preserve" });
  if (process.argv.includes("--check")) {
    if (readOrEmpty(full) !== wanted) stale.push(path);
    return;
  }
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, wanted);
}

function readOrEmpty(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

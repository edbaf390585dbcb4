/**
 * Finds the compiled engine for this process and loads it.
 *
 * Tried in order: the file named by HTTPXIDE_NATIVE_PATH (then nothing else), `httpxide.<triple>.node` at the root
 * of this package (a build from source), the package `httpxide-<triple>` (what npm installs as an optional
 * dependency). When none of them loads, one error says which platform this is, what was tried, why each failed and
 * what to do. No file is written, no process started and nothing downloaded.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runtime } from "../platform/runtime.js";
import type * as binding from "./binding.js";

/** The platforms that a binary is published for: the names of the folders in `npm/`. */
const PUBLISHED = [
  "linux-x64-gnu",
  "linux-x64-musl",
  "linux-arm64-gnu",
  "linux-arm64-musl",
  "darwin-x64",
  "darwin-arm64",
  "win32-x64-msvc",
  "win32-arm64-msvc",
];

const RUNTIMES = { node: "Node.js", bun: "Bun", deno: "Deno" };

interface Attempt {
  what: string;
  failure: unknown;
}

/** The exports of the compiled engine. @internal */
export type Binding = typeof binding;

let loaded: Binding | undefined;

/**
 * The exports of the native binary, loaded at the first call and the same for every later one.
 *
 * @throws Error with code `ERR_HTTPXIDE_NATIVE` when no binary fits this process; its `cause` is what failed last.
 * @internal
 */
export function loadNative(): Binding {
  loaded ??= find();
  return loaded;
}

function find(): Binding {
  // A bundler that writes CommonJS leaves import.meta.url empty: __filename is the bundle then.
  const self = import.meta.url ? fileURLToPath(import.meta.url) : __filename;
  const require = createRequire(self);
  const triple = hostTriple();
  const attempts: Attempt[] = [];

  const chosen = process.env["HTTPXIDE_NATIVE_PATH"];
  const candidates = chosen
    ? [{ what: `${chosen} (from HTTPXIDE_NATIVE_PATH)`, target: chosen, isFile: true }]
    : [
        developmentBuild(self, triple),
        { what: `package httpxide-${triple}`, target: `httpxide-${triple}`, isFile: false },
      ];

  for (const { what, target, isFile } of candidates) {
    try {
      if (isFile && !existsSync(target)) throw new Error("no such file");
      return require(target) as Binding;
    } catch (failure) {
      attempts.push({ what, failure });
    }
  }
  throw notFound(triple, attempts, Boolean(chosen));
}

/** This file is `<root>/dist/src/native/load.js` once compiled. */
function developmentBuild(self: string, triple: string) {
  const target = join(dirname(self), "..", "..", "..", `httpxide.${triple}.node`);
  return { what: target, target, isFile: true };
}

/** The name that napi-rs gives to the platform of this process, such as `linux-x64-gnu` or `darwin-arm64`. */
function hostTriple(): string {
  const { platform, arch } = process;
  if (platform === "linux") return `linux-${arch}-${isMusl() ? "musl" : "gnu"}`;
  if (platform === "win32") return `win32-${arch}-msvc`;
  return `${platform}-${arch}`;
}

/** Node.js tells the C library it runs on in its diagnostic report: a glibc version, or musl among the images. */
function isMusl(): boolean {
  const report = diagnosticReport();
  if (!report || report.header?.glibcVersionRuntime) return false;
  return report.sharedObjects?.some((path) => /libc\.musl-|ld-musl-/.test(path)) ?? false;
}

interface DiagnosticReport {
  header?: { glibcVersionRuntime?: string };
  sharedObjects?: string[];
}

function diagnosticReport(): DiagnosticReport | undefined {
  const reporter = process.report as (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined;
  if (!reporter?.getReport) return undefined;
  // With the network interfaces, the report does a reverse DNS look-up for each peer address: seconds on some hosts.
  const before = reporter.excludeNetwork;
  reporter.excludeNetwork = true;
  try {
    return reporter.getReport() as DiagnosticReport;
  } finally {
    reporter.excludeNetwork = before ?? false;
  }
}

function notFound(triple: string, attempts: Attempt[], chosen: boolean): Error {
  const lines = [
    `httpxide found no native engine for ${triple} (${RUNTIMES[runtime.name]} ${runtime.version}).`,
    "Tried:",
    ...attempts.map(({ what, failure }) => `  - ${what}: ${reason(failure)}`),
    "What to do:",
    ...advice(triple, chosen).map((line) => `  - ${line}`),
  ];
  const error = new Error(lines.join("\n"), { cause: attempts.at(-1)?.failure });
  return Object.assign(error, { code: "ERR_HTTPXIDE_NATIVE" });
}

function advice(triple: string, chosen: boolean): string[] {
  if (chosen) return ["correct HTTPXIDE_NATIVE_PATH, or unset it to use the installed binary"];
  if (!PUBLISHED.includes(triple)) {
    return [
      `no binary is published for ${triple}; there is one for ${PUBLISHED.join(", ")}`,
      "build it from source (Rust and a C compiler: npm run build) and name the file in HTTPXIDE_NATIVE_PATH",
    ];
  }
  return [
    "install with optional dependencies: not with --omit=optional or --no-optional",
    "if node_modules or the lock file came from another platform, delete both and install again (npm/cli#4828)",
    `or install the binary by itself, in this package's version: npm install httpxide-${triple}`,
  ];
}

/** The first line of what went wrong: Node.js appends the require stack, which names files of ours only. */
function reason(failure: unknown): string {
  const { code, message } = failure as { code?: string; message?: string };
  if (code === "MODULE_NOT_FOUND" && message?.startsWith("Cannot find module 'httpxide-"))
    return "not installed";
  return (message ?? String(failure)).split("\n", 1)[0] ?? "";
}

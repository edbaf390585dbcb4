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
import type * as binding from "./binding.js";
import { type Attempt, loadFailure } from "./load-failure.js";

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

  const chosen = chosenFile();
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
      attempts.push({ what, target, failure });
    }
  }
  throw loadFailure(triple, attempts, Boolean(chosen));
}

/** Deno throws for a variable that the program has no permission to read. */
function chosenFile(): string | undefined {
  try {
    return process.env["HTTPXIDE_NATIVE_PATH"];
  } catch {
    return undefined;
  }
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

/**
 * Node.js tells the C library it runs on in its diagnostic report: a glibc version, or musl among the images. Deno would
 * ask for `--allow-sys` to make that report, and names its target without any permission.
 */
function isMusl(): boolean {
  const { Deno } = globalThis as { Deno?: { build?: { target?: string } } };
  if (Deno?.build?.target !== undefined) return Deno.build.target.includes("musl");
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

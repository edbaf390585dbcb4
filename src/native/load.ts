/**
 * Finds the compiled engine for this process and loads it.
 *
 * Tried in order: the file named by HTTPXIDE_NATIVE_PATH (then nothing else), `httpxide.<triple>.node` next to the running
 * file (a bundle, with the binary copied next to it) and at the root of this package (a build from source), the package
 * `httpxide-<triple>` (what npm installs as an optional dependency). When none of them loads, one error says which
 * platform this is, what was tried, why each failed and what to do. No file is written, no process started and nothing
 * downloaded.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { variable } from "../platform/environment.js";
import type * as binding from "./binding.js";
import { type Attempt, loadFailure } from "./load-failure.js";
import { requirePlatformPackage } from "./platform-package.js";
import { runningFile } from "./running-file.js";

/** The exports of the compiled engine. @internal */
export type Binding = typeof binding;

const self = runningFile();

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
  const triples = hostTriples();
  const chosen = variable("HTTPXIDE_NATIVE_PATH");
  const candidates = chosen
    ? [file(chosen, `${chosen} (from HTTPXIDE_NATIVE_PATH)`)]
    : triples.flatMap((triple) => [...builds(triple), installed(triple)]);
  const attempts: Attempt[] = [];
  for (const { what, target, load } of candidates) {
    try {
      return load() as Binding;
    } catch (failure) {
      attempts.push({ what, target, failure });
    }
  }
  throw loadFailure(triples[0], attempts, Boolean(chosen));
}

interface Candidate extends Omit<Attempt, "failure"> {
  /** The exports of the binary; throws what keeps it from loading. */
  load(): unknown;
}

/** A copy next to a bundle, and a build from source: this file is `<root>/dist/client.cjs` then. */
function builds(triple: string): Candidate[] {
  const name = `httpxide.${triple}.node`;
  return [file(join(dirname(self), name)), file(join(dirname(self), "..", name))];
}

function file(target: string, what = target): Candidate {
  const load = (): unknown => {
    if (!existsSync(target)) throw new Error("no such file");
    return required(target);
  };
  return { what, target, load };
}

/** What `require()` of the running file returns, which ES modules that bundlers make do not have. */
function required(name: string): unknown {
  const { createRequire } = require("node:module") as typeof import("node:module");
  return createRequire(self)(name);
}

function installed(triple: string): Candidate {
  const name = `httpxide-${triple}`;
  const load = (): unknown => requirePlatformPackage(triple, () => required(name));
  // npm installs it next to this package; this file is `<package>/dist/client.cjs`
  return { what: `package ${name}`, target: join(dirname(self), "..", "..", name), load };
}

/**
 * The names that napi-rs gives to the platform of this process, such as `linux-x64-gnu` or `darwin-arm64`: two where
 * nothing says which C library it runs on.
 */
function hostTriples(): [string, ...string[]] {
  const { platform, arch } = process;
  if (platform === "win32") return [`win32-${arch}-msvc`];
  if (platform !== "linux") return [`${platform}-${arch}`];
  const [gnu, musl] = [`linux-${arch}-gnu`, `linux-${arch}-musl`] as const;
  const library = linuxLibrary();
  if (library === null) return [gnu, musl];
  return library === "musl" ? [musl] : [gnu];
}

/**
 * Node.js names the C library it runs on in its diagnostic report: a glibc version, or musl among the images. Deno would
 * ask for `--allow-sys` to make that report, and names its target without any permission.
 */
function linuxLibrary(): "glibc" | "musl" | null {
  const { Deno } = globalThis as { Deno?: { build?: { target?: string } } };
  if (Deno?.build?.target !== undefined) return Deno.build.target.includes("musl") ? "musl" : "glibc";
  const report = diagnosticReport();
  if (report?.header?.glibcVersionRuntime) return "glibc";
  const loaded = report?.sharedObjects?.length ? report.sharedObjects.join("\n") : mappedFiles();
  if (/libc\.musl-|ld-musl-|-linux-musl\//.test(loaded)) return "musl";
  return /libc\.so\.6|ld-linux-/.test(loaded) ? "glibc" : null;
}

/** The files in this process's memory: Bun's report on musl lists no shared object. */
function mappedFiles(): string {
  try {
    return readFileSync("/proc/self/maps", "utf8");
  } catch {
    return "";
  }
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

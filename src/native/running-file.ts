/**
 * Where this code runs: in the CommonJS build, or in what a bundler made of it. A binary next to it is found by that path.
 *
 * In an ES module that a bundler made there is no `__filename`, and `import.meta` cannot stand in a CommonJS build. The
 * program (`process.argv[1]`) may be in another folder: AWS Lambda, a process manager and a worker import the bundle.
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The path of the running file. @internal */
export function runningFile(): string {
  if (typeof __filename === "string") return __filename;
  return fileOfFrame() ?? resolve(process.argv[1] ?? "program");
}

/** The file of this function's own frame, by V8's stack trace API, which Bun and Deno have too. */
function fileOfFrame(): string | undefined {
  const before = Error.prepareStackTrace;
  // Reflect.set: it may be frozen
  Reflect.set(Error, "prepareStackTrace", (_error: Error, [frame]: NodeJS.CallSite[]) =>
    frame?.getFileName(),
  );
  const holder: { stack?: unknown } = {};
  Error.captureStackTrace(holder);
  const { stack: name } = holder;
  Reflect.set(Error, "prepareStackTrace", before);
  if (typeof name !== "string") return undefined;
  if (name.startsWith("file:")) return fileURLToPath(name);
  return name.startsWith("/") || /^[A-Za-z]:\\/.test(name) ? name : undefined;
}

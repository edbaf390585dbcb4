/** The error of a process for which no compiled engine loads: it names the platform, each attempt, and what to do. */
import { withCode } from "../platform/argument-error.js";
import { runtime } from "../platform/runtime.js";
import { PUBLISHED } from "./platform-package.js";

const RUNTIMES = { node: "Node.js", bun: "Bun", deno: "Deno" };

/** One place where a binary was looked for, and why it did not load. @internal */
export interface Attempt {
  readonly what: string;
  /** The path of the file, or of the package's folder. */
  readonly target: string;
  readonly failure: unknown;
}

/** @internal */
export function loadFailure(triple: string, attempts: readonly Attempt[], chosen: boolean): Error {
  const lines = [
    `httpxide found no native engine for ${triple} (${RUNTIMES[runtime.name]} ${runtime.version}).`,
    "Tried:",
    ...attempts.map(({ what, failure }) => `  - ${what}: ${reason(failure)}`),
    "What to do:",
    ...(permissionAdvice(attempts) ?? advice(triple, chosen)).map((line) => `  - ${line}`),
  ];
  const refused = attempts.find((attempt) => missingPermission(attempt) !== null);
  const error = new Error(lines.join("\n"), { cause: (refused ?? attempts.at(-1))?.failure });
  return withCode(error, "ERR_HTTPXIDE_NATIVE", loadFailure);
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

/**
 * The first line of what went wrong: Node.js appends the require stack, which names files of ours only. A first line that
 * ends in a colon says it in the second.
 */
function reason(failure: unknown): string {
  const { code, message } = failure as { code?: string; message?: string };
  if (code === "MODULE_NOT_FOUND" && message?.startsWith("Cannot find module 'httpxide-"))
    return "not installed";
  const [first = "", second = ""] = (message ?? String(failure)).split("\n", 2);
  return first.endsWith(":") ? `${first} ${second}` : first;
}

/** What the runtime's permission model refused, if that is why nothing loads; null otherwise. */
function permissionAdvice(attempts: readonly Attempt[]): string[] | null {
  const flags = new Set<string>();
  for (const attempt of attempts) {
    const flag = missingPermission(attempt);
    if (flag !== null) flags.add(flag);
  }
  if (flags.size === 0) return null;
  const name = RUNTIMES[runtime.name];
  // the permission model's lack of --allow-addons and --no-addons are one error
  if (runtime.name === "node" && process.permission === undefined) {
    return [`${name} runs with --no-addons, and the engine is a native addon: remove that flag`];
  }
  const reason = `${name} runs with restricted permissions, and the engine is a native library`;
  return [`${reason}: add ${[...flags].join(" ")}`];
}

/** The flag without which `attempt` had to fail. */
function missingPermission({ target, failure }: Attempt): string | null {
  const { code, name, message = "" } = failure as { code?: string; name?: string; message?: string };
  if (code === "ERR_DLOPEN_DISABLED") return "--allow-addons";
  if (code === "ERR_ACCESS_DENIED") return `--allow-fs-read=${target}`;
  // Deno 2 has an error class of its own for it, Deno 1 called it PermissionDenied
  if (name !== "NotCapable" && name !== "PermissionDenied") return null;
  return /--allow-\w+/.exec(message)?.[0] ?? "--allow-ffi";
}

/** The environment variables that the program may read: Deno grants all of them, some or none. Others count as unset. */
import { runtime } from "./runtime.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** @internal */
export function variable(name: string): string | undefined {
  try {
    return process.env[name];
  } catch {
    return undefined;
  }
}

/** The whole environment, or of `names` those that may be read. @internal */
export function environment(names: readonly string[]): Environment {
  if (runtime.name !== "deno") return process.env;
  try {
    return { ...process.env };
  } catch {
    return Object.fromEntries(names.map((name) => [name, variable(name)]));
  }
}

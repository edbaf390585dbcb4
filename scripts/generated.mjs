// Files that a program writes and that are committed: written when they are made, compared with --check.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { fail, root, say } from "./project.mjs";

/** Formats `text` and writes it to `name`; with --check, fails if the file has anything else, and says what mends it. */
export async function writeOrCheck(name, text, remedy) {
  const path = join(root, name);
  const formatted = await format(text, { ...(await resolveConfig(path)), filepath: path });
  const present = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (present === formatted) say(`${name} is up to date`);
  else if (process.argv.includes("--check"))
    fail(`${name} is stale: ${remedy}, read the difference and commit it`);
  else writeFileSync(path, formatted);
}

// Writes src/native/protocol.ts from crates/protocol; with --check, only says whether the committed file is what would be written.
import { spawnSync } from "node:child_process";
import { writeOrCheck } from "./generated.mjs";
import { fail, root } from "./project.mjs";

const name = "src/native/protocol.ts";
const { status, stdout, error } = spawnSync("cargo", ["run", "--quiet", "--package", "httpxide-protocol"], {
  cwd: root,
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (error || status !== 0) fail(`${name} cannot be made: ${error?.message ?? `cargo ended with ${status}`}`);
await writeOrCheck(name, stdout, "run npm run build");

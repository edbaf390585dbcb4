// Node.js's permission model: the error of a process that may not load the engine names the flag that it needs.
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import test from "ava";
import { programPath, runProgram } from "../helpers/child.js";

const root = dirname(createRequire(import.meta.url).resolve("httpxide/package.json"));
const restricted = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission";

test("without --allow-addons the error names that flag, and no advice about installing", async (t) => {
  const { stdout, stderr } = await runProgram("client-refused", {
    nodeOptions: [restricted, "--allow-fs-read=*"],
  });
  t.regex(stdout, /^ERR_HTTPXIDE_NATIVE\b/, stderr);
  t.regex(stdout, /add --allow-addons$/m);
  t.notRegex(stdout, /npm install|--omit/);
});

test("under --no-addons the error names that flag, and nothing about permissions or installing", async (t) => {
  const { stdout, stderr } = await runProgram("client-refused", { nodeOptions: ["--no-addons"] });
  t.regex(stdout, /^ERR_HTTPXIDE_NATIVE\b/, stderr);
  t.regex(stdout, /runs with --no-addons/);
  t.notRegex(stdout, /--allow-addons|permission|npm install|--omit/);
});

test("without a permission to read the engine's file, the error names the flag and the file", async (t) => {
  const readable = ["dist", "build", "node_modules", "package.json"].map(
    (name) => `--allow-fs-read=${join(root, name)}`,
  );
  const { stdout, stderr } = await runProgram("client-refused", {
    nodeOptions: [
      restricted,
      "--allow-addons",
      ...readable,
      `--allow-fs-read=${programPath("client-refused")}`,
    ],
  });
  t.regex(stdout, /^ERR_HTTPXIDE_NATIVE\b/, stderr);
  t.regex(stdout, /add --allow-fs-read=\S+httpxide\S*$/m);
  const flags = [...stdout.matchAll(/--allow-fs-read=(\S+)/g)].map(([, path]) => path!);
  for (const path of flags) t.true(isAbsolute(path), path);
});

test("the error of a client that finds no engine begins at the line that makes the client", async (t) => {
  const { stdout, stderr } = await runProgram("client-refused", { nodeOptions: ["--no-addons"] });
  const first = stdout.split("\n").find((line) => /^\s+at /.test(line));
  t.regex(first ?? "", /client-refused/, stdout + stderr);
});

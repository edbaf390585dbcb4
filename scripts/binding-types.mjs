// Writes src/native/binding.d.ts, napi's types of crates/binding; with --check, only says whether the committed file is what would be written.
//
// A build writes it too. napi's macros note the types while the crate compiles, so checking that one crate is enough here.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { generateTypeDef } from "@napi-rs/cli";
import { writeOrCheck } from "./generated.mjs";
import { manifest, root, run } from "./project.mjs";

const typeDefDir = join(root, "target", "binding-types");
rmSync(typeDefDir, { recursive: true, force: true });
mkdirSync(typeDefDir, { recursive: true });
run("cargo", ["check", "--quiet", "--package", "httpxide-binding"], {
  env: {
    ...process.env,
    NAPI_TYPE_DEF_TMP_FOLDER: typeDefDir,
    NAPI_FORCE_BUILD_HTTPXIDE_BINDING: String(Date.now()),
  },
});
const { dts } = await generateTypeDef({
  typeDefDir,
  cwd: root,
  dtsHeader: manifest.napi.dtsHeader,
});
await writeOrCheck("src/native/binding.d.ts", dts, "run npm run build");

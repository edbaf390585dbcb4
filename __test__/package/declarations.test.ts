// The declarations that users get, checked for faults that a compiler does not report. types.test-d.ts checks the types.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import test from "ava";
import * as httpxide from "httpxide";

const root = dirname(createRequire(import.meta.url).resolve("httpxide/package.json"));
/** Without comments and literals. */
const code = readFileSync(join(root, "index.d.ts"), "utf8").replace(
  /\/\*[^]*?\*\/|\/\/.*$|"(?:[^"\\\n]|\\.)*"/gm,
  "",
);

test("nothing has type any except JSON without a named type", (t) => {
  const lines = code.split("\n").filter((line) => /\bany\b/.test(line));
  t.deepEqual(
    new Set(lines.map((line) => line.trim())),
    new Set([
      "json<T = any>(): T;",
      "aiterJsonLines<T = any>(): AsyncIterableIterator<T>;",
      "receiveJson<T = any>(): Promise<T>;",
    ]),
  );
});

test("the declarations and the runtime exports have the same names", (t) => {
  const direct = [...code.matchAll(/^export declare (?:abstract )?(?:class|const|function) (\w+)/gm)];
  const listed = [...code.matchAll(/^export \{(.*?)\};/gms)].flatMap(([, names = ""]) => names.split(","));
  const names = new Set(direct.map(([, name]) => name));
  for (const entry of listed) {
    const name = entry.trim().split(" as ").at(-1);
    if (name) names.add(name);
  }
  t.deepEqual([...names].toSorted(), Object.keys(httpxide).toSorted());
});

test("no internal name is declared", (t) => {
  t.false(readFileSync(join(root, "index.d.ts"), "utf8").includes("@internal"));
  t.false(/\bWireResponse\b|\bTarget\b|\bSender\b/.test(code));
});

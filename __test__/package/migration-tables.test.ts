/**
 * The tables of the migration guides: what they give in the place of another client's names exists, with these types. The
 * blocks of code are run by examples.test.ts.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import ts from "typescript";
import { markdownIn, snippetCompilerOptions } from "../helpers/snippets.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** What the cells use without making it. `response` is the platform's in the guides to `fetch`. */
const SURROUNDINGS = `
import { Readable } from "node:stream";
import { readFileSync } from "node:fs";
import {
  AsyncClient, AsyncHTTPTransport, MockTransport, NetworkError, ResponseTooLarge, TimeoutException, codes, get,
  type AsyncClientOptions, type RequestOptions,
} from "httpxide";
import { createFetch, fetch } from "httpxide/fetch";
declare const client: AsyncClient, api: AsyncClient;
declare const url: string, path: string, baseUrl: string, name: string, method: string, charset: string;
declare const file: NodeJS.WritableStream, error: any, x: any, data: any, formData: FormData, signal: AbortSignal;
declare const read: number, connect: number, total: number, pool: number, keepaliveExpiry: number;
declare const ca: string, cert: string, key: string, log: () => void, trace: () => void, resolver: () => Promise<string[]>;
`;
const OF_FETCH = `declare const response: globalThis.Response;\n`;
const OF_CLIENT = `import { type Response } from "httpxide";\ndeclare const response: Response;\n`;
/** The platform's stream, which the declarations of Node.js tell from their own, and which only some responses lack. */
const KNOWN = /'ReadableStream<.*>(?: \| null)?' is not assignable to parameter of type 'ReadableStream/;

/** The codes in the last cells of a file's tables. */
function cellsOf(text: string): string[] {
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  const cells = rows.map((row) => row.replaceAll("\\|", "∣").split(" | ").at(-1) ?? "");
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code));
}

/** A program of the code: a call, a property or options. Null for words that are none of these. */
function programOf(code: string): string | null {
  if (code.includes("…")) return null;
  if (code.startsWith("await using ")) return `async () => { ${code}; };`;
  if (
    /^(await |\(await |\[\.\.\.)?(client|api|response|createFetch|fetch|get|codes|new |Buffer|Readable)\b/.test(
      code,
    )
  ) {
    return `async () => { void (${code.replace(/^\(await (.*)$/, "(await $1")}); };`;
  }
  if (/^error(\.\w+)* (instanceof|===)/.test(code)) return `void (${code});`;
  if (/^[a-z]\w*: /i.test(code)) return `({ ${code} }) satisfies Options;`;
  return null;
}

test("what the tables give in the place of another client's names exists", async (t) => {
  const folder = await mkdtemp(join(ROOT, "build", "tables-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const places = new Map<string, string>();
  for (const guide of markdownIn("docs").filter(
    (path) => path.includes("/migrating/") && !path.includes("what-breaks"),
  )) {
    const isOfFetch = guide.endsWith("/node-fetch.md");
    const options = isOfFetch ? "RequestInit" : "AsyncClientOptions | RequestOptions";
    const codes = [...new Set(cellsOf(await readFile(join(ROOT, guide), "utf8")))];
    for (const [index, code] of codes.entries()) {
      const program = programOf(code);
      if (program === null) continue;
      const file = join(folder, `${guide.replace(/\W+/g, "-")}-${index}.mts`);
      const response = isOfFetch ? OF_FETCH : OF_CLIENT;
      await writeFile(file, `${SURROUNDINGS}${response}type Options = ${options};\n${program}\n`);
      places.set(file, `${guide}: ${code}`);
    }
  }
  t.true(places.size >= 60, `${places.size} codes`);
  const program = ts.createProgram([...places.keys()], snippetCompilerOptions());
  const complaints = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, "\n");
    return `${places.get(file?.fileName ?? "") ?? file?.fileName}\n  ${message}`;
  });
  t.deepEqual(
    complaints.filter((complaint) => !KNOWN.test(complaint)),
    [],
  );
});

/**
 * Opens files until the process has no descriptor left, sends ten requests to `<url>`, closes the files and sends one
 * more. Prints what became of the ten and of the last. With `cold` as the second argument the engine is loaded before,
 * but not started.
 */
import { closeSync, openSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { AsyncClient, Response } from "httpxide";

const [url = "", start] = process.argv.slice(2);

async function outcome(): Promise<string> {
  try {
    // no connection is kept: each request needs a descriptor
    await using client = new AsyncClient({ limits: { maxKeepaliveConnections: 0 } });
    return String((await client.get(url)).statusCode);
  } catch (error) {
    const { name, code, phase } = error as { name: string; code?: string; phase?: string };
    return `${name} ${code} in ${phase}`;
  }
}

if (start === "cold") {
  // the decoder of codings is the engine's
  void new Response(200, { content: gzipSync("x"), headers: { "Content-Encoding": "gzip" } }).content;
} else {
  await outcome();
}
const files: number[] = [];
/** Opens files until no descriptor is left, and returns how many. */
function openAll(): number {
  const before = files.length;
  try {
    for (;;) files.push(openSync(process.execPath, "r"));
  } catch {
    return files.length - before;
  }
}
// a socket that the system is still closing gives its descriptor back later
while (openAll() > 0) await setTimeout(20);
const without = await Promise.all(Array.from({ length: 10 }, outcome));
for (const file of files) closeSync(file);
console.log([...new Set(without), await outcome()].join(", "));

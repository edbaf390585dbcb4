/**
 * Opens files until the process has no descriptor left, sends ten requests to `<url>`, closes the files and sends one
 * more. Prints what became of the ten and of the last.
 */
import { closeSync, openSync } from "node:fs";
import { AsyncClient, RequestError } from "httpxide";

const [url = ""] = process.argv.slice(2);
// no connection is kept: each request needs a descriptor
await using client = new AsyncClient({ limits: { maxKeepaliveConnections: 0 } });

async function outcome(): Promise<string> {
  try {
    return String((await client.get(url)).statusCode);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return `${error.name} ${error.code} in ${error.phase}`;
  }
}

// the engine has opened what it needs itself
const first = await outcome();
const files: number[] = [];
try {
  for (;;) files.push(openSync(process.execPath, "r"));
} catch {
  // none is left
}
const without = await Promise.all(Array.from({ length: 10 }, outcome));
for (const file of files) closeSync(file);
console.log([first, ...new Set(without), await outcome()].join(", "));

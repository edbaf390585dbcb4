/**
 * Reads many streamed responses, and prints how many bytes of each only a collection of all objects frees. Needs --expose-gc.
 */
import { AsyncClient } from "httpxide";

const [url = ""] = process.argv.slice(2);
const client = new AsyncClient();

async function read(count: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    const response = await client.stream("GET", url);
    for await (const chunk of response.aiterBytes()) void chunk;
  }
}

const COUNT = 1000;
const AT_ONCE = 100;
await read(COUNT);
globalThis.gc?.();
for (let left = COUNT; left > 0; left -= AT_ONCE) {
  await read(AT_ONCE);
  // twice: what survives the first is promoted by the second
  for (let time = 0; time < 2; time++) globalThis.gc?.({ type: "minor", execution: "sync" });
}
const { heapUsed } = process.memoryUsage();
globalThis.gc?.();
console.log(Math.round((heapUsed - process.memoryUsage().heapUsed) / COUNT));
await client.aclose();

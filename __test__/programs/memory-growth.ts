/**
 * Makes many requests and prints, as JSON, how much the memory has grown since the first tenth of them. With "trouble"
 * as its second argument, half of them are aborted and half fail. Needs --expose-gc.
 */
import { setTimeout as pause } from "node:timers/promises";
import { AsyncClient } from "httpxide";

const [url = "", kind = "plain"] = process.argv.slice(2);
const client = new AsyncClient();
const AT_A_TIME = 64;

async function plainRequest(): Promise<void> {
  const response = await client.get(url);
  if (response.text.length !== 1024) throw new Error(`got ${response.text.length} characters`);
}

async function troubledRequest(index: number): Promise<void> {
  if (index % 2) {
    await client.get("http://127.0.0.1:1/").catch(() => {});
  } else {
    const abort = new AbortController();
    const call = client.get(url, { signal: abort.signal });
    setTimeout(() => abort.abort(), index % 5);
    await call.catch(() => {});
  }
}

async function makeRequests(total: number): Promise<void> {
  let index = 0;
  const askOnAndOn = async (): Promise<void> => {
    while (index < total) {
      index += 1;
      await (kind === "plain" ? plainRequest() : troubledRequest(index));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, askOnAndOn));
}

async function memory(): Promise<NodeJS.MemoryUsage> {
  for (let time = 0; time < 5; time++) {
    globalThis.gc?.();
    await pause(50);
  }
  return process.memoryUsage();
}

const total = kind === "plain" ? 50_000 : 10_000;
await makeRequests(total / 10);
const before = await memory();
await makeRequests(total);
const after = await memory();
console.log(
  JSON.stringify({ requests: total, rss: after.rss - before.rss, heap: after.heapUsed - before.heapUsed }),
);

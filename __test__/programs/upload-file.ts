/**
 * Uploads a file as multipart, from a source of the kind in its third argument, and prints as JSON the highest rise of
 * memory meanwhile. Needs --expose-gc.
 */
import { createReadStream, openAsBlob } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { AsyncClient, type FileContent } from "httpxide";

const [url = "", path = "", source = ""] = process.argv.slice(2);
const client = new AsyncClient({ timeout: null });
const headers = { "Content-Type": "multipart/form-data; boundary=BOUNDARY" };

async function* generated(): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Uint8Array>;
}

async function contentOf(): Promise<FileContent> {
  if (source === "stream") return createReadStream(path);
  if (source === "handle") return open(path);
  return source === "blob" ? openAsBlob(path) : generated();
}

await client.post(url, { files: { file: ["warm.up", new Blob(["x".repeat(1_000_000)])] }, headers });
for (let time = 0; time < 3; time++) {
  globalThis.gc?.();
  await pause(20);
}
const before = process.memoryUsage.rss();
let most = before;
const watching = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);
const content = await contentOf();
const response = await client.post(url, { files: { file: ["large.bin", content] }, headers });
clearInterval(watching);
if ("stat" in (content as object)) await (content as Awaited<ReturnType<typeof open>>).close();
await client.aclose();
console.log(
  JSON.stringify({ answer: response.text, rise: Math.max(most, process.memoryUsage.rss()) - before }),
);

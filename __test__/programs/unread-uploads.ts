/**
 * Uploads 64 bodies of 4 MiB at a time to a server that takes none of them. Prints, as JSON, how much the memory grew until
 * the server had taken all that it takes, and aborts them.
 */
import { AsyncClient } from "httpxide";

const [url = "", version = ""] = process.argv.slice(2);
await using client = new AsyncClient({ http1: version !== "2", http2: version === "2", timeout: null });
const content = Buffer.alloc(4 * 1024 * 1024, "x");
// what the first request of a process needs does not count
await client.get(url);
const before = process.memoryUsage.rss();
const uploads = new AbortController();
const ended = Array.from({ length: 64 }, () =>
  client.post(`${url}/never`, { content, signal: uploads.signal }).catch((error: unknown) => error),
);
let most = before;
// requests behind the uploads: when they are answered, all of those have begun
for (let count = 0; count < 64; count++) {
  await client.get(url);
  most = Math.max(most, process.memoryUsage.rss());
}
console.log(JSON.stringify({ growth: most - before }));
uploads.abort();
await Promise.all(ended);

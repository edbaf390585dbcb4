/**
 * Opens 64 responses and reads none of them, while other requests go on over the same connection. Prints, as JSON, how much
 * the memory grew.
 */
import { AsyncClient } from "httpxide";

const [url = ""] = process.argv.slice(2);
await using client = new AsyncClient({ http1: false, http2: true, limits: { maxConnections: 1 } });
// what the first request of a process needs does not count
await client.get(url);
const before = process.memoryUsage.rss();
let most = before;
const unread = [];
for (let count = 0; count < 64; count++) {
  unread.push(await client.stream("GET", `${url}/endless`));
  await client.get(url);
  most = Math.max(most, process.memoryUsage.rss());
}
console.log(JSON.stringify({ growth: most - before }));
for (const response of unread) await response.aclose();

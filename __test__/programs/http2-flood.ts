/** Sends a request without a time limit to a server that floods. Prints, as JSON, how it ended, after how long, and how much the memory grew. */
import { AsyncClient, RequestError } from "httpxide";

const [url = ""] = process.argv.slice(2);
await using client = new AsyncClient({ http1: false, http2: true, timeout: null });
// what the first request of a process needs does not count
await client.get("http://127.0.0.1:1/").catch(() => {});
const before = process.memoryUsage.rss();
let most = before;
const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);
const started = performance.now();
const end = await client.get(url).then(
  (response) => `${response.statusCode}`,
  (error: unknown) => (error instanceof RequestError ? `${error.name} ${error.code}` : String(error)),
);
clearInterval(watch);
most = Math.max(most, process.memoryUsage.rss());
console.log(JSON.stringify({ end, milliseconds: performance.now() - started, growth: most - before }));

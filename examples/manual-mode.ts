/**
 * Manual streaming mode: node build/examples/manual-mode.js [base URL]
 *
 * For responses that no block can close, as in a proxy that passes the body on. A caller that sends with `stream: true`
 * owns the response until it is read to its end or closed.
 */
import { AsyncClient } from "httpxide";

const base = process.argv[2] ?? "http://localhost:8000";

await using client = new AsyncClient({ baseUrl: base });

const request = client.buildRequest("GET", "/archive", { params: { mebibytes: 2 } });
request.headers.set("X-Request-Id", "42");
console.log(request.method, request.url.href, request.headers.get("user-agent"));

const response = await client.send(request, { stream: true });
try {
  console.log(response.statusCode, "closed:", response.isClosed);
  for await (const chunk of response.aiterRaw(65_536)) {
    console.log(`the first ${chunk.length} bytes, as they came`);
    break;
  }
} finally {
  await response.aclose();
}
console.log("closed:", response.isClosed);

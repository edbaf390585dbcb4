/**
 * HTTP/2: node build/examples/http2.js
 *
 * Starts a server of HTTP/2 without TLS, and sends 64 requests at once, which share one connection.
 */
import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { AsyncClient } from "httpxide";

let connections = 0;
const server = createServer();
server.on("session", () => connections++);
server.on("stream", (stream, headers) => {
  stream.respond({ ":status": 200, "content-type": "text/plain" });
  stream.end(`you asked for ${headers[":path"]}`);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

{
  // With https: URLs, http2: true is enough. Without TLS there is no negotiation, so HTTP/1.1 has to be switched off.
  await using client = new AsyncClient({
    baseUrl: `http://127.0.0.1:${port}`,
    http1: false,
    http2: { maxConcurrentStreams: 100 },
  });

  const paths = Array.from({ length: 64 }, (_, number) => `/${number}`);
  const responses = await Promise.all(paths.map((path) => client.get(path)));
  const [first] = responses;
  console.log(first?.httpVersion, first?.text);
  console.log(`${responses.length} requests over ${connections} connection`);

  // An abort resets its own stream. The connection stays.
  const reason: unknown = await client
    .get("/aborted", { signal: AbortSignal.abort("no need") })
    .catch((error) => error);
  console.log("aborted:", reason);
  const next = await client.get("/next");
  console.log(`stream ${next.extensions.streamId}: ${next.text}`);
}
server.close();

/**
 * The tokens of a language model over an event stream that breaks off: node build/examples/sse.js
 *
 * Starts a server of its own. It cuts the connection after three tokens, and goes on after the last one that arrived.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AsyncClient } from "httpxide";

const tokens = ["Streams ", "break. ", "This ", "one ", "goes ", "on."];

const server = createServer((request, response) => {
  request.resume();
  const next = Number(request.headers["last-event-id"] ?? -1) + 1;
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write("retry: 50\n\n");
  for (const [at, token] of tokens.entries()) {
    if (at < next) continue;
    response.write(`id: ${at}\ndata: ${JSON.stringify({ token })}\n\n`);
    if (at === next + 2 && at < tokens.length - 1) {
      setTimeout(() => response.destroy(), 20);
      return;
    }
  }
  response.end("event: done\ndata\n\n");
}).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`;

{
  await using client = new AsyncClient();
  // Each connection sends the body again, and the ID of the last event.
  const events = await client.sse(url, { method: "POST", json: { prompt: "How do streams end?" } });
  for await (const event of events) {
    // Leaving the loop closes the stream: else it would connect again after its end.
    if (event.event === "done") break;
    process.stdout.write(event.json<{ token: string }>().token);
  }
  console.log();
}
server.close();

// A server that answers as a service would, by a script; it remembers what it was asked, and closes with its test.
import { createServer } from "node:http";
import { once } from "node:events";

/**
 * The script gets the request as `{ method, url, headers, body, number }`, `number` from 1 on, and the response.
 *
 * @returns the server's URL, its port and the requests so far.
 */
export async function scriptedServer(t, script) {
  const received = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // the client has given the request up
    }
    const { method, url, headers } = request;
    const bytes = Buffer.concat(chunks);
    received.push({ method, url, headers, bytes, body: bytes.toString() });
    await script({ ...received.at(-1), number: received.length }, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address();
  return { url: `http://127.0.0.1:${port}`, port, received, server };
}

/** Answers with JSON. */
export function json(response, value, status = 200, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}

/** Begins an event stream and sends these events: text, or values that become JSON. */
export function events(response, ...given) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of given) {
    const { name, data } = event.data === undefined ? { data: event } : event;
    const text = typeof data === "string" ? data : JSON.stringify(data);
    response.write(`${name === undefined ? "" : `event: ${name}\n`}data: ${text}\n\n`);
  }
}

/** Resolves when the connection of a response has closed. */
export function closed(response) {
  return response.destroyed ? Promise.resolve() : once(response, "close");
}

/** A port that refuses connections: it was free a moment ago. */
export async function refusedPort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

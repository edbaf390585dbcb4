// The server of the checks in smoke.cjs and subpaths.cjs.
import { createServer } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { WebSocketServer } from "ws";

const CODINGS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

const routes = {
  async echo(request, response) {
    const { method, url, headers } = request;
    json(response, { method, url, headers, body: String(await bodyOf(request)) });
  },
  async mirror(request, response) {
    response.end(await bodyOf(request));
  },
  coded(_request, response, coding) {
    response.setHeader("content-encoding", coding).end(CODINGS[coding](JSON.stringify({ coding })));
  },
  lines(_request, response) {
    response.write("one\ntw");
    setImmediate(() => response.end("o\nthree\n"));
  },
  events(_request, response) {
    response.setHeader("content-type", "text/event-stream");
    response.end("id: 1\ndata: one\n\nevent: second\ndata: two\n\n");
  },
  records(_request, response) {
    response.end('{"n":1}\n{"n":2}\n');
  },
  endless(_request, response) {
    const timer = setInterval(() => response.write("more"), 5);
    response.on("close", () => clearInterval(timer));
  },
  redirect(_request, response) {
    response.writeHead(302, { location: "/echo" }).end();
  },
  cookie(_request, response) {
    response.setHeader("set-cookie", "session=abc").end();
  },
  status(_request, response, status) {
    response.writeHead(Number(status)).end();
  },
  broken(request) {
    request.socket.destroy();
  },
  slow() {
    // Never answers.
  },
};

/** Starts it on a free port; `close` ends its connections too. */
export async function started() {
  const server = createServer((request, response) => {
    const [, name, argument] = request.url.split(/[/?]/);
    const route = routes[name];
    if (route) route(request, response, argument);
    else response.writeHead(404).end();
  });
  // a WebSocket gets back what it sends
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response, value) {
  response.setHeader("content-type", "application/json").end(JSON.stringify(value));
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

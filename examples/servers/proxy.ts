/** A small HTTP proxy: it forwards `http:` requests, and opens tunnels to ports of this machine. */
import {
  createServer,
  type IncomingMessage,
  request as send,
  type RequestListener,
  type Server,
} from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";

export function proxyServer(): Server {
  return createServer(forward).on("connect", openTunnel);
}

/** Passes a request on to the server that its target names, and the answer back. */
export const forward: RequestListener = (request, response) => {
  const { method, rawHeaders } = request;
  const { port, pathname, search } = new URL(request.url ?? "");
  const options = { host: "127.0.0.1", port, method, path: pathname + search, headers: rawHeaders };
  const onward = send(options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on("error", () => response.writeHead(502).end("no answer\n"));
  request.pipe(onward);
};

/** Answers `CONNECT`, and passes bytes in both directions until one side closes. */
export function openTunnel(request: IncomingMessage, client: Duplex, early: Buffer): void {
  const server = connect(Number(request.url?.split(":").at(-1)), "127.0.0.1");
  server.on("connect", () => {
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    server.write(early);
    server.pipe(client).pipe(server);
  });
  server.on("error", () => client.end("HTTP/1.1 502 No way there\r\nContent-Length: 0\r\n\r\n"));
  client.on("error", () => server.destroy());
  client.on("close", () => server.destroy());
}

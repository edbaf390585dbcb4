/** An HTTP proxy that records what it receives: it forwards requests and opens tunnels. */
import { createServer, type IncomingMessage, request as forward, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type ListenOptions, type Socket } from "node:net";
import type { KeyAndCertificate } from "./certificates.js";
import { type Handler, type HttpServer, serveHttp } from "./http-server.js";

export interface SeenConnect {
  readonly target: string;
  /** Names and values, in the order and case received. */
  readonly headers: readonly string[];
}

export interface ProxyServer extends HttpServer {
  readonly connects: readonly SeenConnect[];
}

export interface ProxyServerOptions {
  /** With it, the proxy speaks TLS. */
  readonly certificate?: KeyAndCertificate;
  readonly address?: ListenOptions;
  /** The port of this machine that everything is for, whatever host and port the client names. */
  readonly leadsTo?: number;
}

export async function startProxyServer(options: ProxyServerOptions = {}): Promise<ProxyServer> {
  const { certificate, address, leadsTo } = options;
  const connects: SeenConnect[] = [];
  const create = (handler: Parameters<typeof createServer>[1]): Server => {
    const server = certificate ? createTlsServer(certificate, handler) : createServer(handler);
    server.on("connect", (request: IncomingMessage, client: Socket, early: Buffer) => {
      const target = request.url ?? "";
      connects.push({ target, headers: request.rawHeaders });
      tunnel(client, early, leadsTo ?? Number(target.split(":").pop()));
    });
    return server as Server;
  };
  const base = certificate ? "https://localhost" : "http://127.0.0.1";
  const server = await serveHttp(create, base, forwarding(leadsTo), address);
  return Object.assign(server, { connects });
}

function forwarding(leadsTo: number | undefined): Handler {
  return (request, response) => {
    const url = new URL(request.url ?? "");
    const onward = forward(
      {
        host: "127.0.0.1",
        port: leadsTo ?? url.port,
        method: request.method,
        path: url.pathname + url.search,
        headers: request.rawHeaders,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.writeHead(502).end("no way"));
    request.pipe(onward);
  };
}

function tunnel(client: Socket, early: Buffer, port: number): void {
  const server = connect(port, "127.0.0.1");
  server.on("connect", () => {
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (early.length > 0) server.write(early);
    server.pipe(client);
    client.pipe(server);
  });
  server.on("error", () => client.end("HTTP/1.1 502 No way\r\nContent-Length: 6\r\n\r\nno way"));
  client.on("error", () => server.destroy());
  client.on("close", () => server.destroy());
}

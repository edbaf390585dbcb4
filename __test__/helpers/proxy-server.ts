/** The examples' HTTP proxy, which records what it receives. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { ListenOptions } from "node:net";
import type { TLSSocket, TlsOptions } from "node:tls";
import type { Duplex } from "node:stream";
import { forward, openTunnel } from "../../examples/servers/proxy.js";
import type { KeyAndCertificate } from "./certificates.js";
import { type HttpServer, serveHttp } from "./http-server.js";

export interface SeenConnect {
  readonly target: string;
  /** Names and values, in the order and case received. */
  readonly headers: readonly string[];
}

export interface ProxyServer extends HttpServer {
  readonly connects: readonly SeenConnect[];
  /** Whether each TLS client had a certificate that the proxy trusts. */
  readonly authorized: readonly boolean[];
}

export interface ProxyServerOptions {
  /** With it, the proxy speaks TLS. */
  readonly certificate?: KeyAndCertificate & TlsOptions;
  readonly address?: ListenOptions;
}

export async function startProxyServer({
  certificate,
  address,
}: ProxyServerOptions = {}): Promise<ProxyServer> {
  const connects: SeenConnect[] = [];
  const authorized: boolean[] = [];
  const create = (handler: Parameters<typeof createServer>[1]): Server => {
    const server = certificate ? createTlsServer(certificate, handler) : createServer(handler);
    server.on("connect", (request: IncomingMessage, client: Duplex, early: Buffer) => {
      connects.push({ target: request.url ?? "", headers: request.rawHeaders });
      openTunnel(request, client, early);
    });
    server.on("secureConnection", (socket: TLSSocket) => void authorized.push(socket.authorized));
    return server as Server;
  };
  const base = certificate ? "https://localhost" : "http://127.0.0.1";
  const server = await serveHttp(create, base, forward, address);
  return Object.assign(server, { connects, authorized });
}

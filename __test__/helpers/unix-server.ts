/**
 * The HTTP server on a Unix domain socket in its own temporary folder, like the Docker Engine's.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Handler, type HttpServer, serveHttp } from "./http-server.js";

export interface UnixServer extends HttpServer {
  /** The path of the socket. */
  readonly path: string;
}

export async function startUnixServer(handler: Handler): Promise<UnixServer> {
  const folder = await temporaryFolder();
  const path = join(folder.path, "api.sock");
  const server = await serveHttp((listener) => createServer(listener), "http://localhost", handler, { path });
  const closeServer = server[Symbol.asyncDispose].bind(server);
  return Object.assign(server, {
    path,
    async [Symbol.asyncDispose]() {
      await closeServer();
      await folder[Symbol.asyncDispose]();
    },
  });
}

/** A new folder, removed with its content on disposal. Its path is short: a socket's path has at most 107 bytes. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "hx-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

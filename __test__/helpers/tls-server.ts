/**
 * The HTTP server over TLS, with one of the test certificates.
 */
import { createServer } from "node:https";
import type { TlsOptions } from "node:tls";
import type { KeyAndCertificate } from "./certificates.js";
import { answering, type Handler, type HttpServer, serveHttp } from "./http-server.js";

/** Listens on 127.0.0.1; its URL is https://localhost. */
export function startTlsServer(
  certificate: KeyAndCertificate & Pick<TlsOptions, "maxVersion">,
  handler: Handler = answering("over TLS"),
): Promise<HttpServer> {
  return serveHttp((listener) => createServer(certificate, listener), "https://localhost", handler);
}

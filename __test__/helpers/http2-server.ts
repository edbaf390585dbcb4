/** Servers of HTTP/2 by `node:http2`. */
import { once } from "node:events";
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type SecureServerOptions,
  type ServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type IncomingHttpHeaders,
} from "node:http2";
import type { AddressInfo } from "node:net";
import type { KeyAndCertificate } from "./certificates.js";

export type StreamHandler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

export interface TestHttp2Server extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Every session since the start. */
  readonly sessions: ServerHttp2Session[];
}

/** Over TLS, with HTTP/2 by ALPN. Its URL is https://localhost. */
export function startHttp2Server(
  certificate: KeyAndCertificate,
  handler: StreamHandler,
  options: SecureServerOptions = {},
): Promise<TestHttp2Server> {
  return serve(createSecureServer({ ...certificate, ...options }), "https://localhost", handler);
}

/** Over plain TCP, or over a Unix socket if a path is given. */
export function startPlainHttp2Server(
  handler: StreamHandler,
  path?: string,
  options: ServerOptions = {},
): Promise<TestHttp2Server> {
  return serve(createServer(options), "http://127.0.0.1", handler, path);
}

async function serve(
  server: Http2Server,
  origin: string,
  handler: StreamHandler,
  path?: string,
): Promise<TestHttp2Server> {
  const sessions: ServerHttp2Session[] = [];
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    handler(stream, headers);
  });
  if (path === undefined) server.listen(0, "127.0.0.1");
  else server.listen(path);
  await once(server, "listening");
  const port = path === undefined ? (server.address() as AddressInfo).port : 0;
  return {
    url: path === undefined ? `${origin}:${port}` : origin,
    port,
    sessions,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Answers 200 with this body. */
export function answeringStreams(body: string | Uint8Array): StreamHandler {
  return (stream) => {
    stream.respond({ ":status": 200 });
    stream.end(body);
  };
}

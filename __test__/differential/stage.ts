/**
 * The servers and proxies of an exchange. URLs and texts name their ports as `{origin}`, and so do
 * the outcomes of a run, so that two runs can be compared.
 */
import { createServer } from "node:net";
import { certificates } from "../helpers/certificates.js";
import { type Handler, type SeenRequest, startHttpServer } from "../helpers/http-server.js";
import { Listener } from "../helpers/listening.js";
import { type SeenConnect, startProxyServer } from "../helpers/proxy-server.js";
import { answeringStreams, startHttp2Server, type TestHttp2Server } from "../helpers/http2-server.js";
import { startSocksServer, type SeenSocks } from "../helpers/socks-server.js";
import { startTlsServer } from "../helpers/tls-server.js";

export const SOCKS_CREDENTIALS = ["user", "pass:word"] as const;

/** Proxies that answer the first bytes with these, and close. */
const answers = {
  forbidding: "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",
  demanding: 'HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm="p"\r\nContent-Length: 0\r\n\r\n',
  failing: "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
  babbling: "this is no HTTP\r\n\r\n",
  silent: "",
} as const;

/** What the servers saw, without what differs between two equal runs. */
export interface Seen {
  readonly requests: Record<string, unknown[]>;
  readonly connections: Record<string, number>;
}

export interface Stage extends AsyncDisposable {
  readonly ca: string;
  /** The same value with ports for their names. */
  withPorts<T>(value: T): T;
  /** The same value with names for ports. */
  withNames<T>(value: T): T;
  seen(): Seen;
}

export async function openStage(): Promise<Stage> {
  const { good, ca } = await certificates();
  const ports = (): Record<string, number> => named(servers, ({ port }) => port);
  const respond: Handler = (request, response) => {
    if (request.url?.startsWith("/to/") !== true)
      return void response.end(`${request.method} ${request.url}`);
    const location = decodeURIComponent(request.url.slice("/to/".length));
    response.writeHead(302, { Location: withPorts(location) }).end();
  };
  const servers: Record<string, Recording | TestHttp2Server> = {
    origin: await startHttpServer(respond),
    other: await startHttpServer(respond),
    secure: await startTlsServer(good, respond),
    http2: await startHttp2Server(good, answeringStreams("over HTTP/2")),
    proxy: await startProxyServer(),
    second: await startProxyServer(),
    tlsProxy: await startProxyServer({ certificate: good }),
    socks: await startSocksServer(),
    guarded: await startSocksServer({ credentials: SOCKS_CREDENTIALS }),
    ...(await startAll(answers)),
  };
  const withPorts = <T>(value: T): T =>
    changed(value, (text) => text.replace(/\{(\w+)\}/g, (all, name: string) => String(ports()[name] ?? all)));
  const withNames = <T>(value: T): T =>
    changed(value, (text) =>
      Object.entries(ports()).reduce(
        (told, [name, port]) => told.replaceAll(String(port), `{${name}}`),
        text,
      ),
    );
  return {
    ca,
    withPorts,
    withNames,
    seen: () => ({
      requests: withNames(named(servers, (server) => ("sessions" in server ? [] : [...requestsOf(server)]))),
      connections: named(servers, (server) =>
        "sessions" in server ? server.sessions.length : server.connections,
      ),
    }),
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(servers).map((server) => server[Symbol.asyncDispose]()));
    },
  };
}

/** Any of them; those that record have what they saw. */
type Recording = Listener & {
  readonly requests?: readonly SeenRequest[];
  readonly connects?: readonly SeenConnect[];
  readonly asked?: readonly SeenSocks[];
};

function* requestsOf({ requests = [], connects = [], asked = [] }: Recording): Generator<unknown> {
  for (const { target, headers } of connects) yield { connect: target, headers };
  for (const { method, path, headers } of requests) {
    yield { method, path, headers: headers.map(([name, value]) => [name, VARYING.test(name) ? "…" : value]) };
  }
  // a port is named like all others
  for (const seen of asked) yield { ...seen, port: String(seen.port) };
}

/** Its values name the client and its decoders. */
const VARYING = /^(user-agent|accept-encoding)$/i;

async function startAll(texts: Readonly<Record<string, string>>): Promise<Record<string, Recording>> {
  const started: Record<string, Recording> = {};
  for (const [name, text] of Object.entries(texts)) {
    const server = new Listener(createServer((socket) => socket.once("data", () => socket.end(text))));
    await server.listen();
    started[name] = server;
  }
  return started;
}

function named<T, U>(record: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
}

function changed<T>(value: T, change: (text: string) => string): T {
  return JSON.parse(change(JSON.stringify(value))) as T;
}

/**
 * A well-behaved HTTP server: a function of node:http's request and response. It records every request on arrival.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { ListenOptions } from "node:net";
import { Listener } from "./listening.js";

export interface SeenRequest {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly path: string;
  /** Names and values, in the order and case received. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The number of the connection it came on, counted from 1. */
  readonly connection: number;
}

export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  seen: SeenRequest,
) => void | Promise<void>;

export interface HttpServer extends Listener {
  /** Its base URL, without a trailing slash. */
  readonly url: string;
  readonly requests: readonly SeenRequest[];
}

/** Begins a long body, and sends no more of it. @param gone called when the client has left. */
export function beginning(gone: () => void): Handler {
  return (_request, response) => {
    response.once("close", gone);
    response.writeHead(200, { "content-length": 1e9 });
    response.write(Buffer.alloc(100_000));
  };
}

/** A server at this address of the machine. Linux has all of 127.0.0.0/8. */
export function startHttpServer(handler: Handler = echo, host = "127.0.0.1", port = 0): Promise<HttpServer> {
  return serveHttp((listener) => createServer(listener), `http://${host}`, handler, { host, port });
}

/** The same over any server that accepts node:http's listener. */
export async function serveHttp(
  create: (listener: RequestListener) => Server,
  base: string,
  handler: Handler,
  address?: ListenOptions,
): Promise<HttpServer> {
  const requests: SeenRequest[] = [];
  const server = create((request, response) => {
    const seen: SeenRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: pairs(request.rawHeaders),
      connection: listener.numberOf(request.socket),
    };
    requests.push(seen);
    // A handler that fails must fail the test: the client gets a status that no test expects, with the reason.
    Promise.resolve(handler(request, response, seen)).catch((error: unknown) => {
      response.writeHead(599).end(String(error));
    });
  });
  // The client decides whether a connection is kept, unless a test says otherwise.
  server.keepAliveTimeout = 120_000;
  const listener = new Listener(server);
  await listener.listen(address);
  const url = address?.path === undefined ? `${base}:${listener.port}` : base;
  return Object.assign(listener, { url, requests });
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The JSON that {@link echo} answers with. */
export interface Echo {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Answers with the request it received. */
export async function echo(
  request: IncomingMessage,
  response: ServerResponse,
  seen: SeenRequest,
): Promise<void> {
  const body = (await bodyOf(request)).toString();
  const answer: Echo = { method: seen.method, path: seen.path, headers: seen.headers, body };
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(answer));
}

/** Answers every request with these bytes. */
export function answering(body: string | Uint8Array): Handler {
  return (_request, response) => {
    response.end(body);
  };
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  return Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
    rawHeaders[2 * index] ?? "",
    rawHeaders[2 * index + 1] ?? "",
  ]);
}

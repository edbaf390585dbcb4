/**
 * Makes a listener of node:http from a table of routes. A key is a method and a path; its `*` matches one segment.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** The arguments of a route beside node:http's own objects. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** The segment that matches the `*` of the route, or "". */
  readonly segment: string;
}

export type Route = (call: Call) => void | Promise<void>;

/** Answers by the first matching route, or by `otherwise`. */
export function routed(routes: Readonly<Record<string, Route>>, otherwise: Route): RequestListener {
  const table = Object.entries(routes).map(([key, route]) => ({ pattern: patternOf(key), route }));
  return (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    // A HEAD is answered like the GET; node:http omits the body.
    const wanted = `${request.method === "HEAD" ? "GET" : request.method} ${url.pathname}`;
    const found = table.find(({ pattern }) => pattern.test(wanted));
    const segment = found?.pattern.exec(wanted)?.[1] ?? "";
    const answered = (found?.route ?? otherwise)({ request, response, url, segment });
    Promise.resolve(answered).catch((error: unknown) => {
      // Some examples disconnect in the middle of a response.
      if (response.headersSent || request.destroyed) response.destroy();
      else sendJSON(response, 500, { error: String(error) });
    });
  };
}

export function sendJSON(response: ServerResponse, statusCode: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(statusCode, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function patternOf(key: string): RegExp {
  const escaped = key.replace(/[.?+^$()[\]{}|\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", "([^/]+)")}$`);
}

/**
 * From a table of routes to a listener of node:http. A key is a method and a path, whose `*` stands for one segment.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** What a route gets beside node:http's own objects. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** What the `*` of the route stands for, or "". */
  readonly segment: string;
}

export type Route = (call: Call) => void | Promise<void>;

/** Answers by the first route that fits, and by `otherwise` if none does. */
export function routed(routes: Readonly<Record<string, Route>>, otherwise: Route): RequestListener {
  const table = Object.entries(routes).map(([key, route]) => ({ pattern: patternOf(key), route }));
  return (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    // A HEAD is answered as the GET is; node:http leaves out the body.
    const wanted = `${request.method === "HEAD" ? "GET" : request.method} ${url.pathname}`;
    const found = table.find(({ pattern }) => pattern.test(wanted));
    const segment = found?.pattern.exec(wanted)?.[1] ?? "";
    const answered = (found?.route ?? otherwise)({ request, response, url, segment });
    Promise.resolve(answered).catch((error: unknown) => {
      // Clients that go away in the middle are what some of the examples are about.
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

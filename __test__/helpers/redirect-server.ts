/**
 * A server that redirects as its path says, and answers every other request with an echo: one server plays every
 * redirect of RFC 9110, 15.4.
 */
import { bodyOf, echo, type Handler, type HttpServer, startHttpServer } from "./http-server.js";

/** The parts of a redirect of {@link redirectPath}, beside its `Location`. */
export interface RedirectOptions {
  readonly status?: number;
  /** `null`: none. Text beyond ASCII is sent as UTF-8. */
  readonly location?: string | null;
  readonly setCookie?: string;
  readonly body?: string;
}

/** The path (below `under`) that answers with this redirect. */
export function redirectPath(options: RedirectOptions, under = "/"): string {
  return `${under}redirect?${encodeURIComponent(JSON.stringify(options))}`;
}

export const redirecting: Handler = async (request, response, seen) => {
  const [path = "", query = ""] = seen.path.split("?", 2);
  if (!path.endsWith("/redirect")) return echo(request, response, seen);
  await bodyOf(request);
  const {
    status = 302,
    location,
    setCookie,
    body,
  } = JSON.parse(decodeURIComponent(query)) as RedirectOptions;
  response.statusCode = status;
  if (typeof location === "string")
    response.setHeader("Location", Buffer.from(location, "utf8").toString("latin1"));
  if (setCookie !== undefined) response.setHeader("Set-Cookie", setCookie);
  // As bytes: with a string body, node:http would encode the headers as UTF-8 too.
  response.end(Buffer.from(body ?? `${status}`));
};

export function startRedirectServer(): Promise<HttpServer> {
  return startHttpServer(redirecting);
}

/** Answers `/N` with a redirect to `/N-1`, and `/0` with 200. */
export const countingDown: Handler = async (request, response, seen) => {
  await bodyOf(request);
  const left = Number(seen.path.slice(1));
  if (left > 0) response.writeHead(302, { Location: `/${left - 1}` });
  response.end(`${left} left`);
};

/** The values of a header of a request that a server received. */
export function headerValues(request: HttpServer["requests"][number] | undefined, name: string): string[] {
  if (request === undefined) throw new Error("there was no such request");
  return request.headers.filter(([found]) => found.toLowerCase() === name).map(([, value]) => value);
}

/** Clients that note how their single requests end, and a server's listener whose body breaks off. */
import type { ServerResponse } from "node:http";
import { AsyncClient, type AsyncClientOptions, type RequestError } from "httpxide";

/** A client that notes how its requests end. */
export function notingClient(options: AsyncClientOptions = {}) {
  const ends: string[] = [];
  const client = new AsyncClient({
    ...options,
    eventHooks: {
      response: [({ statusCode, request }) => void ends.push(`${statusCode} ${request.url.pathname}`)],
      error: [(error, request) => void ends.push(`${error.name} ${request.url.pathname}`)],
    },
  });
  return { client, ends };
}

/** Its body breaks off after one byte. */
export const cutShort = (_request: unknown, response: ServerResponse): void => {
  response.writeHead(200, { "Content-Length": 100 }).write("x", () => response.destroy());
};

/** A client whose error hook keeps what it gets. */
export function keepingClient(options: AsyncClientOptions = {}) {
  const errors: RequestError[] = [];
  const client = new AsyncClient({
    ...options,
    eventHooks: { error: [(error) => void errors.push(error)] },
  });
  return { client, errors };
}

/** The function `fetch`: one request after the other until a response is no redirect (Fetch Standard, 4.4 "HTTP fetch"). */
import type { AsyncClient } from "../client/async-client.js";
import type { Response as Received } from "../response/response.js";
import { fetchFailed, failureOf } from "./failures.js";
import { checkIntegrity } from "./integrity.js";
import { type Hop, messageOf } from "./hop.js";
import { type FetchRequest, readRequest } from "./read-request.js";
import { nextHop } from "./redirect.js";
import { Response } from "./response.js";

type Fetch = typeof globalThis.fetch;

/** Taken when this module loads: `install` may replace the global one later. */
const platformFetch = globalThis.fetch;
/** Resources without a server. */
const LOCAL = /^\s*(?:data|blob|about):/i;

/** @internal */
export function fetchOver(clientOf: () => AsyncClient): Fetch {
  // the default value is visible to users: it makes the function's `length` 1, as that of the platform's own
  async function fetch(
    input: unknown,
    init: RequestInit | undefined = undefined,
  ): Promise<globalThis.Response> {
    if (isOfPlatform(input, init)) return platformFetch(input as string, init);
    const request = await readRequest(input, init);
    try {
      return await respond(clientOf(), request);
    } catch (error) {
      request.body?.cancel(error);
      throw error;
    }
  }
  return fetch as Fetch;
}

/** Whether only the platform can do it: it has its own dispatchers, and the URLs without a server. */
function isOfPlatform(input: unknown, init: RequestInit | undefined): boolean {
  if ((init as { dispatcher?: unknown } | null | undefined)?.dispatcher) return true;
  return LOCAL.test(typeof input === "string" ? input : ((input as { url?: string } | null)?.url ?? ""));
}

async function respond(client: AsyncClient, request: FetchRequest): Promise<Response> {
  const { signal, integrity } = request;
  let hop: Hop = request;
  let isRedirected = false;
  let isSameOrigin = true;
  for (let redirects = 0; ; redirects++) {
    const received = await exchange(client, hop, signal);
    const next = await redirected(request, hop, received, redirects);
    if (next === null) {
      if (integrity !== "") await checkIntegrity(received, integrity, signal);
      const type = isSameOrigin ? "basic" : "cors";
      return new Response(received, hop, { signal, isRedirected, type });
    }
    isRedirected = true;
    isSameOrigin &&= next.url.origin === request.url.origin;
    hop = next;
  }
}

async function exchange(client: AsyncClient, hop: Hop, signal: AbortSignal | null): Promise<Received> {
  try {
    return await client.exchange(messageOf(hop), signal);
  } catch (error) {
    throw failureOf(error, signal, fetchFailed);
  }
}

/** The request that follows; null for a response that the caller gets. */
async function redirected(
  request: FetchRequest,
  hop: Hop,
  received: Received,
  redirects: number,
): Promise<Hop | null> {
  if (request.redirect === "manual" || !received.hasRedirectLocation) {
    if (request.redirect !== "error" || !received.isRedirect || received.statusCode === 304) return null;
  }
  try {
    if (request.redirect === "error") throw fetchFailed(new Error("unexpected redirect"));
    return nextHop(hop, received, redirects);
  } finally {
    await received.aclose();
  }
}

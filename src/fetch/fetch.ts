/**
 * The function `fetch`: one request after the other until a response is no redirect (Fetch Standard, 4.4 "HTTP fetch").
 *
 * A plain `fetch(url)` waits for one promise, the client's: each further one would cost as much as the request's record.
 */
import type { AsyncClient } from "../client/async-client.js";
import { sharedClient } from "../client/shared-client.js";
import { afterRedirect } from "../middleware/resends.js";
import type { Response as Received } from "../response/response.js";
import { now } from "../platform/clock.js";
import { hideOwnFrames } from "../platform/own-frames.js";
import { fetchFailed, failureOf } from "./failures.js";
import { checkIntegrity } from "./integrity.js";
import type { Hop } from "./hop.js";
import { type FetchRequest, readRequest } from "./read-request.js";
import { OpaqueResponse } from "./opaque-response.js";
import { messageOf } from "./message.js";
import { isMocked } from "./mocks.js";
import { platformFetch } from "./platform.js";
import { nextHop } from "./redirect.js";
import { type TimedFetch, reportResource } from "./resource-timing.js";
import type { BodyEnd } from "./response-bytes.js";
import { Response } from "./response.js";

type Fetch = typeof globalThis.fetch;

/** The statuses that the standard calls redirects, with a `Location` or without (Fetch Standard, 2.2.3). */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Resources without a server. */
const LOCAL = /^\s*(?:data|blob|about):/i;

/** @internal */
export function fetchOver(clientOf: () => AsyncClient): Fetch {
  const isDefault = clientOf === sharedClient;
  const send = (request: FetchRequest): Promise<globalThis.Response> =>
    request.body === null ? respond(clientOf(), request) : respondOrCancel(clientOf(), request);

  // the default value is visible to users: it makes the function's `length` 1, as that of the platform's own
  function fetch(input: unknown, init: RequestInit | undefined = undefined): Promise<globalThis.Response> {
    try {
      if (isOfPlatform(input, init) || (isDefault && isMocked())) return platformFetch(input as string, init);
      const request = readRequest(input, init);
      return request instanceof Promise ? request.then(send) : send(request);
    } catch (error) {
      // the platform's own classes check some arguments
      if (error instanceof TypeError) hideOwnFrames(error);
      return Promise.reject(error);
    }
  }
  return fetch as Fetch;
}

/** Whether only the platform can do it: it has its own dispatchers and mocks, and the URLs without a server. */
function isOfPlatform(input: unknown, init: RequestInit | undefined): boolean {
  if ((init as { dispatcher?: unknown } | null | undefined)?.dispatcher) return true;
  return LOCAL.test(typeof input === "string" ? input : ((input as { url?: string } | null)?.url ?? ""));
}

/** An upload that fails tells its source. */
async function respondOrCancel(client: AsyncClient, request: FetchRequest): Promise<Response> {
  try {
    return await respond(client, request);
  } catch (error) {
    request.body?.cancel(error);
    throw error;
  }
}

async function respond(client: AsyncClient, request: FetchRequest): Promise<Response> {
  const { signal, integrity } = request;
  let hop: Hop = request;
  let isRedirected = false;
  let isMisdirected = false;
  let last: Received | null = null;
  const startedAt = now();
  for (let redirects = 0; ;) {
    const requestedAt = redirects === 0 ? startedAt : now();
    let received: Received;
    try {
      received = await client.exchange(afterRedirect(last, messageOf(hop)), signal, "decoded", "fetch");
    } catch (error) {
      throw failureOf(error, signal, fetchFailed);
    }
    if (received.statusCode === 407 && !request.hasWindow) {
      await received.aclose();
      throw fetchFailed(new Error("a proxy wants credentials, and the request has no window"));
    }
    // once over another connection (RFC 9110, 15.5.20): the engine keeps none that answers so
    if (received.statusCode === 421 && !isMisdirected && (hop.body === null || hop.body.isReplayable)) {
      isMisdirected = true;
      last = received;
      await received.aclose();
      continue;
    }
    if (isLast(request, received)) {
      if (hop.tainting === "opaque") {
        await received.aclose();
        if (integrity !== "") throw fetchFailed(new Error("no integrity is known of an opaque response"));
        return new OpaqueResponse(received, hop);
      }
      if (integrity !== "") await checkIntegrity(received, integrity, signal);
      const times = { startedAt, requestedAt, respondedAt: now(), isRedirected };
      const ended = timed({ url: request.url.href, ...times, received });
      return new Response(received, hop, { signal, isRedirected, ended });
    }
    hop = await redirected(request, hop, received, redirects++);
    isRedirected = true;
    isMisdirected = false;
    last = received;
  }
}

/** Reports a fetch whose body is in memory; returns what reports it at the end of any other. */
function timed(fetched: TimedFetch): BodyEnd | null {
  const { received } = fetched;
  if (received.streamed !== null) return (byteLength) => reportResource(fetched, byteLength);
  reportResource(fetched, (received.whole ?? received.content).byteLength);
  return null;
}

/** Whether the caller gets it. */
function isLast({ redirect }: FetchRequest, received: Received): boolean {
  if (redirect === "error") return !REDIRECTS.has(received.statusCode);
  return redirect === "manual" || !received.hasRedirectLocation;
}

/** The request that follows. */
async function redirected(
  request: FetchRequest,
  hop: Hop,
  received: Received,
  redirects: number,
): Promise<Hop> {
  try {
    if (request.redirect === "error") throw fetchFailed(new Error("unexpected redirect"));
    return nextHop(hop, received, redirects);
  } finally {
    await received.aclose();
  }
}

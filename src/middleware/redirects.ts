/**
 * A request and the redirects that it meets: one single request per hop, with the event hooks around each.
 */
import { TooManyRedirects } from "../errors/request-error.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import type { FlowHeaders } from "./flow-headers.js";
import { nextRequestOf, redirectRequest } from "./redirect-request.js";
import type { Call, Sender } from "./sender.js";
import { sendSingleRequest } from "./single-request.js";

/** One response, and the request to which it redirects if that is to be followed. @internal */
export interface Hop {
  readonly response: Response;
  readonly next: Request | null;
}

/**
 * `history` holds the responses that an authentication flow has met already; they count for `maxRedirects`.
 * @internal
 */
export async function sendHandlingRedirects(
  sender: Sender,
  first: Request,
  call: Call,
  history: readonly Response[],
): Promise<Response> {
  const past = [...history];
  for (let request = first; ;) {
    const { response, next } = await sendHop(sender, request, call, past, null);
    if (next === null) return response;
    past.push(response);
    request = next;
  }
}

/**
 * Sends one request, with the event hooks around it. The body of a redirect that is to be followed has been read.
 *
 * @param past the responses before this one.
 * @param flowHeaders what an authentication flow did to the headers: it stays behind.
 * @internal
 */
export async function sendHop(
  sender: Sender,
  request: Request,
  call: Call,
  past: readonly Response[],
  flowHeaders: FlowHeaders | null,
): Promise<Hop> {
  if (past.length > sender.maxRedirects) throw tooMany(request);
  for (const hook of sender.eventHooks.request) await hook(request);
  const response = await sendSingleRequest(sender, request, call);
  try {
    for (const hook of sender.eventHooks.response) await hook(response);
    response.history = [...past];
    if (!response.hasRedirectLocation) return { response, next: null };
    if (!call.followRedirects) {
      response.nextRequest = nextRequestOf(response, sender, flowHeaders);
      return { response, next: null };
    }
    const next = redirectRequest(response, sender, flowHeaders);
    await response.aread();
    return { response, next };
  } catch (error) {
    await response.aclose();
    throw error;
  }
}

function tooMany(request: Request): TooManyRedirects {
  const message = `${request.summary}: Exceeded maximum allowed redirects.`;
  return new TooManyRedirects(message, { request, requestSent: true });
}

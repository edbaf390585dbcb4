/**
 * A request and the redirects that it meets: one single request per hop, with the event hooks around each.
 */
import { TooManyRedirects } from "../errors/request-error.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { nextRequestOf, redirectRequest } from "./redirect-request.js";
import type { Call, Sender } from "./sender.js";
import { sendSingleRequest } from "./single-request.js";

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
    if (past.length > sender.maxRedirects) throw tooMany(request);
    for (const hook of sender.eventHooks.request) await hook(request);
    const response = await sendSingleRequest(sender, request, call);
    try {
      for (const hook of sender.eventHooks.response) await hook(response);
      response.history = [...past];
      if (!response.hasRedirectLocation) return response;
      if (!call.followRedirects) {
        response.nextRequest = nextRequestOf(response, sender);
        return response;
      }
      request = redirectRequest(response, sender);
      await response.aread();
      past.push(response);
    } catch (error) {
      await response.aclose();
      throw error;
    }
  }
}

function tooMany(request: Request): TooManyRedirects {
  const message = `${request.summary}: Exceeded maximum allowed redirects.`;
  return new TooManyRedirects(message, { request, requestSent: true });
}

/**
 * Authentication around redirects, as in HTTPX: the flow of a call gets the last response of a chain of them.
 *
 * Unlike in HTTPX, each redirect within the origin has a flow of its own, for credentials that are made for one URI:
 * a digest answer or a signature fits no other. Such a flow goes on only if its request is answered by 401, so that it
 * can answer a challenge; else the response is for the flow of the call.
 */
import type { Auth } from "../auth/auth.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { type AuthenticatedCall, runAuthFlow } from "./auth-flow.js";
import type { FlowHeaders } from "./flow-headers.js";
import { isTrusted } from "./redirect-request.js";
import { type Hop, sendHandlingRedirects, sendHop } from "./redirects.js";
import type { Call, Sender } from "./sender.js";

/** The auth of the call, by each `nextRequest` within the origin. */
const authOfNextRequest = new WeakMap<Request, Auth>();

/** The auth of the call whose response has `request` as its `nextRequest`; undefined for any other request. @internal */
export function authOfRedirect(request: Request): Auth | undefined {
  return authOfNextRequest.get(request);
}

/** @internal */
export async function sendHandlingAuth(
  sender: Sender,
  request: Request,
  auth: Auth,
  call: Call,
): Promise<Response> {
  const by: AuthenticatedCall = { sender, auth, call };
  const history: Response[] = [];
  const { response } = await runAuthFlow(by, request, history, async (signed, flowHeaders) => {
    const response = await sendRedirecting(by, signed, flowHeaders, history);
    return { response, next: null, endsFlow: false };
  });
  return response;
}

/** Sends a signed request, and those to which it is redirected: signed anew as far as they stay on the origin. */
async function sendRedirecting(
  by: AuthenticatedCall,
  signed: Request,
  flowHeaders: FlowHeaders,
  history: readonly Response[],
): Promise<Response> {
  const past = [...history];
  let { response, next } = await sendSigned(by, signed, flowHeaders, past);
  while (next !== null) {
    past.push(response);
    if (!isTrusted(response.request, next)) return sendHandlingRedirects(by.sender, next, by.call, past);
    ({ response, next } = await runAuthFlow(by, next, past, async (again, itsHeaders) => {
      const hop = await sendSigned(by, again, itsHeaders, past);
      return { ...hop, endsFlow: hop.next !== null || hop.response.statusCode !== 401 };
    }));
  }
  return response;
}

async function sendSigned(
  { sender, auth, call }: AuthenticatedCall,
  signed: Request,
  flowHeaders: FlowHeaders,
  past: readonly Response[],
): Promise<Hop> {
  const hop = await sendHop(sender, signed, call, past, flowHeaders);
  const { nextRequest } = hop.response;
  if (nextRequest !== null && isTrusted(signed, nextRequest)) authOfNextRequest.set(nextRequest, auth);
  return hop;
}

/**
 * Authentication of a redirected request. Unlike in HTTPX, each redirect within the origin has a flow of its own, for
 * credentials that are made for one URI: a digest answer or a signature fits no other.
 */
import { runAuthFlow } from "./auth-flow.js";
import type { Middleware } from "./middleware.js";
import { redirects } from "./redirects.js";
import { inheritedAuth } from "./signature.js";

/**
 * The flow goes on only if its request is answered by 401, so that it can answer a challenge; else the response is for
 * the flow of the call.
 *
 * @internal
 */
export const redirectAuthentication: Middleware = (next, client) => {
  const sendRedirecting = redirects(next, client);
  return (request, call) => {
    const auth = inheritedAuth(request);
    if (auth === undefined) return next(request, call);
    const { history } = call;
    return runAuthFlow({
      auth,
      request,
      history,
      // the redirects that this answers are followed by the step around this one
      sendSigned: (signed) => sendRedirecting(signed, { ...call, followRedirects: false }),
      sendOwn: (own) => sendRedirecting(own, call),
      endsWith: (response) => response.statusCode !== 401,
    });
  };
};

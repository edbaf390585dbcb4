/**
 * Authentication of a redirected request. Unlike in HTTPX, each redirect within the origin has its own flow, because
 * a digest answer or a signature is valid for one URI only.
 */
import { runAuthFlow } from "./auth-flow.js";
import { type Middleware, endsOf } from "./middleware.js";
import { redirects } from "./redirects.js";
import { inheritedAuth } from "./signature.js";

/**
 * The flow continues only after a 401, to answer the challenge. Any other response goes to the flow of the call.
 *
 * @internal
 */
export const redirectAuthentication: Middleware = (next, client) => {
  const sendRedirecting = redirects(next, client);
  return (request, call) => {
    const auth = inheritedAuth(request);
    if (auth === undefined) return next(request, call);
    const ends = endsOf(request, call, client.closed);
    const inFlow = { ...call, deadline: ends.deadline };
    return runAuthFlow({
      auth,
      request,
      history: call.history,
      ends,
      // the step around this one follows the redirect that this request may get
      sendSigned: (signed) => sendRedirecting(signed, { ...inFlow, followRedirects: false }),
      sendOwn: (own) => sendRedirecting(own, inFlow),
      endsWith: (response) => response.statusCode !== 401,
    });
  };
};

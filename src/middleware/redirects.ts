/** A request and the redirects that follow it, one request after the other. */
import { madeInside } from "../errors/callers-stack.js";
import { TooManyRedirects } from "../errors/request-error.js";
import type { Request } from "../request/request.js";
import { reportFailure } from "./failure-report.js";
import { finishRedirect } from "./finish.js";
import type { Middleware } from "./middleware.js";
import { readOrCut } from "./intermediate-body.js";
import { redirectRequest } from "./redirect-request.js";

/** @internal */
export const redirects: Middleware = (next, client) => async (first, call) => {
  const past = [...call.history];
  const following = { ...call, history: past };
  for (let request = first; ;) {
    if (past.length > client.maxRedirects) throw tooMany(request);
    const response = await next(request, following);
    response.history = [...past];
    try {
      if (!call.followRedirects || !response.hasRedirectLocation) return finishRedirect(response, client);
      const redirected = redirectRequest(response, client);
      await readOrCut(response);
      request = redirected;
    } catch (error) {
      await response.aclose();
      await reportFailure(response, error);
      throw error;
    }
    response.nextRequest = null;
    past.push(response);
  }
};

function tooMany(request: Request): TooManyRedirects {
  const message = `${request.summary}: Exceeded maximum allowed redirects.`;
  return madeInside(new TooManyRedirects(message, { request, requestSent: true }));
}

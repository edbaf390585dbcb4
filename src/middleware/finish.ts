/** The last steps of every response before its caller gets it, on the short path and through the middleware. */
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import type { SendingClient } from "./middleware.js";
import { nextRequestOf } from "./redirect-request.js";

/**
 * Attaches `response` to `request` under the client's settings, and stores its cookies in the client's jar.
 *
 * @throws ResponseTooLarge
 * @internal
 */
export function finish(
  response: Response,
  request: Request,
  startedAt: number,
  client: SendingClient,
): Response {
  response.attach(request, startedAt, client.settings);
  if (client.keepsCookies && response.setsCookies) {
    client.cookies.extract(request.parsedURL.href, response.headers.getSetCookie());
  }
  return response;
}

/** Sets the `nextRequest` of a redirect that the client does not follow. @internal */
export function finishRedirect(response: Response, client: SendingClient): Response {
  if (response.hasRedirectLocation) response.nextRequest = nextRequestOf(response, client);
  return response;
}

/**
 * A request and the authentication flow around it: the flow says what is sent, sees what came back, and may go on
 * with another request. It is outside of redirects: it sees the last response of a chain of them.
 */
import type { Auth } from "../auth/auth.js";
import { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { sendHandlingRedirects } from "./redirects.js";
import type { Call, Sender } from "./sender.js";

/** @internal */
export async function sendHandlingAuth(
  sender: Sender,
  request: Request,
  auth: Auth,
  call: Call,
): Promise<Response> {
  if (auth.requiresRequestBody) await request.aread();
  const flow = auth.authFlow(request);
  const history: Response[] = [];
  try {
    let step = await flow.next();
    if (step.done) throw new TypeError("An auth flow must yield a request.");
    for (;;) {
      const response = await sendHandlingRedirects(sender, checked(step.value), call, history);
      try {
        if (auth.requiresResponseBody) await response.aread();
        step = await flow.next(response);
        if (step.done) return response;
        response.history = [...history];
        await response.aread();
        history.push(response);
      } catch (error) {
        await response.aclose();
        throw error;
      }
    }
  } finally {
    await flow.return(undefined);
  }
}

function checked(request: unknown): Request {
  if (request instanceof Request) return request;
  throw new TypeError(`An auth flow must yield requests, not ${request === null ? "null" : typeof request}.`);
}

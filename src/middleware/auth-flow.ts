/** One authentication flow: sends the requests that it yields, and gives it their responses. */
import type { Auth } from "../auth/auth.js";
import { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import type { FlowHeaders } from "./flow-headers.js";
import { type Hop, sendHandlingRedirects } from "./redirects.js";
import type { Call, Sender } from "./sender.js";

/** A call that authenticates itself. @internal */
export interface AuthenticatedCall {
  readonly sender: Sender;
  readonly call: Call;
  readonly auth: Auth;
}

/** The response to a request of a flow. @internal */
export interface FlowStep extends Hop {
  /** Whether the flow ends here, without having seen the response. */
  readonly endsFlow: boolean;
}

/**
 * Runs the flow for `request` to its last response. The responses before that are added to `history`.
 *
 * @param sendSigned sends the request that the flow is for. Any other request is the flow's own, such as one for a
 * token: its redirects are followed, because the flow needs its last response.
 * @internal
 */
export async function runAuthFlow(
  { sender, call, auth }: AuthenticatedCall,
  request: Request,
  history: Response[],
  sendSigned: (signed: Request, flowHeaders: FlowHeaders) => Promise<FlowStep>,
): Promise<Hop> {
  if (auth.requiresRequestBody) await request.aread();
  const before = request.headers.copy();
  const subject = resource(request);
  const flow = auth.authFlow(request);
  try {
    let step = await flow.next();
    if (step.done) throw new TypeError("An auth flow must yield a request.");
    for (;;) {
      const yielded = checked(step.value);
      let response: Response;
      if (yielded === request || resource(yielded) === subject) {
        const sent = await sendSigned(yielded, { before, yielded: yielded.headers.copy() });
        if (sent.endsFlow) return sent;
        response = sent.response;
      } else {
        response = await sendHandlingRedirects(sender, yielded, call, history);
      }
      try {
        if (auth.requiresResponseBody) await response.aread();
        step = await flow.next(response);
        if (step.done) return { response, next: null };
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

/** A flow may yield a copy of its request instead, with a signature in the query. */
function resource({ method, target }: Request): string {
  const [path] = target.path.split("?", 1);
  return `${method} ${target.origin}${path}`;
}

function checked(request: unknown): Request {
  if (request instanceof Request) return request;
  throw new TypeError(`An auth flow must yield requests, not ${request === null ? "null" : typeof request}.`);
}

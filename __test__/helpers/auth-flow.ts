/** Runs an auth flow as a client does, with a function in place of the server. */
import type { Auth, Request, Response } from "httpxide";

/** One request of a flow, as it was sent. */
export interface FlowStep {
  readonly request: Request;
  readonly authorization: string | null;
  readonly cookie: string | null;
  readonly response: Response;
}

export async function drive(
  auth: Auth,
  request: Request,
  answer: (request: Request, attempt: number) => Response | Promise<Response>,
): Promise<FlowStep[]> {
  const steps: FlowStep[] = [];
  const flow = auth.authFlow(request);
  let next = await flow.next();
  while (next.done !== true) {
    const sent = next.value;
    const authorization = sent.headers.get("authorization");
    const cookie = sent.headers.get("cookie");
    const response = await answer(sent, steps.length);
    if (auth.requiresResponseBody) await response.aread();
    steps.push({ request: sent, authorization, cookie, response });
    next = await flow.next(response);
  }
  return steps;
}

/** Authentication around redirects, as in HTTPX: the flow of a call sees the last response of a chain of redirects. */
import { authOfURL } from "../auth/coerce.js";
import { sendsOneRequest } from "../auth/one-request.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { runAuthFlow } from "./auth-flow.js";
import type { Call, Middleware, SendingClient } from "./middleware.js";
import { readReported } from "./run-hooks.js";
import { forgetAuth } from "./signature.js";

/** @internal */
export const authentication: Middleware = (next, client) => (request, call) => {
  forgetAuth(request);
  const auth = call.auth ?? authOfURL(request);
  if (auth === null) return next(request, call);
  const history = [...call.history];
  const inFlow = !sendsOneRequest(auth);
  const send = (yielded: Request): Promise<Response> => next(yielded, { ...call, history, inFlow });
  const last = runAuthFlow({
    auth,
    request,
    history,
    sendSigned: send,
    sendOwn: send,
    endsWith: () => false,
    read: (response, read) => readReported(client.eventHooks, call, response, read),
  });
  return inFlow && !call.stream ? readLast(last, call, client) : last;
};

/** The steps within left the body of the flow's last response unread, as of any other. */
async function readLast(
  last: Promise<Response>,
  call: Call,
  { eventHooks }: SendingClient,
): Promise<Response> {
  const response = await last;
  await readReported(eventHooks, call, response, () => response.aread());
  return response;
}

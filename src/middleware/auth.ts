/** Authentication around redirects, as in HTTPX: the flow of a call sees the last response of a chain of redirects. */
import { authOfURL } from "../auth/coerce.js";
import { sendsOneRequest } from "../auth/one-request.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { runAuthFlow } from "./auth-flow.js";
import { type Middleware, endsOf } from "./middleware.js";
import { forgetSends } from "./resends.js";
import { forgetAuth } from "./signature.js";

/** @internal */
export const authentication: Middleware = (next, client) => (request, call) => {
  forgetAuth(request);
  forgetSends(request);
  const auth = call.auth ?? authOfURL(request);
  if (auth === null) return next(request, call);
  const history = [...call.history];
  const inFlow = !sendsOneRequest(auth);
  const ends = endsOf(request, call, client.closed);
  const { deadline } = ends;
  const send = (yielded: Request): Promise<Response> => next(yielded, { ...call, history, inFlow, deadline });
  return runAuthFlow({
    auth,
    request,
    history,
    ends,
    sendSigned: send,
    sendOwn: send,
    endsWith: () => false,
  });
};

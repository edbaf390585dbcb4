/** Runs an authentication flow: sends the requests that it yields, and passes it their responses. */
import { wrongResult } from "../platform/argument-error.js";
import { kindOf } from "../platform/record.js";
import type { Auth } from "../auth/auth.js";
import { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import {
  ANSWERED,
  BETWEEN,
  type CallEnds,
  UNSENT,
  resultUntilEnd,
  untilEnd,
  whileCallLasts,
} from "../transports/call-end.js";
import { readOrCut } from "./intermediate-body.js";
import { sendsAgain } from "./resends.js";
import { sign } from "./signature.js";

/** The arguments of {@link runAuthFlow}. @internal */
export interface AuthFlow {
  readonly auth: Auth;
  readonly request: Request;
  /** The earlier responses of the call. Each response of the flow except its last is added. */
  readonly history: Response[];
  /** What ends the call while the flow waits. */
  readonly ends: CallEnds;
  /** Sends `request` with its credentials. */
  sendSigned(signed: Request): Promise<Response>;
  /** Sends another request that the flow made, such as one for a token. It follows redirects: the flow needs the last response. */
  sendOwn(own: Request): Promise<Response>;
  /** Whether the flow ends with this response to a signed request. The flow then does not receive it. */
  endsWith(response: Response): boolean;
}

/** Runs the flow to its last response. @internal */
export async function runAuthFlow(run: AuthFlow): Promise<Response> {
  const { auth, request, history, ends } = run;
  if (auth.requiresRequestBody) await untilEnd(request.aread(), ends, UNSENT);
  const before = request.headers.copy();
  const subject = resource(request);
  const flow = begun(auth, request);
  let isAwaited = true;
  const next = async (response?: Response): Promise<IteratorResult<Request, void>> => {
    isAwaited = false;
    const yielded = response === undefined ? flow.next() : flow.next(response);
    const step = await resultUntilEnd(yielded, ends, response === undefined ? UNSENT : BETWEEN);
    isAwaited = true;
    return step;
  };
  try {
    let step = await next();
    if (step.done) throw wrongResult("An auth flow must yield a request.");
    for (;;) {
      const yielded = checked(step.value);
      const isSigned = yielded === request || resource(yielded) === subject;
      if (isSigned) {
        sign(yielded, { auth, before, yielded: yielded.headers.copy() });
        if (yielded !== request) sendsAgain(request, yielded);
      }
      const response = await (isSigned ? run.sendSigned(yielded) : run.sendOwn(yielded));
      if (isSigned && run.endsWith(response)) return response;
      try {
        if (auth.requiresResponseBody) await untilEnd(response.aread(), ends, ANSWERED);
        step = await next(response);
        if (step.done) return response;
        response.history = [...history];
        await readOrCut(response);
        history.push(response);
      } catch (error) {
        await response.aclose();
        throw error;
      }
    }
  } finally {
    // a flow that waits returns when its wait is over, if ever
    const returned = Promise.resolve(flow.return(undefined));
    if (isAwaited) await whileCallLasts(returned, ends);
    else returned.catch(() => undefined);
  }
}

/** A method without its asterisk returns no flow: an async one then returns a promise. @throws TypeError */
function begun(auth: Auth, request: Request): ReturnType<Auth["authFlow"]> {
  const flow: unknown = auth.authFlow(request);
  if (isFlow(flow)) return flow;
  if (flow instanceof Promise) flow.catch(() => undefined);
  throw wrongResult(
    `authFlow must be a generator (*authFlow or async *authFlow), but returns ${kindOf(flow)}.`,
  );
}

function isFlow(value: unknown): value is ReturnType<Auth["authFlow"]> {
  if (typeof value !== "object" || value === null) return false;
  const { next, return: end } = value as Partial<Generator>;
  return typeof next === "function" && typeof end === "function";
}

/** Method and URL without the query: a flow may yield a copy of its request with a signature in the query. */
function resource({ method, parsedURL }: Request): string {
  const [path] = parsedURL.path.split("?", 1);
  return `${method} ${parsedURL.origin}${path}`;
}

function checked(request: unknown): Request {
  if (request instanceof Request) return request;
  throw wrongResult(`An auth flow must yield requests, not ${kindOf(request)}.`);
}

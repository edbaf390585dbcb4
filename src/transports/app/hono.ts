/**
 * Hono turns all exceptions into responses. If an application has no error handler of its own, the caller gets the
 * exception: `app.onError` gets one handler, once, which leaves other callers' requests to Hono's own. The handler only
 * records the exception: middleware continues after `await next()`, and may still make a response from it.
 */
import { blamesClient } from "./callable.js";
import type { FetchApp } from "./kinds.js";

/** `env` is the second argument of the call, here the `FetchInfo`. */
interface Context {
  readonly env?: object;
  text(body: string, status: number): unknown;
}

type ErrorHandler = (error: Error, context: Context) => unknown;

interface Hono extends FetchApp {
  onError(handler: ErrorHandler): unknown;
  errorHandler?: ErrorHandler;
}

interface Note {
  failure: { readonly error: Error } | null;
}

/** By the `env` of a call, because middleware may replace the request. */
const notes = new WeakMap<object, Note>();

/** @internal The same application, which throws its exceptions when called through this. */
export function raisingApp(app: FetchApp): FetchApp {
  if (!isHono(app)) return app;
  let isWatched = false;
  return {
    async fetch(request, info, context) {
      if (!isWatched) watch(app);
      isWatched = true;
      const note: Note = { failure: null };
      notes.set(info, note);
      const answer = await app.fetch(request, info, context);
      if (note.failure !== null && answer.status >= 500) throw note.failure.error;
      return answer;
    },
  };
}

function watch(app: Hono): void {
  const own = app.errorHandler;
  if (own === undefined || own !== defaultHandler(app)) return;
  app.onError((error, context) => {
    const note = context.env === undefined ? undefined : notes.get(context.env);
    if (note === undefined || isAnswer(error)) return own(error, context);
    note.failure ??= { error };
    // The response of Hono's own handler, without its log.
    return context.text("Internal Server Error", 500);
  });
}

function isHono(app: FetchApp): app is Hono {
  return "onError" in app && typeof app.onError === "function" && "errorHandler" in app;
}

/** The error handler of an application that set none; undefined if that cannot be determined. */
function defaultHandler(app: Hono): ErrorHandler | undefined {
  try {
    return new (app.constructor as new () => Hono)().errorHandler;
  } catch {
    return undefined;
  }
}

/** `HTTPException` has its own response; even with a server error's status, that is a response. */
function isAnswer(error: Error): boolean {
  return "getResponse" in error || blamesClient(error);
}

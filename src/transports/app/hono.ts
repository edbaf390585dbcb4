/**
 * Hono makes answers of all exceptions by itself. Where an application has no handler of its own for them, the caller
 * gets them: `app.onError` is given, once, a handler that leaves requests from elsewhere to Hono's. It only takes note:
 * middleware goes on after `await next()` as ever, and what that makes an answer of is an answer.
 */
import { blamesClient } from "./callable.js";
import type { FetchApp } from "./kinds.js";

/** `env` is what the application was called with besides the request, here the `FetchInfo`. */
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

/** @internal The same application, throwing its exceptions when called through this. */
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
    // what Hono's own answers, without its log
    return context.text("Internal Server Error", 500);
  });
}

function isHono(app: FetchApp): app is Hono {
  return "onError" in app && typeof app.onError === "function" && "errorHandler" in app;
}

/** The one that an application has which was given none; undefined if there is no telling. */
function defaultHandler(app: Hono): ErrorHandler | undefined {
  try {
    return new (app.constructor as new () => Hono)().errorHandler;
  } catch {
    return undefined;
  }
}

/** `HTTPException` brings its answer along; with a status of the server's, it is still an answer. */
function isAnswer(error: Error): boolean {
  return "getResponse" in error || blamesClient(error);
}

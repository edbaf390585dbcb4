/**
 * Hono makes answers of all exceptions by itself. Where an application has no handler of its own for them, the caller
 * gets them: by `app.onError`, once, with a handler that leaves requests from elsewhere to Hono's.
 */
import { blamesClient } from "./callable.js";
import type { FetchApp } from "./kinds.js";

type ErrorHandler = (error: Error, context: { req: { raw: globalThis.Request } }) => unknown;

interface Hono extends FetchApp {
  onError(handler: ErrorHandler): unknown;
  errorHandler?: ErrorHandler;
}

/** Requests whose exceptions are to be thrown. */
const raising = new WeakSet<globalThis.Request>();

/** @internal The same application, throwing its exceptions when called through this. */
export function raisingApp(app: FetchApp): FetchApp {
  if (!isHono(app)) return app;
  return {
    fetch(request, ...rest) {
      const own = app.errorHandler;
      if (own !== undefined && own === defaultHandler(app)) {
        app.onError((error, context) => {
          if (!raising.has(context.req.raw) || isAnswer(error)) return own(error, context);
          throw error;
        });
      }
      raising.add(request);
      return app.fetch(request, ...rest);
    },
  };
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

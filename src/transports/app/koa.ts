/**
 * Koa: exceptions are taken where Koa takes them, at the context of their request, so that Koa does not log what the
 * caller gets. The application's own `error` listeners are still called.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AppSettings, blamesClient } from "./callable.js";
import type { KoaLike, NodeListener } from "./kinds.js";
import { exchangeOf } from "./node-server.js";

/** The parts of a Koa application in use besides `callback()`, all documented or long stable. */
interface Koa extends KoaLike {
  createContext?(request: IncomingMessage, response: ServerResponse): KoaContext;
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): boolean;
  listeners(event: string): unknown[];
  onerror?: unknown;
}

interface KoaContext {
  originalUrl?: string;
  request?: { originalUrl?: string };
  /** Set by `koa-mount`. */
  mountPath?: string;
  onerror(error: unknown): void;
}

/** @internal */
export function koaListener(given: KoaLike, { raiseAppExceptions, rootPath }: AppSettings): NodeListener {
  const app = given as Koa;
  if (typeof app.createContext !== "function") return app.callback();
  const create = app.createContext.bind(app);
  const view = Object.create(app, {
    // `callback()` must add its listener to the application.
    on: { value: app.on.bind(app) },
    createContext: {
      value(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse): KoaContext {
        const context = create(request, response);
        if (rootPath !== "") {
          context.originalUrl = request.originalUrl ?? context.originalUrl ?? "";
          if (context.request !== undefined) context.request.originalUrl = context.originalUrl;
          context.mountPath = rootPath;
        }
        if (raiseAppExceptions) catchErrors(app, context, request);
        return context;
      },
    },
  }) as KoaLike;
  return view.callback();
}

function catchErrors(app: Koa, context: KoaContext, request: IncomingMessage): void {
  const own = context.onerror.bind(context);
  const onError = (error: unknown): void => {
    const exchange = exchangeOf(request);
    // Koa also calls it without an error. After the exchange, only Koa can handle an error.
    if (
      error === null ||
      error === undefined ||
      exchange === undefined ||
      exchange.isOver ||
      isAnswer(error)
    ) {
      return own(error);
    }
    const listeners = app.listeners("error");
    if (listeners.length > 0 && !listeners.includes(app.onerror)) app.emit("error", error, context);
    exchange.fail(error);
  };
  Object.assign(context, { onerror: onError });
}

/** Koa's name for it is `expose`; `ENOENT`, as of a file that is sent, is its 404. */
function isAnswer(error: unknown): boolean {
  if (blamesClient(error)) return true;
  const { expose, code } = error as { expose?: unknown; code?: unknown };
  return expose === true || code === "ENOENT";
}

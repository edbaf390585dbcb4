/**
 * The end of the middleware chain of an Express or Connect application: the caller gets the error passed to `next`, unless
 * it is a response (nothing was found, or the client is to blame). The framework's own final handler makes those. It can
 * only be reached by calling the framework without `next`, so this calls a view of the application without its routes.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { blamesClient } from "./callable.js";
import type { NodeListener } from "./kinds.js";

type Next = (error?: unknown) => void;
type Framework = NodeListener & { handle: NodeListener };

/** @internal */
export function finalHandler(
  listener: NodeListener,
  request: IncomingMessage,
  response: ServerResponse,
  failed: (error: unknown) => void,
): Next {
  return (error) => {
    const isAnswer = error === undefined || error === null || blamesClient(error);
    if (!isAnswer) return failed(error);
    if (!isFramework(listener) || !ownFinalHandler(listener, request, response, error)) {
      plainAnswer(response, error);
    }
  };
}

/** @internal Express and Connect, which use a final handler of their own when called without `next`. */
export function isFramework(listener: NodeListener): listener is Framework {
  return "handle" in listener && typeof listener.handle === "function";
}

/** Whether the framework handled it. */
function ownFinalHandler(
  app: Framework,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): boolean {
  let wasCalled = false;
  const only = (_request: unknown, _response: unknown, done: Next): void => {
    wasCalled = true;
    done(error);
  };
  // Express 5 delegates to its `router`, Express 4 to `_router`; Connect runs its `stack`.
  const router = { value: { handle: only } };
  const stack = { value: [{ route: "", handle: only }] };
  const view: unknown = Object.create(app, { router, _router: router, stack });
  Reflect.apply(app.handle, view, [request, response]);
  return wasCalled;
}

function plainAnswer(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const { status, statusCode = 404 } = (error ?? {}) as { status?: number; statusCode?: number };
  response.writeHead(status ?? statusCode, { "Content-Type": "text/plain; charset=utf-8" });
  response.end(error instanceof Error ? error.message : "Not Found");
}

/** From a known kind of application to how it is called. Loaded at the first request to any application. */
import type { AppSettings, Callable } from "./callable.js";
import { FastifyApp } from "./fastify.js";
import { FetchCallable } from "./fetch.js";
import { raisingApp } from "./hono.js";
import type { KnownApp } from "./kinds.js";
import { koaListener } from "./koa.js";
import { listenerApp, NodeApp } from "./node.js";

/** @internal */
export function callable(known: KnownApp, settings: AppSettings): Callable {
  const { raiseAppExceptions } = settings;
  switch (known.kind) {
    case "listener":
      return listenerApp(known.app, settings);
    case "server":
      return new NodeApp(() => known.app, settings);
    case "koa":
      return listenerApp(koaListener(known.app, settings), settings);
    case "fastify":
      return new FastifyApp(known.app, settings);
    case "handler":
      return new FetchCallable({ fetch: known.app }, settings);
    case "fetch":
      return new FetchCallable(raiseAppExceptions ? raisingApp(known.app) : known.app, settings);
  }
}

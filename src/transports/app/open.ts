/** Opens an application of a known kind. Each kind loads only the code that it needs. */
import type { AppSettings, Callable } from "./callable.js";
import type { KnownApp } from "./kinds.js";

/** @internal */
export async function callable(known: KnownApp, settings: AppSettings): Promise<Callable> {
  switch (known.kind) {
    case "listener": {
      const { listenerApp } = await import("./node.js");
      return listenerApp(known.app, settings);
    }
    case "server": {
      const { NodeApp } = await import("./node.js");
      return new NodeApp(known.app, settings);
    }
    case "koa": {
      const [{ listenerApp }, { koaListener }] = await Promise.all([import("./node.js"), import("./koa.js")]);
      return listenerApp(koaListener(known.app, settings), settings);
    }
    case "fastify": {
      const { FastifyApp } = await import("./fastify.js");
      return new FastifyApp(known.app, settings);
    }
    case "handler": {
      const { FetchCallable } = await import("./fetch.js");
      return new FetchCallable({ fetch: known.app }, settings);
    }
    case "fetch": {
      const [{ FetchCallable }, { raisingApp }] = await Promise.all([
        import("./fetch.js"),
        import("./hono.js"),
      ]);
      return new FetchCallable(settings.raiseAppExceptions ? raisingApp(known.app) : known.app, settings);
    }
  }
}

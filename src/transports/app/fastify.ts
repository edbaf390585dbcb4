/**
 * Fastify: made ready before the first request, and closed with the client if that is what made it ready. Its exceptions
 * are seen by an `onError` hook, which Fastify takes only as long as it is not ready.
 */
import type { IncomingMessage, Server } from "node:http";
import { type AppSettings, blamesClient } from "./callable.js";
import type { FastifyLike } from "./kinds.js";
import { NodeApp } from "./node.js";
import { exchangeOf } from "./node-server.js";

type OnError = (
  request: { raw: IncomingMessage },
  reply: { statusCode: number },
  error: Error,
) => Promise<void>;

interface Fastify extends FastifyLike {
  addHook(name: "onError", hook: OnError): unknown;
}

/** Instances that were made ready here, and how many transports use them. */
const started = new WeakMap<object, { users: number }>();

/** @internal */
export class FastifyApp extends NodeApp {
  readonly #app: Fastify;

  constructor(app: FastifyLike, settings: AppSettings) {
    super(() => http1Server(app), settings);
    this.#app = app as Fastify;
  }

  override async start(): Promise<void> {
    await super.start();
    this.#claim();
    await this.#app.ready();
  }

  /** Closes the instance if no other transport uses it, and nobody else made it ready. */
  async stop(): Promise<void> {
    const claim = started.get(this.#app);
    if (claim === undefined) return;
    claim.users -= 1;
    if (claim.users === 0) await this.#app.close();
  }

  #claim(): void {
    const claim = started.get(this.#app);
    if (claim !== undefined) {
      claim.users += 1;
      return;
    }
    try {
      this.#app.addHook("onError", onError);
      started.set(this.#app, { users: 1 });
    } catch (error) {
      // it is ready already, and so somebody else's to close
      if ((error as { code?: unknown }).code !== "FST_ERR_INSTANCE_ALREADY_LISTENING") throw error;
    }
  }
}

/** What Fastify answers with less than 500, or the application by itself, is an answer. */
async function onError(
  request: { raw: IncomingMessage },
  reply: { statusCode: number },
  error: Error,
): Promise<void> {
  const exchange = exchangeOf(request.raw);
  if (exchange === undefined || !exchange.raisesAppExceptions) return;
  if (blamesClient(error) || (reply.statusCode >= 400 && reply.statusCode < 500)) return;
  exchange.fail(error);
}

function http1Server({ server }: FastifyLike): Server {
  if ("emit" in server && "setTimeout" in server && !("updateSettings" in server)) return server;
  throw new TypeError("A Fastify instance over HTTP/2 cannot be called in process.");
}

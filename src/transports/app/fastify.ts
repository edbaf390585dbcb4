/**
 * Fastify: made ready before the first request, and closed with the client if this transport made it ready.
 *
 * An `onError` hook observes its exceptions; a ready instance accepts no more hooks, so there Fastify's diagnostics
 * channel reports the exceptions of handlers. Both report an exception before any error handler runs. So they count only
 * where the application keeps Fastify's own error handler.
 */
import { wrongType } from "../../platform/argument-error.js";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server } from "node:http";
import { type AppSettings, blamesClient } from "./callable.js";
import type { FastifyLike } from "./kinds.js";
import { NodeApp } from "./node.js";
import { exchangeOf } from "./node-server.js";

interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly server: { readonly errorHandler?: { readonly name: string } };
}

interface FastifyReply {
  readonly statusCode: number;
}

type OnError = (request: FastifyRequest, reply: FastifyReply, error: Error) => Promise<void>;

const HANDLER_ERRORS = "tracing:fastify.request.handler:error";
/** The name of Fastify's own error handler. */
const OWN_ERROR_HANDLER = "defaultErrorHandler";

interface Fastify extends FastifyLike {
  addHook(name: "onError", hook: OnError): unknown;
}

/** The codes of an instance that accepts no more hooks: it is ready, or its program has awaited a `register()`. */
const TOO_LATE_FOR_HOOKS = new Set<unknown>([
  "FST_ERR_INSTANCE_ALREADY_LISTENING",
  "AVV_ERR_ROOT_PLG_BOOTED",
]);

/** Instances that this module made ready, with the number of transports that use each. */
const started = new WeakMap<object, { users: number }>();

/** The number of transports that listen to each instance. */
let listening = 0;

/** @internal */
export class FastifyApp extends NodeApp {
  readonly #app: Fastify;

  constructor(app: FastifyLike, settings: AppSettings) {
    super(http1Server(app), settings);
    this.#app = app as Fastify;
  }

  async start(): Promise<void> {
    this.#claim();
    try {
      await this.#app.ready();
    } catch (error) {
      this.#release();
      throw error;
    }
    if (listening === 0) subscribe(HANDLER_ERRORS, onHandlerError);
    listening += 1;
  }

  /** Closes the instance if no other transport uses it and this module made it ready. */
  override async stop(): Promise<void> {
    await super.stop();
    listening -= 1;
    if (listening === 0) unsubscribe(HANDLER_ERRORS, onHandlerError);
    if (this.#release()) await this.#app.close();
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
      // It was ready already, so its owner closes it.
      if (!TOO_LATE_FOR_HOOKS.has((error as { code?: unknown }).code)) throw error;
    }
  }

  /** Whether this transport is the last one and has to close the instance. */
  #release(): boolean {
    const claim = started.get(this.#app);
    if (claim === undefined) return false;
    claim.users -= 1;
    return claim.users === 0;
  }
}

/** A response with a status below 500, or one that the application made itself, is a response. */
function failed(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const exchange = exchangeOf(request.raw);
  if (exchange === undefined || !exchange.raisesAppExceptions) return;
  if (request.server.errorHandler?.name !== OWN_ERROR_HANDLER) return;
  if (blamesClient(error) || (reply.statusCode >= 400 && reply.statusCode < 500)) return;
  exchange.fail(error);
}

async function onError(request: FastifyRequest, reply: FastifyReply, error: Error): Promise<void> {
  failed(request, reply, error);
}

function onHandlerError(message: unknown): void {
  const { request, reply, error } = message as {
    request: FastifyRequest;
    reply: FastifyReply;
    error: unknown;
  };
  failed(request, reply, error);
}

function http1Server({ server }: FastifyLike): Server {
  if ("emit" in server && "setTimeout" in server && !("updateSettings" in server)) return server;
  throw wrongType("A Fastify instance over HTTP/2 cannot be called in process.");
}

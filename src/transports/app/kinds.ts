/**
 * The supported kinds of applications, and how they are recognised: objects by their methods, bare functions by the
 * number of their declared parameters, because a Node.js listener cannot answer without its second one. The first request
 * to a wrongly recognised one fails with an error that names `AppTransport.node` and `AppTransport.fetch`.
 */
import { wrongType } from "../../platform/argument-error.js";
import { isClass } from "../../platform/callable.js";
import type { NodeIncomingMessage, NodeServer, NodeServerResponse } from "../../platform/node-types.js";
import { kindOf } from "../../platform/record.js";
import type { WebRequest, WebResponse } from "../../platform/web-types.js";

/** The client of a request, and the end of its response: Deno passes this to a handler, and Hono to `getConnInfo`. */
export interface FetchInfo {
  readonly remoteAddr: { readonly transport: "tcp"; readonly hostname: string; readonly port: number };
  /** Settles with the exchange: rejects if it breaks off. */
  readonly completed: Promise<void>;
  /** The client for handlers written for Bun, which passes them its server. */
  requestIP(request: WebRequest): {
    readonly address: string;
    readonly port: number;
    readonly family: "IPv4" | "IPv6";
  };
}

/** The context that Cloudflare's Workers pass to a handler. */
export interface FetchContext {
  /** Work that continues after the response: closing the client waits for it. */
  waitUntil(work: Promise<unknown>): void;
  passThroughOnException(): void;
  /** Always empty. */
  readonly props: Readonly<Record<string, never>>;
}

/** Declared as a method, so that a handler may declare wider types for its second and third argument. */
interface FetchMethod {
  fetch(request: WebRequest, info: FetchInfo, context: FetchContext): WebResponse | Promise<WebResponse>;
}

/** Takes a `Request` of the platform and returns a `Response` of the platform. */
export type FetchHandler = FetchMethod["fetch"];

/** An object with a `fetch` method: Hono, Elysia, and exports for Workers, Deno and Bun. */
export interface FetchApp {
  fetch: FetchHandler;
}

/** A request listener of Node.js. Express, Connect and middleware call `next` with a request that they do not handle. */
export type NodeListener = (
  request: NodeIncomingMessage,
  response: NodeServerResponse,
  next: (error?: unknown) => void,
) => unknown;

/** A Koa application. */
export interface KoaLike {
  callback(): (request: NodeIncomingMessage, response: NodeServerResponse) => unknown;
}

/** A Fastify instance over HTTP/1.1. */
export interface FastifyLike {
  readonly server: NodeServer;
  ready(): PromiseLike<unknown>;
  close(): PromiseLike<unknown>;
  inject(...options: never[]): unknown;
}

/** An application that a client can call without a network. */
export type App =
  NodeListener | NodeServer | FetchHandler | FetchApp | KoaLike | FastifyLike | { default: App };

/** @internal */
export type KnownApp =
  | { kind: "listener"; app: NodeListener }
  | { kind: "server"; app: NodeServer }
  | { kind: "koa"; app: KoaLike }
  | { kind: "fastify"; app: FastifyLike }
  | { kind: "handler"; app: FetchHandler }
  | { kind: "fetch"; app: FetchApp };

/** @internal @throws TypeError for an unsupported application. */
export function recognise(app: App): KnownApp {
  if (typeof app === "function" && (!isClass(app) || has(app, "fetch")))
    return recogniseFunction(app as Function & object);
  if (typeof app === "object" && app !== null) {
    // A server first: it has no `fetch`. `in`, because a router may be a Proxy that responds to every name.
    if (has(app, "emit", "listeners", "listen", "setTimeout"))
      return { kind: "server", app: app as NodeServer };
    if (has(app, "ready", "close", "inject") && "server" in app)
      return { kind: "fastify", app: app as FastifyLike };
    if (has(app, "fetch")) return { kind: "fetch", app: app as FetchApp };
    if (has(app, "callback")) return { kind: "koa", app: app as KoaLike };
    if ("default" in app) return recognise(app.default);
  }
  throw wrongType(
    "app must be a request listener, a server of node:http, a Koa or Fastify application, or a fetch handler, " +
      `not ${kindOf(app)}.`,
  );
}

/** Express and Connect are functions with `handle`; a function without a second parameter cannot be a listener. */
function recogniseFunction(app: Function & object): KnownApp {
  if (has(app, "handle") || (app.length >= 2 && !has(app, "fetch"))) {
    return { kind: "listener", app: app as NodeListener };
  }
  if (has(app, "fetch")) return { kind: "fetch", app: app as unknown as FetchApp };
  return { kind: "handler", app: app as FetchHandler };
}

function has(app: object, ...methods: string[]): boolean {
  return methods.every((name) => name in app && typeof (app as Record<string, unknown>)[name] === "function");
}

/**
 * What can be called as an application, and how its kinds are told apart: objects by the methods that they have, bare
 * functions by the number of parameters that they declare, because a Node.js listener cannot answer without its second
 * one. What is told apart wrongly says so at its first request: see `AppTransport.node` and `AppTransport.fetch`.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** Who made the request, and when its answer was sent: what Deno gives to a handler, and Hono to `getConnInfo`. */
export interface FetchInfo {
  readonly remoteAddr: { readonly transport: "tcp"; readonly hostname: string; readonly port: number };
  /** Settles with the exchange: rejected if it broke off. */
  readonly completed: Promise<void>;
  /** The same for what was written for Bun, which gives its server to a handler. */
  requestIP(request: globalThis.Request): {
    readonly address: string;
    readonly port: number;
    readonly family: "IPv4" | "IPv6";
  };
}

/** What Cloudflare's Workers give to a handler. */
export interface FetchContext {
  /** Work that goes on after the answer: closing the client waits for it. */
  waitUntil(work: Promise<unknown>): void;
  passThroughOnException(): void;
  /** Always empty. */
  readonly props: Readonly<Record<string, never>>;
}

/** Written as a method, so that a handler may expect more of its second and third argument than there is. */
interface FetchMethod {
  fetch(
    request: globalThis.Request,
    info: FetchInfo,
    context: FetchContext,
  ): globalThis.Response | Promise<globalThis.Response>;
}

/** Answers a `Request` of the platform with a `Response` of the platform. */
export type FetchHandler = FetchMethod["fetch"];

/** An object with a `fetch` method: Hono, Elysia, and what Workers, Deno and Bun export. */
export interface FetchApp {
  fetch: FetchHandler;
}

/** A request listener of Node.js. Express, Connect and middleware call `next` with what they did not handle. */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

/** A Koa application. */
export interface KoaLike {
  callback(): (request: IncomingMessage, response: ServerResponse) => unknown;
}

/** A Fastify instance over HTTP/1.1. */
export interface FastifyLike {
  readonly server: Server;
  ready(): PromiseLike<unknown>;
  close(): PromiseLike<unknown>;
  inject(...options: never[]): unknown;
}

/** An application that a client can call without a network. */
export type App = NodeListener | Server | FetchHandler | FetchApp | KoaLike | FastifyLike | { default: App };

/** @internal */
export type KnownApp =
  | { kind: "listener"; app: NodeListener }
  | { kind: "server"; app: Server }
  | { kind: "koa"; app: KoaLike }
  | { kind: "fastify"; app: FastifyLike }
  | { kind: "handler"; app: FetchHandler }
  | { kind: "fetch"; app: FetchApp };

/** @internal @throws TypeError for what is no application. */
export function recognise(app: App): KnownApp {
  if (typeof app === "function") return recogniseFunction(app as Function & object);
  if (typeof app === "object" && app !== null) {
    // A server first: it has no `fetch`. `in`, because a router may be a Proxy that answers to every name.
    if (has(app, "emit", "listeners", "listen", "setTimeout")) return { kind: "server", app: app as Server };
    if (has(app, "ready", "close", "inject") && "server" in app)
      return { kind: "fastify", app: app as FastifyLike };
    if (has(app, "fetch")) return { kind: "fetch", app: app as FetchApp };
    if (has(app, "callback")) return { kind: "koa", app: app as KoaLike };
    if ("default" in app) return recognise(app.default);
  }
  throw new TypeError(
    "app must be a request listener, a server of node:http, a Koa or Fastify application, or a fetch handler, " +
      `not ${app === null ? "null" : typeof app}.`,
  );
}

/** Express and Connect are functions with `handle`; a function that declares no second parameter cannot answer Node.js. */
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

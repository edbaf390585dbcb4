/**
 * One application, written once for each framework: the routes that the tests request both over a socket and in
 * process. Each call makes a new application, so no test leaves state for the next.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { getRequestListener } from "@hono/node-server";
import connect from "connect";
import express from "express";
import fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { Hono } from "hono";
import type { App } from "httpxide";
import Koa from "koa";
import { bodyOf } from "./http-server.js";

export const LARGE = "0123456789abcdef".repeat(65_536);
const TEXT = "Grüße, Welt";
const ZIPPED = gzipSync(TEXT);
export const COOKIES = ["a=1; Path=/", "b=2; Path=/; HttpOnly"];

export class Refused extends Error {
  /** Frameworks display it, and it would reveal the caller. */
  override readonly stack = "Refused: not for you";
  readonly status = 403;
  readonly statusCode = 403;
  readonly expose = true;
}

export async function* numbers(): AsyncGenerator<Buffer> {
  for (let n = 1; n <= 5; n++) yield Buffer.from(`${n}\n`);
}

/** The parts of a request that do not depend on the framework. */
function echoed(request: IncomingMessage, body: string): object {
  return { method: request.method, url: request.url, headers: request.rawHeaders, body };
}

/** The application, and a server that serves it over a network. */
export interface SampleApp {
  readonly app: App;
  readonly server: Server;
}

export const samples: Record<string, (boom: Error) => SampleApp | Promise<SampleApp>> = {
  listener: () => both(listener()),
  Connect: (boom) => both(connectApp(boom)),
  "Express 5": (boom) => both(expressApp(boom)),
  Koa: (boom) => {
    const app = koaApp(boom);
    return { app, server: createServer((request, response) => void app.callback()(request, response)) };
  },
  "Fastify 5": async (boom) => {
    const served = fastifyApp(boom);
    await served.ready();
    return { app: fastifyApp(boom), server: served.server };
  },
  Hono: (boom) => {
    const app = honoApp(boom);
    return { app, server: createServer(getRequestListener(app.fetch)) };
  },
};

function both(app: RequestListener): SampleApp {
  return { app, server: createServer(app) };
}

function listener(): RequestListener {
  return (request, response) => {
    plain(request, response, () => {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("nothing here");
    });
  };
}

/** The answers made with node:http alone, in every framework. */
const PLAIN = new Set(
  ["text", "phrase", "empty", "unchanged", "redirect", "cookies", "pieces", "trailers", "hints"]
    .concat("zipped", "large", "echo")
    .map((name) => `/${name}`),
);

async function plainAnswer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (pathOf(request)) {
    case "/text":
      response.setHeader("Content-Type", "text/plain; charset=utf-8");
      response.end(TEXT);
      return;
    case "/phrase":
      response.writeHead(299, "Quite All Right", { "X-Repeated": ["1", "2"] }).end();
      return;
    case "/empty":
      response.writeHead(204).end();
      return;
    case "/unchanged":
      response.writeHead(304, { ETag: '"1"' }).end();
      return;
    case "/redirect":
      response.writeHead(302, { Location: "/text" }).end();
      return;
    case "/cookies":
      response.setHeader("Set-Cookie", COOKIES).end("set");
      return;
    case "/pieces":
      for await (const piece of numbers()) response.write(piece);
      response.end();
      return;
    case "/trailers":
      response.writeHead(200, { Trailer: "X-Sum" });
      response.write("body");
      response.addTrailers([["X-Sum", "4"]]);
      response.end();
      return;
    case "/hints":
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      response.end("after the hints");
      return;
    case "/zipped":
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(ZIPPED);
      return;
    case "/large":
      response.end(LARGE);
      return;
    case "/echo":
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(echoed(request, (await bodyOf(request)).toString())));
      return;
    default:
      throw new Error(`no answer to ${request.url}`);
  }
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}

/** Middleware of Connect and Express. */
function plain(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (PLAIN.has(pathOf(request))) void plainAnswer(request, response);
  else next();
}

function connectApp(boom: Error): connect.Server {
  const app = connect();
  app.use(plain);
  app.use("/refused", (_request, _response, next) => next(new Refused("not for you")));
  app.use("/boom", () => {
    throw boom;
  });
  return app;
}

function expressApp(boom: Error): express.Express {
  const app = express();
  // Express logs errors in its final handler unless the environment is "test".
  app.set("env", "test");
  app.get("/text", (_request, response) => void response.type("text").send(TEXT));
  app.get("/empty", (_request, response) => void response.sendStatus(204));
  app.get("/redirect", (_request, response) => response.redirect("/text"));
  app.get("/cookies", (_request, response) => void response.setHeader("Set-Cookie", COOKIES).send("set"));
  app.get(
    "/pieces",
    (_request, response) => void Readable.from(numbers(), { objectMode: false }).pipe(response),
  );
  app.post("/json", express.json(), (request, response) => void response.json(request.body));
  app.get("/refused", () => {
    throw new Refused("not for you");
  });
  app.get("/boom", async () => {
    await Promise.reject(boom);
  });
  app.use(plain);
  // Express answers with the stack, whose frames of Node.js differ by the turn in which the body ended.
  app.use((error: Error, _request: unknown, _response: unknown, next: (error: Error) => void) => {
    error.stack = String(error);
    next(error);
  });
  return app;
}

function koaApp(boom: Error): Koa {
  const app = new Koa();
  app.silent = true;
  app.use(async (context) => {
    switch (context.path) {
      case "/text":
        context.body = TEXT;
        return;
      case "/empty":
        context.status = 204;
        return;
      case "/redirect":
        context.redirect("/text");
        return;
      case "/cookies":
        context.set("Set-Cookie", COOKIES);
        context.body = "set";
        return;
      case "/pieces":
        context.body = Readable.from(numbers(), { objectMode: false });
        return;
      case "/json":
        context.body = JSON.parse((await bodyOf(context.req)).toString());
        return;
      case "/refused":
        return context.throw(403, "not for you");
      case "/boom":
        throw boom;
      default:
        if (!PLAIN.has(context.path)) return;
        context.respond = false;
        context.res.statusCode = 200;
        await plainAnswer(context.req, context.res);
    }
  });
  return app;
}

function fastifyApp(boom: Error): FastifyInstance {
  const app = fastify();
  app.get("/text", async () => TEXT);
  app.get("/empty", async (_request, reply) => reply.code(204).send());
  app.get("/redirect", async (_request, reply) => reply.redirect("/text"));
  app.get("/cookies", async (_request, reply) => reply.header("Set-Cookie", COOKIES).send("set"));
  app.get("/pieces", async (_request, reply) => reply.send(Readable.from(numbers(), { objectMode: false })));
  app.post("/json", async (request) => request.body);
  app.get("/refused", async () => {
    throw new Refused("not for you");
  });
  app.get("/boom", async () => {
    throw boom;
  });
  const byNode = async ({ raw }: { raw: IncomingMessage }, reply: FastifyReply): Promise<void> => {
    reply.hijack();
    await plainAnswer(raw, reply.raw);
  };
  for (const path of ["/phrase", "/unchanged", "/trailers", "/hints", "/zipped", "/large"])
    app.get(path, byNode);
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.all("/echo", byNode);
  return app;
}

function honoApp(boom: Error): Hono {
  const app = new Hono();
  app.get("/text", (context) => context.text(TEXT));
  app.get("/empty", (context) => context.body(null, 204));
  app.get("/unchanged", (context) => context.body(null, 304, { ETag: '"1"' }));
  app.get("/redirect", (context) => context.redirect("/text"));
  app.get("/cookies", (context) => {
    for (const cookie of COOKIES) context.header("Set-Cookie", cookie, { append: true });
    return context.text("set");
  });
  app.get("/pieces", (context) => context.body(Readable.toWeb(Readable.from(numbers())) as ReadableStream));
  app.get("/zipped", (context) => context.body(new Uint8Array(ZIPPED), 200, { "Content-Encoding": "gzip" }));
  app.get("/large", (context) => context.text(LARGE));
  app.post("/json", async (context) => context.json(await context.req.json()));
  app.all("/echo", async (context) => {
    const { method, url, headers } = context.req.raw;
    return context.json({ method, url, headers: [...headers], body: await context.req.text() });
  });
  app.get("/boom", () => {
    throw boom;
  });
  return app;
}

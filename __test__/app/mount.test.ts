/** How an application sees its own address and its client: `rootPath`, `client` and the scheme, in each framework. */
import connect from "connect";
import test from "ava";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { type App, AppTransport, AsyncClient, type NodeListener } from "httpxide";
import Koa from "koa";

interface Seen {
  readonly url: string;
  readonly original?: string;
  readonly base?: string;
}

const MOUNTED: Record<string, () => App> = {
  "a listener": (): NodeListener => (request, response) => {
    const { url, originalUrl: original } = request as typeof request & { originalUrl?: string };
    response.end(JSON.stringify({ url, original }));
  },
  Connect: () =>
    connect().use((request: connect.IncomingMessage, response) => {
      response.end(JSON.stringify({ url: request.url, original: request.originalUrl }));
    }),
  Express: () =>
    express().use((request, response) => {
      response.json({ url: request.url, original: request.originalUrl, base: request.baseUrl });
    }),
  "a router of Express": () => {
    const router = express.Router().get("/users", (request, response) => {
      response.json({ url: request.url, original: request.originalUrl, base: request.baseUrl });
    });
    return express().use(router);
  },
  Koa: () =>
    new Koa().use((context) => void (context.body = { url: context.url, original: context.originalUrl })),
  Fastify: () =>
    fastify().get("/users", async (request) => ({ url: request.url, original: request.originalUrl })),
  "a fetch handler": () => (request: globalThis.Request) => {
    const { pathname, search } = new URL(request.url);
    return globalThis.Response.json({ url: pathname + search });
  },
  Hono: () => new Hono().get("/users", (context) => context.json({ url: context.req.path + "?a=1" })),
};

for (const [name, make] of Object.entries(MOUNTED)) {
  test(`a mounted application sees its own part of the path: ${name}`, async (t) => {
    const transport = new AppTransport(make(), { rootPath: "/api/" });
    await using client = new AsyncClient({ transport, baseUrl: "http://testserver" });
    for (const path of ["/api/users?a=1", "/users?a=1"]) {
      const { url, original, base } = (await client.get(path)).json<Seen>();
      t.is(url, "/users?a=1");
      if (original !== undefined) t.is(original, "/api/users?a=1");
      if (name.includes("Express")) t.is(base, "/api");
    }
  });
}

for (const [path, url] of [
  ["/api", "/"],
  ["/api?a", "/?a"],
  ["/api/", "/"],
  ["/apis", "/apis"],
  ["/", "/"],
] as const) {
  test(`${path} is ${url} behind /api`, async (t) => {
    const transport = new AppTransport(MOUNTED["a listener"]!(), { rootPath: "/api" });
    await using client = new AsyncClient({ transport });
    t.is((await client.get(`http://testserver${path}`)).json<Seen>().url, url);
  });
}

interface Peer {
  readonly ip: string;
  readonly port?: number;
  readonly protocol?: string;
}

const PEERS: Record<string, () => App> = {
  "a listener": (): NodeListener => (request, response) => {
    const { remoteAddress: ip, remotePort: port } = request.socket;
    response.end(JSON.stringify({ ip, port }));
  },
  Express: () =>
    express().get("/", (request, response) => {
      const { ip, protocol, socket } = request;
      response.json({ ip, port: socket.remotePort, protocol });
    }),
  Koa: () =>
    new Koa().use((context) => {
      context.body = { ip: context.ip, port: context.socket.remotePort, protocol: context.protocol };
    }),
  Fastify: () =>
    fastify().get("/", async ({ ip, protocol, socket }) => ({ ip, port: socket.remotePort, protocol })),
  "a fetch handler": () => ({
    fetch: (request, { remoteAddr }) =>
      globalThis.Response.json({
        ip: remoteAddr.hostname,
        port: remoteAddr.port,
        protocol: new URL(request.url).protocol.slice(0, -1),
      }),
  }),
  "a handler written for Bun": () => ({
    fetch: (request, server) => {
      const { address: ip, port } = server.requestIP(request);
      return globalThis.Response.json({ ip, port });
    },
  }),
};

for (const [name, make] of Object.entries(PEERS)) {
  test(`an application sees the given client address and the scheme: ${name}`, async (t) => {
    const transport = new AppTransport(make(), { client: ["1.2.3.4", 567] });
    await using client = new AsyncClient({ transport });
    for (const scheme of ["http", "https"]) {
      const { ip, port, protocol = scheme } = (await client.get(`${scheme}://testserver/`)).json<Peer>();
      t.deepEqual({ ip, port, protocol }, { ip: "1.2.3.4", port: 567, protocol: scheme });
    }
  });

  test(`the default client address is a port of the loopback interface: ${name}`, async (t) => {
    await using client = new AsyncClient({ app: make(), baseUrl: "http://testserver" });
    const { ip, port } = (await client.get("/")).json<Peer>();
    t.deepEqual({ ip, port }, { ip: "127.0.0.1", port: 123 });
  });
}

test("the client address may be IPv6", async (t) => {
  const app: NodeListener = ({ socket }, response) =>
    void response.end(
      JSON.stringify([socket.remoteAddress, socket.remoteFamily, socket.localAddress, socket.localPort]),
    );
  await using client = new AsyncClient({ transport: new AppTransport(app, { client: ["::2", 1] }) });
  t.deepEqual((await client.get("http://testserver:8080/")).json(), ["::2", "IPv6", "::1", 8080]);
});

test("a fetch handler sees the requested host, and no user information", async (t) => {
  const app = (request: globalThis.Request): globalThis.Response =>
    new globalThis.Response(`${request.url} ${request.headers.get("authorization")}`);
  await using client = new AsyncClient({ app });
  const response = await client.get("https://me:secret@testserver:8443/a%2Fb?c#d");
  t.is(response.text, `https://testserver:8443/a%2Fb?c Basic ${btoa("me:secret")}`);
  const virtual = await client.get("http://testserver/", { headers: { Host: "other.example" } });
  t.regex(virtual.text, /^http:\/\/other\.example\/ /);
});

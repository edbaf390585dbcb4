// A handler of a framework returns the response of a fetch: as it is, made anew, read and cloned.
import test from "ava";
import { Hono } from "hono";
import { fetch } from "httpxide/fetch";
import { type HttpServer, startHttpServer } from "../helpers/http-server.js";

const TEXT = JSON.stringify({ long: "x".repeat(100_000) });

let server: HttpServer;
test.before(async () => {
  server = await startHttpServer((_request, response) => {
    response
      .writeHead(201, "Made", { "Content-Type": "application/json", "Set-Cookie": ["a=1", "b=2"] })
      .end(TEXT);
  });
});
test.after.always(() => server?.[Symbol.asyncDispose]());

const handlers: Readonly<Record<string, (response: Response) => Response | Promise<Response>>> = {
  "as it is": (response) => response,
  "made anew of its body and itself": (response) => new Response(response.body, response),
  "with headers of its own": ({ body, status, statusText, headers: received }) => {
    const headers = new Headers(received);
    headers.set("x-own", "1");
    return new Response(body, { status, statusText, headers });
  },
  "a clone whose other half is read": async (response) => {
    const clone = response.clone();
    await response.text();
    return clone;
  },
  "one half of its body, as a cache takes the other": async (response) => {
    const [kept, passed] = response.body!.tee();
    const stored = await new Response(kept).text();
    if (stored !== TEXT) throw new Error("the cache has another body");
    return new Response(passed, response);
  },
  "its JSON": async (response) =>
    Response.json(await response.json(), { status: 201, headers: response.headers, statusText: "Made" }),
};

for (const [name, handler] of Object.entries(handlers)) {
  test(`Hono answers with it: ${name}`, async (t) => {
    const app = new Hono();
    app.use(async (context, next) => {
      await next();
      context.header("x-added", "1");
    });
    app.get("/", async () => handler(await fetch(server.url)));
    const response = await app.request("/");
    t.is(response.status, 201);
    t.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
    t.is(response.headers.get("content-type"), "application/json");
    t.is(response.headers.get("x-added"), "1");
    t.is(await response.text(), TEXT);
  });
}

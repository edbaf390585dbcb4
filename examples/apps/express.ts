/**
 * An Express application, called without a server: node build/examples/apps/express.js
 *
 * Cookies, redirects and sessions behave as over a network, and the caller gets the exceptions of a route.
 */
import assert from "node:assert/strict";
import express from "express";
import { AppTransport, AsyncClient } from "httpxide";

const app = express();
// Express prints every error that it answers, unless the environment is "test".
app.set("env", "test");
app.use(express.json());

app.post("/login", (request, response) => {
  const { name } = request.body as { name: string };
  response.cookie("name", name).redirect(303, "/me");
});
app.get("/me", (request, response) => {
  response.json({ cookie: request.headers.cookie, ip: request.ip, at: request.originalUrl });
});
app.get("/broken", async () => {
  await Promise.reject(new Error("no such table: users"));
});

{
  await using client = new AsyncClient({ app, baseUrl: "http://testserver", followRedirects: true });

  const me = await client.post("/login", { json: { name: "ann" } });
  console.log("logged in:", me.json());
  assert.equal(me.json<{ cookie: string }>().cookie, "name=ann");

  // A response that Express itself makes is a response.
  assert.equal(
    (await client.post("/login", { content: "{", headers: { "Content-Type": "application/json" } }))
      .statusCode,
    400,
  );
  assert.equal((await client.get("/nowhere")).statusCode, 404);

  // An exception is an exception.
  await assert.rejects(client.get("/broken"), { message: "no such table: users" });
}

// The same application as seen from outside: below a path, with a client address, and with Express's error page.
const transport = new AppTransport(app, {
  raiseAppExceptions: false,
  rootPath: "/shop",
  client: ["203.0.113.9", 50_000],
});
await using client = new AsyncClient({ transport, baseUrl: "https://testserver/shop" });
console.log("mounted:  ", (await client.get("/me")).json());
console.log("broken:   ", (await client.get("/broken")).statusCode);

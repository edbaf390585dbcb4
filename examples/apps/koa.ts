/**
 * A Koa application, called without a server: node build/examples/apps/koa.js
 *
 * Endless server-sent events, read one by one; the application sees when its reader leaves.
 */
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { PassThrough } from "node:stream";
import { AsyncClient } from "httpxide";
import Koa from "koa";

const app = new Koa();
const readers = new EventEmitter();

app.use((context) => {
  if (context.path !== "/ticks") context.throw(404, "only ticks here");
  const events = new PassThrough();
  let tick = 0;
  const timer = setInterval(() => events.write(`data: ${++tick}\n\n`), 10);
  context.res.once("close", () => {
    clearInterval(timer);
    readers.emit("left");
  });
  context.type = "text/event-stream";
  context.body = events;
});
// Koa reports a truncated response here, which is what this example causes.
app.on("error", () => undefined);

await using client = new AsyncClient({ app, baseUrl: "http://testserver" });

const left = once(readers, "left");
const response = await client.stream("GET", "/ticks");
for await (const line of response.aiterLines()) {
  if (line !== "") console.log(line);
  // Leaving the loop closes the response.
  if (line === "data: 5") break;
}
await left;
console.log("the application saw its reader leave");

const missing = await client.get("/elsewhere");
assert.equal(missing.statusCode, 404);
console.log("elsewhere:", missing.text);

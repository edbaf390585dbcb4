/**
 * A Hono application, called without a server: node build/examples/apps/hono.js
 *
 * Any fetch handler is called the same way: exports for Workers, Deno and Bun, or a plain function from `Request` to
 * `Response`. Both bodies are streams.
 */
import assert from "node:assert/strict";
import { Hono } from "hono";
import { streamText } from "hono/streaming";
import { AsyncClient } from "httpxide";

const app = new Hono();
app.get("/hello/:name", (context) => context.json({ hello: context.req.param("name") }));
app.post("/shout", (context) =>
  streamText(context, async (stream) => {
    for await (const piece of context.req.raw.body!.pipeThrough(new TextDecoderStream())) {
      await stream.write(piece.toUpperCase());
    }
  }),
);
app.get("/broken", () => {
  throw new Error("out of paper");
});

await using client = new AsyncClient({ app, baseUrl: "http://testserver" });

console.log((await client.get("/hello/ann")).json());

// The application pulls the upload while the client reads its response.
async function* words(): AsyncGenerator<string> {
  for (const word of ["one ", "two ", "three"]) {
    console.log("sent:    ", word);
    yield word;
  }
}
await using answer = await client.stream("POST", "/shout", { content: words() });
for await (const text of answer.aiterText()) console.log("received:", text);

await assert.rejects(client.get("/broken"), { message: "out of paper" });

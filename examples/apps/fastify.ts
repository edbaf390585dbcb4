/**
 * A Fastify application, called without a server: node build/examples/apps/fastify.js
 *
 * Plugins are loaded before the first request, and closed together with the client.
 */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import fastify from "fastify";
import { AsyncClient } from "httpxide";

interface Item {
  name: string;
  price: number;
}

const app = fastify();
app.addHook("onReady", async () => console.log("ready"));
app.addHook("onClose", async () => console.log("closed"));

const schema = {
  body: {
    type: "object",
    required: ["name", "price"],
    properties: { name: { type: "string" }, price: { type: "number" } },
  },
};
app.post<{ Body: Item }>("/items", { schema }, async ({ body }, reply) => {
  reply.code(201);
  return { ...body, id: 1 };
});

async function* rows(): AsyncGenerator<string> {
  for (let id = 1; id <= 100_000; id++) yield `${id};item ${id}\n`;
}
app.get("/export", async (_request, reply) => {
  reply.type("text/csv");
  return reply.send(Readable.from(rows(), { objectMode: false }));
});

await using client = new AsyncClient({ app, baseUrl: "http://testserver" });

const created = await client.post("/items", { json: { name: "spade", price: 12 } });
assert.equal(created.statusCode, 201);
console.log("created: ", created.json<Item & { id: number }>());

const refused = await client.post("/items", { json: { name: "spade" } });
assert.equal(refused.statusCode, 400);
console.log("refused: ", refused.json<{ message: string }>().message);

// A long response is read as the application writes it, and only as far as needed.
await using response = await client.stream("GET", "/export");
for await (const line of response.aiterLines()) {
  console.log("exported:", line);
  break;
}

/** Elysia, whose applications are objects with `fetch`: requests, streams both ways, and exceptions, which it keeps. */
import test from "ava";
import { Elysia } from "elysia";
import { AsyncClient } from "httpxide";

async function* lines(): AsyncGenerator<string> {
  for (let n = 0; n < 4; n++) yield `${n}\n`;
}

const app = new Elysia()
  .get("/users/:id", ({ params, query }) => ({ id: params.id, name: query["name"] }))
  .post("/users", ({ body, set }) => {
    set.status = 201;
    return body;
  })
  .get("/endless", async function* () {
    for (let n = 1; ; n++) {
      yield `event ${n}\n`;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })
  .post("/count", async ({ request }) => (await request.text()).length, { parse: "none" })
  .get("/boom", () => {
    throw new RangeError("no such shelf");
  });

test("an Elysia application receives the request, and its responses are those of the framework", async (t) => {
  await using client = new AsyncClient({ app, baseUrl: "http://testserver" });
  t.deepEqual((await client.get("/users/7", { params: { name: "Ada" } })).json(), { id: "7", name: "Ada" });
  const created = await client.post("/users", { json: { name: "Grace" } });
  t.deepEqual([created.statusCode, created.json()], [201, { name: "Grace" }]);
  t.is((await client.post("/count", { content: lines() })).text, "8");
  t.is((await client.get("/nowhere")).statusCode, 404);
});

test("an endless Elysia response is read line by line", async (t) => {
  await using client = new AsyncClient({ app, baseUrl: "http://testserver" });
  const seen: string[] = [];
  const response = await client.stream("GET", "/endless");
  for await (const line of response.aiterLines()) {
    seen.push(line);
    if (seen.length === 3) break;
  }
  t.deepEqual(seen, ["event 1", "event 2", "event 3"]);
  t.true(response.isClosed);
});

test("Elysia turns its exceptions into responses before the transport sees them", async (t) => {
  await using client = new AsyncClient({ app, baseUrl: "http://testserver" });
  const response = await client.get("/boom");
  t.deepEqual([response.statusCode, response.text], [500, "no such shelf"]);
});

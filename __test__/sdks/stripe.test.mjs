// The SDK of Stripe over httpxide/fetch.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Stripe } from "stripe";
import { fetch } from "../../dist/fetch.mjs";
import { json, refusedPort, scriptedServer } from "./scripted-server.mjs";

const stripeOf = ({ port }, options) =>
  new Stripe("key", {
    host: "127.0.0.1",
    port,
    protocol: "http",
    httpClient: Stripe.createFetchHttpClient(fetch),
    maxNetworkRetries: 0,
    ...options,
  });

test("a customer is a form, and the answer its object", async (t) => {
  const server = await scriptedServer(t, (_request, response) =>
    json(response, { id: "cus_1", object: "customer" }, 200, { "request-id": "r1" }),
  );
  const customer = await stripeOf(server).customers.create({ email: "a@example.org", metadata: { b: "1" } });
  assert.deepEqual([customer.id, customer.lastResponse.requestId], ["cus_1", "r1"]);
  const [{ url, headers, body }] = server.received;
  assert.deepEqual([url, headers.authorization], ["/v1/customers", "Bearer key"]);
  assert.equal(body, "email=a%40example.org&metadata[b]=1");
});

test("it tries again after a 500 and a connection that breaks, with one idempotency key", async (t) => {
  const server = await scriptedServer(t, ({ number }, response) => {
    if (number === 1) return json(response, {}, 500);
    if (number === 2) return response.destroy();
    json(response, { id: "cus_1" });
  });
  assert.equal((await stripeOf(server, { maxNetworkRetries: 2 }).customers.create({})).id, "cus_1");
  const keys = new Set(server.received.map(({ headers }) => headers["idempotency-key"]));
  assert.equal(keys.size, 1);
  assert.notEqual([...keys][0], undefined);
});

test("errors of the service, of the network and of time have their classes", async (t) => {
  const server = await scriptedServer(t, (_request, response) =>
    json(response, { error: { type: "card_error", code: "card_declined", message: "declined" } }, 402),
  );
  await assert.rejects(stripeOf(server).customers.create({}), (error) => {
    assert(error instanceof Stripe.errors.StripeCardError);
    assert.deepEqual([error.code, error.statusCode], ["card_declined", 402]);
    return true;
  });
  const refused = stripeOf({ port: await refusedPort() }).customers.create({});
  await assert.rejects(refused, Stripe.errors.StripeConnectionError);
  const silent = await scriptedServer(t, () => {});
  await assert.rejects(stripeOf(silent, { timeout: 50 }).customers.create({}), (error) => {
    assert(error instanceof Stripe.errors.StripeConnectionError);
    assert.match(error.message, /timed? ?out/i);
    return true;
  });
});

test("a list goes on over its pages", async (t) => {
  const server = await scriptedServer(t, ({ url }, response) => {
    const after = new URL(url, "http://x").searchParams.get("starting_after");
    const id = after === null ? "cus_1" : "cus_2";
    json(response, { object: "list", data: [{ id }], has_more: after === null, url: "/v1/customers" });
  });
  const ids = [];
  for await (const { id } of stripeOf(server).customers.list({ limit: 1 })) ids.push(id);
  assert.deepEqual(ids, ["cus_1", "cus_2"]);
});

test("a file is a form with parts, and a document is a stream", async (t) => {
  const server = await scriptedServer(t, ({ method }, response) => {
    if (method === "POST") json(response, { id: "file_1" });
    else response.setHeader("content-type", "application/pdf").end(Buffer.from("%PDF"));
  });
  const stripe = stripeOf(server);
  const file = { data: Buffer.from("content"), name: "x.pdf", type: "application/pdf" };
  const own = { host: "127.0.0.1" };
  assert.equal((await stripe.files.create({ purpose: "dispute_evidence", file }, own)).id, "file_1");
  assert.match(server.received[0].headers["content-type"], /^multipart\/form-data; boundary=/);
  assert.match(server.received[0].body, /filename="x\.pdf"[^]*\r\n\r\ncontent\r\n/);
  const chunks = [];
  for await (const chunk of await stripe.quotes.pdf("qt_1", own)) chunks.push(chunk);
  assert.equal(Buffer.concat(chunks).toString(), "%PDF");
});

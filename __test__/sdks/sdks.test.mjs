// Real SDKs and other clients over httpxide/fetch and httpxide/smithy, against a server that answers as their services do.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { request as octokit } from "@octokit/request";
import ky from "ky";
import { Request as NodeFetchRequest } from "node-fetch";
import { createFetch as createOFetch } from "ofetch";
import { OpenAI } from "openai";
import { Stripe } from "stripe";
import { fetch } from "../../dist/fetch.mjs";
import { HttpxideHttpHandler } from "../../dist/smithy.mjs";

/** What the server has received, the last one last. */
const received = [];
let failures = 0;
let base = "";

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const { method, url, headers } = request;
  received.push({ method, url, headers, body });
  const json = (value) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
  if (failures > 0) {
    failures--;
    // once an answer, once none
    return failures === 0 ? void request.socket.destroy() : void response.writeHead(503).end();
  }
  if (url.startsWith("/v1/chat/completions")) {
    if (!JSON.parse(body).stream) return json({ choices: [{ message: { content: "hello" } }] });
    response.setHeader("content-type", "text/event-stream");
    for (const content of ["hel", "lo"]) {
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return response.end("data: [DONE]\n\n");
  }
  if (url.startsWith("/v1/customers")) return json({ id: "cus_1", object: "customer" });
  if (headers["x-amz-target"]) return json({ Item: { id: { S: "1" } } });
  if (url.startsWith("/bucket")) {
    response.setHeader("etag", '"tag"');
    return response.end(method === "GET" ? "object" : undefined);
  }
  return json({ method, url, body });
});

before(async () => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
  server.close();
  server.closeAllConnections();
});

test("ky sends JSON, and repeats after a 503 and after a connection that broke", async () => {
  const own = ky.create({ fetch });
  assert.equal((await own.post(`${base}/ky`, { json: { a: 1 } }).json()).body, '{"a":1}');
  assert.equal(received.at(-1).headers["content-length"], "7");
  failures = 2;
  const answer = await own.get(`${base}/flaky`, { retry: { limit: 3, delay: () => 5 } }).json();
  assert.equal(answer.url, "/flaky");
});

test("ofetch sends JSON and a query", async () => {
  const answer = await createOFetch({ fetch })(`${base}/o`, {
    method: "POST",
    body: { a: 1 },
    query: { b: 2 },
  });
  assert.deepEqual(answer, { method: "POST", url: "/o?b=2", body: '{"a":1}' });
});

test("a Request of node-fetch is sent", async () => {
  const request = new NodeFetchRequest(`${base}/n`, { method: "POST", body: "hello", headers: { a: "1" } });
  assert.deepEqual(await (await fetch(request)).json(), { method: "POST", url: "/n", body: "hello" });
  assert.equal(received.at(-1).headers.a, "1");
});

test("the client of a language model completes, streams, and reports a refused connection", async () => {
  const client = new OpenAI({ apiKey: "key", baseURL: `${base}/v1`, fetch, maxRetries: 0 });
  const { choices } = await client.chat.completions.create({ model: "m", messages: [] });
  assert.equal(choices[0].message.content, "hello");
  let text = "";
  const stream = await client.chat.completions.create({ model: "m", messages: [], stream: true });
  for await (const chunk of stream) text += chunk.choices[0].delta.content;
  assert.equal(text, "hello");
  const refused = new OpenAI({ apiKey: "key", baseURL: "http://127.0.0.1:1234/v1", fetch, maxRetries: 0 });
  await assert.rejects(refused.models.list(), { message: "Connection error." });
});

test("Octokit gets status, URL, headers and data", async () => {
  const { status, url, data } = await octokit("GET /repos/{owner}/{repo}", {
    ...{ baseUrl: base, owner: "a", repo: "b" },
    request: { fetch },
  });
  assert.deepEqual([status, url, data.url], [200, `${base}/repos/a/b`, "/repos/a/b"]);
});

test("Stripe creates a customer", async () => {
  const { port } = server.address();
  const httpClient = Stripe.createFetchHttpClient(fetch);
  const stripe = new Stripe("key", { host: "127.0.0.1", port, protocol: "http", httpClient });
  assert.equal((await stripe.customers.create({ email: "a@example.org" })).id, "cus_1");
  assert.equal(received.at(-1).body, "email=a%40example.org");
});

const aws = () => ({
  region: "us-east-1",
  endpoint: base,
  credentials: { accessKeyId: "id", secretAccessKey: "key" },
  requestHandler: new HttpxideHttpHandler(),
});

test("S3 puts text and a stream with its checksum in a trailer, and gets an object", async () => {
  const s3 = new S3Client({ ...aws(), forcePathStyle: true });
  const put = (Body, more) =>
    s3.send(new PutObjectCommand({ Bucket: "bucket", Key: "a b/c", Body, ...more }));
  assert.equal((await put("hello")).ETag, '"tag"');
  assert.equal(received.at(-1).url, "/bucket/a%20b/c?x-id=PutObject");
  await put(Readable.from([Buffer.from("hel"), Buffer.from("lo")]), { ContentLength: 5 });
  assert.match(received.at(-1).body, /^3\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:.*\r\n\r\n$/);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "bucket", Key: "k" }));
  assert.equal(await Body.transformToString(), "object");
});

test("DynamoDB gets an item, and its retries take over after failures", async () => {
  const dynamo = new DynamoDBClient(aws());
  failures = 2;
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "1" } } }));
  assert.deepEqual(Item, { id: { S: "1" } });
});

// The SDK of OpenAI over httpxide/fetch.
import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenAI, toFile } from "openai";
import { fetch } from "../../dist/fetch.mjs";
import { closed, events, json, refusedPort, scriptedServer } from "./scripted-server.mjs";

const clientOf = ({ url }, options) =>
  new OpenAI({ apiKey: "key", baseURL: `${url}/v1`, fetch, maxRetries: 0, ...options });
const question = { model: "m", messages: [{ role: "user", content: "?" }] };
const delta = (content) => ({ choices: [{ delta: { content } }] });

test("a completion is a JSON request with the key", async (t) => {
  const server = await scriptedServer(t, (_request, response) =>
    json(response, { choices: [{ message: { content: "hello" } }] }, 200, { "x-request-id": "r1" }),
  );
  const { choices, _request_id } = await clientOf(server).chat.completions.create(question);
  assert.equal(choices[0].message.content, "hello");
  assert.equal(_request_id, "r1");
  const [{ headers, body }] = server.received;
  assert.equal(headers.authorization, "Bearer key");
  assert.deepEqual(JSON.parse(body), question);
});

test("a stream gives each piece as it comes", async (t) => {
  let goOn;
  const server = await scriptedServer(t, async (_request, response) => {
    events(response, delta("hel"));
    await new Promise((resolve) => (goOn = resolve));
    response.end(`data: ${JSON.stringify(delta("lo"))}\n\ndata: [DONE]\n\n`);
  });
  const pieces = [];
  for await (const chunk of await clientOf(server).chat.completions.create({ ...question, stream: true })) {
    pieces.push(chunk.choices[0].delta.content);
    // the second piece comes only after the first was read
    if (pieces.length === 1) goOn();
  }
  assert.deepEqual(pieces, ["hel", "lo"]);
});

test("leaving a stream closes its connection", async (t) => {
  let gone;
  const server = await scriptedServer(t, (_request, response) => {
    gone = closed(response);
    events(response, delta("hel"));
  });
  const stream = await clientOf(server).chat.completions.create({ ...question, stream: true });
  for await (const _chunk of stream) break;
  await gone;
});

test("an abort rejects with the SDK's error, and closes the connection", async (t) => {
  let gone;
  const stop = new AbortController();
  const server = await scriptedServer(t, (_request, response) => {
    gone = closed(response);
    stop.abort();
  });
  const answer = clientOf(server).chat.completions.create(question, { signal: stop.signal });
  await assert.rejects(answer, OpenAI.APIUserAbortError);
  await gone;
});

test("it tries again after 429, 500 and a connection that breaks, and not after 400", async (t) => {
  const server = await scriptedServer(t, ({ number }, response) => {
    if (number === 1) return json(response, { error: { message: "slow" } }, 429, { "retry-after-ms": "1" });
    if (number === 2) return json(response, {}, 500, { "retry-after-ms": "1" });
    if (number === 3) return response.destroy();
    if (number === 4) return json(response, { data: [{ id: "m" }] });
    return json(response, { error: { message: "wrong", code: "bad" } }, 400);
  });
  const client = clientOf(server, { maxRetries: 2 });
  assert.equal((await client.models.list()).data[0].id, "m");
  // the kept connection broke without an answer: httpxide itself sent the third try again
  assert.equal(server.received[3].headers["x-stainless-retry-count"], "2");
  await assert.rejects(client.models.list(), (error) => {
    assert(error instanceof OpenAI.BadRequestError);
    assert.deepEqual([error.status, error.code, error.message], [400, "bad", "400 wrong"]);
    return true;
  });
  assert.equal(server.received.length, 5);
});

test("a refused connection and a time limit have errors of their own", async (t) => {
  const port = await refusedPort();
  await assert.rejects(clientOf({ url: `http://127.0.0.1:${port}` }).models.list(), (error) => {
    assert(error instanceof OpenAI.APIConnectionError);
    assert.equal(error.cause.cause.code, "ECONNREFUSED");
    return true;
  });
  const silent = await scriptedServer(t, () => {});
  await assert.rejects(clientOf(silent, { timeout: 50 }).models.list(), OpenAI.APIConnectionTimeoutError);
});

test("a file is uploaded as a form, from memory and from a stream", async (t) => {
  const server = await scriptedServer(t, (_request, response) => json(response, { id: "f" }));
  const client = clientOf(server);
  async function* lines() {
    yield Buffer.from('{"a":1}\n');
    yield Buffer.from('{"a":2}\n');
  }
  for (const file of [
    await toFile(Buffer.from('{"a":1}\n{"a":2}\n'), "x.jsonl"),
    await toFile(lines(), "x.jsonl"),
  ]) {
    assert.equal((await client.files.create({ file, purpose: "batch" })).id, "f");
    const { headers, body } = server.received.at(-1);
    assert.match(headers["content-type"], /^multipart\/form-data; boundary=/);
    assert.match(body, /name="purpose"\r\n\r\nbatch\r\n/);
    assert.match(body, /filename="x\.jsonl"[^]*\r\n\r\n\{"a":1\}\n\{"a":2\}\n\r\n/);
  }
});

test("a binary answer can be streamed", async (t) => {
  const audio = Buffer.alloc(300_000, 7);
  const server = await scriptedServer(t, (_request, response) => response.end(audio));
  const answer = await clientOf(server).audio.speech.create({ model: "m", voice: "v", input: "x" });
  const chunks = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  assert(Buffer.concat(chunks).equals(audio));
});

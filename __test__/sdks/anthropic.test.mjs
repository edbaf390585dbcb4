// The SDK of Anthropic over httpxide/fetch.
import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic, {
  AnthropicError,
  APIConnectionError,
  APIConnectionTimeoutError,
  APIUserAbortError,
  AuthenticationError,
  toFile,
} from "@anthropic-ai/sdk";
import { fetch } from "../../dist/fetch.mjs";
import { closed, events, json, refusedPort, scriptedServer } from "./scripted-server.mjs";

const clientOf = ({ url }, options) =>
  new Anthropic({ apiKey: "key", baseURL: url, fetch, maxRetries: 0, ...options });
const question = { model: "m", max_tokens: 9, messages: [{ role: "user", content: "?" }] };
const message = { id: "msg", type: "message", role: "assistant", model: "m", content: [], stop_reason: null };
const piece = (text) => ({
  name: "content_block_delta",
  data: { type: "content_block_delta", index: 0, delta: { type: "text_delta", text } },
});
const beginning = [
  { name: "message_start", data: { type: "message_start", message: { ...message, usage: {} } } },
  {
    name: "content_block_start",
    data: { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  },
];
const end = [
  { name: "content_block_stop", data: { type: "content_block_stop", index: 0 } },
  { name: "message_delta", data: { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: {} } },
  { name: "message_stop", data: { type: "message_stop" } },
];

test("a message is a JSON request with key and version", async (t) => {
  const server = await scriptedServer(t, (_request, response) =>
    json(response, { ...message, content: [{ type: "text", text: "hello" }] }),
  );
  const { content } = await clientOf(server).messages.create(question);
  assert.equal(content[0].text, "hello");
  const [{ url, headers, body }] = server.received;
  assert.deepEqual([url, headers.authorization], ["/v1/messages", "Bearer key"]);
  assert.match(headers["anthropic-version"], /^\d{4}-\d\d-\d\d$/);
  assert.deepEqual(JSON.parse(body), question);
});

test("a stream gives its events, and the message that they make", async (t) => {
  const server = await scriptedServer(t, (_request, response) => {
    events(response, ...beginning, piece("hel"), piece("lo"), ...end);
    response.end();
  });
  const stream = clientOf(server).messages.stream(question);
  const pieces = [];
  stream.on("text", (text) => pieces.push(text));
  const { content, stop_reason: reason } = await stream.finalMessage();
  assert.deepEqual([pieces, content[0].text, reason], [["hel", "lo"], "hello", "end_turn"]);
});

test("an abort of a stream closes its connection", async (t) => {
  let gone;
  const server = await scriptedServer(t, (_request, response) => {
    gone = closed(response);
    events(response, ...beginning, piece("hel"));
  });
  const stream = clientOf(server).messages.stream(question);
  stream.on("text", () => stream.abort());
  await assert.rejects(stream.finalMessage(), APIUserAbortError);
  await gone;
});

test("a stream that breaks off is an error of the call", async (t) => {
  const server = await scriptedServer(t, (_request, response) => {
    events(response, ...beginning, piece("hel"));
    setImmediate(() => response.destroy());
  });
  await assert.rejects(clientOf(server).messages.stream(question).finalMessage(), AnthropicError);
});

test("it tries again when the service is overloaded, and reports what is wrong", async (t) => {
  const error = (type) => ({ type: "error", error: { type, message: type } });
  const server = await scriptedServer(t, ({ number }, response) => {
    if (number === 1) return json(response, error("overloaded_error"), 529, { "retry-after-ms": "1" });
    if (number === 2) return response.destroy();
    if (number === 3) return json(response, { ...message, content: [{ type: "text", text: "hello" }] });
    return json(response, error("authentication_error"), 401, { "request-id": "r1" });
  });
  const client = clientOf(server, { maxRetries: 2 });
  assert.equal((await client.messages.create(question)).content[0].text, "hello");
  await assert.rejects(client.messages.create(question), (thrown) => {
    assert(thrown instanceof AuthenticationError);
    assert.deepEqual([thrown.status, thrown.requestID], [401, "r1"]);
    return true;
  });
});

test("a refused connection and a time limit have errors of their own", async (t) => {
  const port = await refusedPort();
  await assert.rejects(
    clientOf({ url: `http://127.0.0.1:${port}` }).messages.create(question),
    APIConnectionError,
  );
  const silent = await scriptedServer(t, () => {});
  await assert.rejects(
    clientOf(silent, { timeout: 50 }).messages.create(question),
    APIConnectionTimeoutError,
  );
});

test("a file is uploaded as a form", async (t) => {
  const server = await scriptedServer(t, (_request, response) => json(response, { id: "file" }));
  const file = await toFile(Buffer.alloc(200_000, "x"), "x.txt", { type: "text/plain" });
  assert.equal((await clientOf(server).beta.files.upload({ file })).id, "file");
  const [{ headers, body }] = server.received;
  assert.match(headers["content-type"], /^multipart\/form-data; boundary=/);
  assert.match(body, /filename="x\.txt"\r\ncontent-type: text\/plain\r\n\r\nx{200000}\r\n/i);
});

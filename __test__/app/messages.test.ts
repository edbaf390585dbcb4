/** Trailers, expectations and interim responses with applications in the process. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import test from "ava";
import { AsyncClient, LocalProtocolError } from "httpxide";
import { bodyOf } from "../helpers/http-server.js";

async function echoing(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await bodyOf(request)).toString();
  response.end(JSON.stringify({ body, trailers: request.rawTrailers }));
}

test("an application receives trailers after any body", async (t) => {
  await using client = new AsyncClient({ app: echoing, baseUrl: "http://app" });
  async function* chunks(): AsyncGenerator<string> {
    yield "ab";
    yield "c";
  }
  for (const [content, body] of [
    ["abc", "abc"],
    [chunks(), "abc"],
    [undefined, ""],
  ] as const) {
    const response = await client.post("/", { content, trailers: async () => ({ Checksum: "1234" }) });
    t.deepEqual(response.json(), { body, trailers: ["Checksum", "1234"] });
  }
});

test("a fetch handler has no trailers: they are refused", async (t) => {
  await using client = new AsyncClient({ app: { fetch: () => new Response("ok") }, baseUrl: "http://app" });
  const call = client.post("/", { content: "a", trailers: { a: "b" } });
  await t.throwsAsync(call, { instanceOf: LocalProtocolError, message: /no trailers/ });
});

test("an application that answers without the body does not get it", async (t) => {
  let pulled = 0;
  async function* chunks(): AsyncGenerator<string> {
    pulled += 1;
    yield "abc";
  }
  const server = createServer(echoing);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === "/refuse") return void response.writeHead(417).end();
    response.writeContinue();
    void echoing(request, response);
  });
  await using client = new AsyncClient({ app: server, baseUrl: "http://app" });
  const refused = await client.post("/refuse", { content: chunks(), expectContinue: 30_000 });
  t.is(refused.statusCode, 417);
  t.is(pulled, 0);
  const wanted = await client.post("/", { content: chunks(), expectContinue: 30_000 });
  t.is(wanted.json<{ body: string }>().body, "abc");
});

test("interim responses of an application reach their listener", async (t) => {
  const app = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeEarlyHints({ link: "</a>; rel=preload" });
    response.end("ok");
  };
  await using client = new AsyncClient({ app, baseUrl: "http://app" });
  const seen: unknown[] = [];
  const response = await client.get("/", {
    onInformational: ({ statusCode, headers }) => seen.push([statusCode, headers.get("link")]),
  });
  t.is(response.text, "ok");
  t.deepEqual(seen, [[103, "</a>; rel=preload"]]);
  const failing = client.get("/", {
    onInformational: () => {
      throw new Error("not wanted");
    },
  });
  await t.throwsAsync(failing, { message: "not wanted" });
});

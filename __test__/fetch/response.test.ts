// The response of httpxide/fetch: an object of the platform's class in every respect that a program can see.
import { inspect } from "node:util";
import test from "ava";
import { MockTransport, Response as Received } from "httpxide";
import { createFetch, fetch } from "httpxide/fetch";
import { runProgram } from "../helpers/child.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { startRawServer } from "../helpers/raw-server.js";
import { eventually, steady } from "../helpers/waiting.js";

const BODY = "hello world ".repeat(20_000);

test("it is a Response to instanceof, to its tag and to the platform's own brand checks", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  const response = await fetch(server.url);
  t.true(response instanceof Response);
  t.is(Object.prototype.toString.call(response), "[object Response]");
  t.is(response.constructor.name, "Response");
  const { get } = Object.getOwnPropertyDescriptor(Response.prototype, "status")!;
  t.is(get!.call(response), 200);
  t.true(response.headers instanceof Headers);
  t.is(response.headers.constructor.name, "Headers");
  t.regex(inspect(response), /^Response \{\s+status: 200/);
});

test("for … in finds the members that the platform's own response shows", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  const namesOf = (value: object): string[] => {
    const names: string[] = [];
    for (const name in value) names.push(name);
    return names.toSorted();
  };
  const response = await fetch(server.url);
  t.deepEqual(namesOf(response), namesOf(new Response()));
  t.deepEqual(namesOf(response.headers), namesOf(new Headers()));
});

test("a method of the body that a later platform has finds the body", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  const { code, stdout, stderr } = await runProgram("later-platform", { args: [server.url] });
  t.is(code, 0, stderr);
  t.is(stdout, 'hello true hello\n"" false\n');
});

test("the platform makes a new response of it, with its stream, status and headers", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response
      .writeHead(418, "Short and stout", { "X-A": ["1", "2"], "Set-Cookie": ["a=1", "b=2"] })
      .end("tea");
  });
  const received = await fetch(server.url);
  const made = new Response(received.body, received);
  t.is(made.status, 418);
  t.is(made.statusText, "Short and stout");
  t.is(made.headers.get("x-a"), "1, 2");
  t.deepEqual(made.headers.getSetCookie(), ["a=1", "b=2"]);
  t.is(await made.text(), "tea");
});

test("a body can be posted on", async (t) => {
  await using from = await startHttpServer(answering(BODY));
  await using to = await startHttpServer();
  const { body } = await fetch(from.url);
  const answer = await fetch(to.url, { method: "POST", body, duplex: "half" } as RequestInit);
  t.is(((await answer.json()) as { body: string }).body, BODY);
});

test("its headers cannot be changed", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  const { headers } = await fetch(server.url);
  t.throws(() => headers.set("a", "1"), { instanceOf: TypeError });
  t.throws(() => headers.append("a", "1"), { instanceOf: TypeError });
  t.throws(() => headers.delete("date"), { instanceOf: TypeError });
  t.true(new Headers(headers).has("date"));
});

test("body is the same stream each time, and a byte stream", async (t) => {
  await using server = await startHttpServer(answering(BODY));
  const response = await fetch(server.url);
  t.is(response.body, response.body);
  const reader = response.body!.getReader({ mode: "byob" });
  const first = await reader.read(new Uint8Array(5));
  t.is(new TextDecoder().decode(first.value), "hello");
  let length = 5;
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(10_000));
    if (done) break;
    length += value.byteLength;
  }
  t.is(length, BODY.length);
});

for (const read of ["text", "arrayBuffer", "blob", "bytes"] as const) {
  test(`${read}() gives the same after body was asked for`, async (t) => {
    await using server = await startHttpServer(answering(BODY));
    const lengths: unknown[] = [];
    for (const asksForBody of [false, true]) {
      const response = await fetch(server.url);
      if (asksForBody) t.false(response.body!.locked);
      const result = (await (response as unknown as Record<string, () => Promise<object>>)[read]!()) as {
        size?: number;
        byteLength?: number;
        length?: number;
      };
      lengths.push(result.size ?? result.byteLength ?? result.length);
      t.true(response.bodyUsed);
      t.true(response.body!.locked);
      await t.throwsAsync(response.text(), { instanceOf: TypeError });
    }
    t.deepEqual(lengths, [BODY.length, BODY.length]);
  });
}

test("the memory of bytes can be transferred to a worker", async (t) => {
  await using server = await startHttpServer(answering(BODY));
  const buffer = await (await fetch(server.url)).arrayBuffer();
  const moved = structuredClone(buffer, { transfer: [buffer] });
  t.is(moved.byteLength, BODY.length);
  t.is(buffer.byteLength, 0);
});

test("every chunk of a long stream can be transferred, and has a buffer of exactly its length", async (t) => {
  const body = "0123456789abcdef".repeat(128 * 1024);
  await using server = await startHttpServer(answering(body));
  const response = await fetch(server.url);
  const moved: Uint8Array[] = [];
  for await (const chunk of response.body!) {
    t.is(chunk.byteLength, chunk.buffer.byteLength);
    moved.push(structuredClone(chunk, { transfer: [chunk.buffer] }));
    t.is(chunk.byteLength, 0);
  }
  t.true(moved.some(({ byteLength }) => byteLength >= 64 * 1024));
  t.is(Buffer.concat(moved).toString(), body);
});

test("the memory of a body in a program is never given away", async (t) => {
  // part of a larger buffer, as Node.js gives them
  const chunk = Buffer.from("..hello..").subarray(2, 7);
  const bodies = { "in memory": chunk, streamed: [chunk] };
  for (const [kind, content] of Object.entries(bodies)) {
    const mocked = createFetch({ transport: new MockTransport(() => new Received(200, { content })) });
    const buffer = await (await mocked("https://example.org/")).arrayBuffer();
    t.is(Buffer.from(structuredClone(buffer, { transfer: [buffer] })).toString(), "hello", kind);
    const { value } = await (await mocked("https://example.org/")).body!.getReader().read();
    t.is(Buffer.from(structuredClone(value!, { transfer: [value!.buffer] })).toString(), "hello", kind);
    t.is(chunk.toString(), "hello");
  }
});

test("a clone has the same body, in whatever order the two are read", async (t) => {
  await using server = await startHttpServer(answering(BODY));
  const response = await fetch(server.url);
  const clone = response.clone();
  const second = clone.clone();
  t.is(await clone.text(), BODY);
  t.is(await response.text(), BODY);
  t.is(await second.text(), BODY);
  t.is(clone.url, response.url);
});

test("a clone after body was asked for has the same body", async (t) => {
  await using server = await startHttpServer(answering(BODY));
  const response = await fetch(server.url);
  t.not(response.body, null);
  const clone = response.clone();
  const [own, other] = await Promise.all([response.text(), clone.text()]);
  t.is(own, BODY);
  t.is(other, BODY);
});

test("a change to the bytes of one does not reach its clone", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  const response = await fetch(server.url);
  const clone = response.clone();
  new Uint8Array(await response.arrayBuffer()).fill(0);
  t.is(await clone.text(), "hello");
});

test("cancelling one of two clones leaves the other its body, and cancelling both ends the exchange", async (t) => {
  const closings: string[] = [];
  let goOn = (): unknown => undefined;
  await using server = await startHttpServer((_request, response) => {
    response.on("close", () => closings.push("closed"));
    response.write("first ");
    goOn = () => response.write("second");
  });
  const response = await fetch(server.url);
  const clone = response.clone();
  const reader = clone.body!.getReader();
  await response.body!.cancel();
  goOn();
  let text = "";
  while (text.length < 12) text += new TextDecoder().decode((await reader.read()).value);
  t.is(text, "first second");
  t.deepEqual(closings, []);
  await reader.cancel();
  await eventually("the connection is closed", () => closings.length > 0);
});

test("a response is there at its head, and its body streams", async (t) => {
  let finish = (): void => undefined;
  await using server = await startHttpServer((_request, response) => {
    response.write("first");
    finish = () => response.end("last");
  });
  const response = await fetch(server.url);
  const reader = response.body!.getReader();
  t.is(new TextDecoder().decode((await reader.read()).value), "first");
  finish();
  t.is(new TextDecoder().decode((await reader.read()).value), "last");
  t.true((await reader.read()).done);
});

test("a stream that nobody reads stops the server, and is not read ahead", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 200 OK\r\n\r\n");
    while (await connection.send(Buffer.alloc(64 * 1024)));
  });
  const response = await fetch(server.url);
  const reader = response.body!.getReader();
  await reader.read();
  const sent = await steady(() => server.bytesSent);
  t.true(sent < 32 * 1024 * 1024, `${sent} bytes`);
  await reader.cancel();
});

test("a status beyond 599 is kept", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 799 Odd\r\nContent-Length: 2\r\n\r\nhi");
  });
  const response = await fetch(server.url);
  t.is(response.status, 799);
  t.is(response.statusText, "Odd");
  t.false(response.ok);
  t.is(await response.text(), "hi");
});

// Bodies that arrive in one piece with their heads, over real sockets: at any time and in any form, they equal the sent
// bytes. They lie in memory that later responses reuse, so each response is held while many others arrive.
import test from "ava";
import { AsyncClient, type Response } from "httpxide";
import { type HttpServer, startHttpServer } from "../helpers/http-server.js";

interface Kind {
  readonly name: string;
  readonly contentType: string;
  /** 17 bytes or more, different for each number. */
  readonly body: (number: number) => Buffer;
}

const kinds: readonly Kind[] = [
  {
    name: "ASCII",
    contentType: "application/json",
    body: (number) => Buffer.from(JSON.stringify({ number, padding: "x".repeat(number % 700) })),
  },
  {
    name: "UTF-8",
    contentType: "application/json; charset=utf-8",
    body: (number) => Buffer.from(JSON.stringify({ number, padding: "é".repeat(number % 700) })),
  },
  {
    name: "UTF-16 that is all ASCII bytes",
    contentType: "application/json; charset=utf-16le",
    body: (number) => Buffer.from(JSON.stringify({ number, padding: "x".repeat(number % 300) }), "utf16le"),
  },
];

/** Answers `/3` with the third body of that kind. */
function serve(kind: Kind): Promise<HttpServer> {
  return startHttpServer((request, response) => {
    response.setHeader("Content-Type", kind.contentType);
    response.end(kind.body(Number(request.url!.slice(1))));
  });
}

const textOf = (kind: Kind, number: number): string =>
  kind.body(number).toString(kind.contentType.endsWith("utf-16le") ? "utf16le" : "utf8");

for (const kind of kinds) {
  test(`a body read long after it arrived equals the sent bytes: ${kind.name}`, async (t) => {
    await using server = await serve(kind);
    await using client = new AsyncClient({ baseUrl: server.url, timeout: 60_000 });
    const held: Response[] = [];
    for (let round = 0; round < 5; round++) {
      const numbers = Array.from({ length: 100 }, (_, index) => round * 100 + index);
      held.push(...(await Promise.all(numbers.map((number) => client.get(`/${number}`)))));
    }
    for (const [number, response] of held.entries()) {
      const expected = kind.body(number);
      if (number % 3 === 0) t.deepEqual(Buffer.from(response.content), expected);
      if (number % 3 === 1) t.is(response.text, textOf(kind, number));
      if (number % 3 === 2) t.like(response.json(), { number });
      // Then in another form.
      t.deepEqual(Buffer.from(response.content), expected);
      t.is(response.text, textOf(kind, number));
      t.like(response.json(), { number });
    }
  });

  test(`a body is the same in every order of forms: ${kind.name}`, async (t) => {
    await using server = await serve(kind);
    await using client = new AsyncClient({ baseUrl: server.url });
    const looks = {
      content: (response: Response, number: number) =>
        t.deepEqual(Buffer.from(response.content), kind.body(number)),
      text: (response: Response, number: number) => t.is(response.text, textOf(kind, number)),
      json: (response: Response, number: number) => t.like(response.json(), { number }),
      aread: async (response: Response, number: number) =>
        t.deepEqual(Buffer.from(await response.aread()), kind.body(number)),
      aiterText: async (response: Response, number: number) => {
        let text = "";
        for await (const piece of response.aiterText(7)) text += piece;
        t.is(text, textOf(kind, number));
      },
    };
    for (const first of Object.values(looks)) {
      for (const second of Object.values(looks)) {
        const response = await client.get("/123");
        await first(response, 123);
        await second(response, 123);
      }
    }
  });
}

test("the bytes of a body have their own memory, and are the same each time", async (t) => {
  await using server = await serve(kinds[0]!);
  await using client = new AsyncClient({ baseUrl: server.url });
  for (const beforehand of ["nothing", "text", "another request"]) {
    const response = await client.get("/42");
    if (beforehand === "text") t.is(response.text, textOf(kinds[0]!, 42));
    if (beforehand === "another request") await client.get("/43");
    const { content } = response;
    t.is(content.buffer.byteLength, content.byteLength);
    t.is(content.byteOffset, 0);
    t.is(response.content, content);
    t.is(Object.prototype.toString.call(content), "[object Uint8Array]");
    t.false(Buffer.isBuffer(content));
  }
});

test("writing to the bytes of a body changes its text, unless the text was read before", async (t) => {
  await using server = await serve(kinds[0]!);
  await using client = new AsyncClient({ baseUrl: server.url });
  const response = await client.get("/7");
  response.content.fill(0x20);
  t.is(response.text.trim(), "");
  t.throws(() => response.json(), { instanceOf: SyntaxError });
});

test("ASCII bytes are decoded by an encoding that gives them another meaning", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.setHeader("Content-Type", "text/plain; charset=iso-2022-jp");
    response.end(Buffer.from("1b244246 7c4b5c 1b2842".replaceAll(" ", ""), "hex"));
  });
  await using client = new AsyncClient();
  t.is((await client.get(server.url)).text, "日本");
});

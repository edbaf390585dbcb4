// A request's body and its descriptive headers, made from content, data and json.
import { Readable } from "node:stream";
import test from "ava";
import { Request, RequestNotRead, StreamConsumed } from "httpxide";

type Options = ConstructorParameters<typeof Request>[2];

const form = "application/x-www-form-urlencoded";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: Uint8Array): string => new TextDecoder().decode(content);

/** The request's headers without Host. */
function bodyHeaders(request: Request): [string, string][] {
  return request.headers.raw.filter(([name]) => name !== "Host");
}

for (const [what, options, headers, body] of [
  ["text", { content: "Hello, world!" }, [["Content-Length", "13"]], "Hello, world!"],
  ["text beyond ASCII", { content: "naïve ☃" }, [["Content-Length", "10"]], "naïve ☃"],
  ["bytes", { content: bytes("Hello") }, [["Content-Length", "5"]], "Hello"],
  ["an ArrayBuffer", { content: bytes("Hello").buffer }, [["Content-Length", "5"]], "Hello"],
  [
    "a view of a part of a buffer",
    { content: new DataView(bytes("Hello").buffer, 1, 3) },
    [["Content-Length", "3"]],
    "ell",
  ],
  ["empty text", { content: "" }, [["Content-Length", "0"]], ""],
  ["no bytes", { content: new Uint8Array() }, [["Content-Length", "0"]], ""],
  ["nothing", {}, [["Content-Length", "0"]], ""],
  ["null everywhere", { content: null, data: null, json: null }, [["Content-Length", "0"]], ""],
  [
    "URLSearchParams",
    { content: new URLSearchParams({ a: "b c" }) },
    [
      ["Content-Length", "5"],
      ["Content-Type", form],
    ],
    "a=b+c",
  ],
  ...[
    [{ example: "test 123" }, "example=test+123"],
    [{ example: true }, "example=true"],
    [{ example: false }, "example=false"],
    [{ example: null }, "example="],
    [{ example: ["a", 1, true] }, "example=a&example=1&example=true"],
    [{ "a/b": "é&=%" }, "a%2Fb=%C3%A9%26%3D%25"],
    [{ example: [] }, ""],
    [{ "~-._*'()! ": "\x00\u007f☃" }, "~-._%2A%27%28%29%21+=%00%7F%E2%98%83"],
    [{ bytes: bytes("a b~/é"), list: [bytes("ÿ"), 1] }, "bytes=a+b~%2F%C3%A9&list=%C3%BF&list=1"],
  ].map(([data, encoded]) => [
    `the form ${JSON.stringify(data)}`,
    { data },
    [
      ["Content-Length", String((encoded as string).length)],
      ["Content-Type", form],
    ],
    encoded,
  ]),
  ["data that is text", { data: "Hello" }, [["Content-Length", "5"]], "Hello"],
  ["data that is bytes", { data: bytes("Hello") }, [["Content-Length", "5"]], "Hello"],
  ...[
    [{ Hello: "world!" }, '{"Hello":"world!"}'],
    [{ a: [1, null], b: { c: "ê é" } }, '{"a":[1,null],"b":{"c":"ê é"}}'],
    [{ b: 1, a: "</\u2028\x7f>" }, '{"b":1,"a":"</\u2028\x7f>"}'],
    ['\x00\b\t\n\f\r\x1f"\\', '"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\"'],
    ["\ud800", '"\\ud800"'],
    [0, "0"],
    [false, "false"],
    ["", '""'],
    [[], "[]"],
    [{}, "{}"],
    [{ at: new Date(Number.NaN), none: null, left: undefined }, '{"at":null,"none":null}'],
  ].map(([json, encoded]) => [
    `the JSON ${encoded as string}`,
    { json },
    [
      ["Content-Length", String(bytes(encoded as string).length)],
      ["Content-Type", "application/json"],
    ],
    encoded,
  ]),
  ["content before data and json", { content: "c", data: { d: 1 }, json: 1 }, [["Content-Length", "1"]], "c"],
  [
    "data before json",
    { data: { d: 1 }, json: 1 },
    [
      ["Content-Length", "3"],
      ["Content-Type", form],
    ],
    "d=1",
  ],
  [
    "json after an empty form",
    { data: {}, json: 1 },
    [
      ["Content-Length", "1"],
      ["Content-Type", "application/json"],
    ],
    "1",
  ],
] as [string, Options, [string, string][], string][]) {
  test(`${what} makes a body that is available at once, with its headers`, async (t) => {
    const request = new Request("POST", "http://example.org/", options);
    t.deepEqual(bodyHeaders(request), headers);
    t.is(text(request.content), body);
    t.is(text(await request.aread()), body);
  });
}

for (const [method, stated] of [
  ["POST", true],
  ["PUT", true],
  ["PATCH", true],
  ["GET", false],
  ["HEAD", false],
  ["OPTIONS", false],
  ["DELETE", false],
] as const) {
  test(`${method} without a body ${stated ? "states" : "does not state"} its length`, (t) => {
    const request = new Request(method, "http://example.org/");
    t.deepEqual(bodyHeaders(request), stated ? [["Content-Length", "0"]] : []);
  });
}

function* generated(): Generator<string | Uint8Array> {
  yield "Hello, ";
  yield bytes("world!");
}

async function* generatedLater(): AsyncGenerator<string | Uint8Array> {
  yield* generated();
}

for (const [what, make] of [
  ["a generator", generated],
  ["an async generator", generatedLater],
  ["a list of pieces", () => ["Hello, ", bytes("world!")]],
  ["a Node.js stream", () => Readable.from([Buffer.from("Hello, "), Buffer.from("world!")])],
  ["a web stream", () => new globalThis.Response("Hello, world!").body],
] as [string, () => AsyncIterable<Uint8Array>][]) {
  test(`${what} is sent chunked, and can be read on demand`, async (t) => {
    const request = new Request("POST", "http://example.org/", { content: make() });
    t.deepEqual(bodyHeaders(request), [["Transfer-Encoding", "chunked"]]);
    t.throws(() => request.content, { instanceOf: RequestNotRead });
    t.is(text(await request.aread()), "Hello, world!");
    t.is(text(request.content), "Hello, world!");
  });

  test(`${what} with a given Content-Length is not sent chunked`, (t) => {
    const headers = { "Content-Length": "13" };
    const request = new Request("POST", "http://example.org/", { content: make(), headers });
    t.deepEqual(bodyHeaders(request), [["Content-Length", "13"]]);
  });
}

test("a Blob is streamed with its length and type", async (t) => {
  const blob = new Blob(["Hello, ", "world!"], { type: "text/plain" });
  const request = new Request("POST", "http://example.org/", { content: blob });
  t.deepEqual(bodyHeaders(request), [
    ["Content-Length", "13"],
    ["Content-Type", "text/plain"],
  ]);
  t.is(text(await request.aread()), "Hello, world!");
});

test("FormData is sent as multipart, with the boundary of its type", async (t) => {
  const data = new FormData();
  data.set("field", "value");
  const request = new Request("POST", "http://example.org/", { content: data });
  const boundary = /^multipart\/form-data; ?boundary=(.+)$/.exec(
    request.headers.get("content-type") ?? "",
  )?.[1];
  t.truthy(boundary);
  const body = text(await request.aread());
  t.true(body.includes(`--${boundary}`));
  t.true(body.includes('name="field"'));
});

test("the caller's headers override those of the body", (t) => {
  const request = new Request("POST", "http://example.org/", {
    json: {},
    headers: { "content-type": "application/vnd.api+json" },
  });
  t.deepEqual(request.headers.getList("content-type"), ["application/vnd.api+json"]);
});

test("a generator that another request used up is refused; no empty body is sent", async (t) => {
  const content = generatedLater();
  const first = new Request("POST", "http://example.org/", { content });
  const second = new Request("POST", "http://example.org/", { content });
  await first.aread();
  t.is(text(await first.aread()), "Hello, world!", "once read, the bytes are kept");
  await t.throwsAsync(second.aread(), { instanceOf: StreamConsumed });
});

test("a list of pieces serves any number of requests", async (t) => {
  const content = ["Hello, ", "world!"];
  for (const attempt of [1, 2]) {
    const request = new Request("POST", "http://example.org/", { content });
    t.is(text(await request.aread()), "Hello, world!", `attempt ${attempt}`);
  }
});

test("a piece that is neither text nor bytes is a TypeError", async (t) => {
  const request = new Request("POST", "http://example.org/", { content: [1] as any });
  await t.throwsAsync(request.aread(), { instanceOf: TypeError, message: /piece of 'content'/ });
});

for (const content of [1, true, { a: 1 }, () => "x"]) {
  test(`content of ${typeof content === "function" ? "a function" : JSON.stringify(content)} is a TypeError`, (t) => {
    t.throws(() => new Request("POST", "http://example.org/", { content: content as any }), {
      instanceOf: TypeError,
      message: /^Unexpected type for 'content'/,
    });
  });
}

class Shape {
  toJSON(): unknown {
    return { area: Number.NaN };
  }
}

for (const [what, json] of [
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity in an object", { a: -Infinity }],
  ["NaN deep inside", { a: [{ b: null }, [1, { c: Number.NaN }]] }],
  ["NaN as an object", { a: Object(Number.NaN) as unknown }],
  ["NaN from toJSON", { a: new Shape() }],
] as [string, unknown][]) {
  test(`JSON with ${what} is refused`, (t) => {
    t.throws(() => new Request("POST", "http://example.org/", { json }), {
      instanceOf: RangeError,
      message: "Out of range float values are not JSON compliant",
    });
  });
}

for (const json of [() => 1, Symbol("x"), 1n]) {
  test(`JSON of a ${typeof json} is a TypeError`, (t) => {
    t.throws(() => new Request("POST", "http://example.org/", { json }), { instanceOf: TypeError });
  });
}

test("a cycle in JSON is a TypeError", (t) => {
  const json: Record<string, unknown> = { none: null };
  json["self"] = json;
  t.throws(() => new Request("POST", "http://example.org/", { json }), { instanceOf: TypeError });
});

test("a form field without a text form is a TypeError", (t) => {
  t.throws(() => new Request("POST", "http://example.org/", { data: { a: {} } as any }), {
    instanceOf: TypeError,
    message: /Expected primitive type/,
  });
});

test("a lone surrogate is sent as the replacement character, and counted as such", async (t) => {
  const request = new Request("POST", "http://example.org/", { content: "a\ud800b" });
  t.is(request.headers.get("content-length"), "5");
  t.is(text(await request.aread()), "a\ufffdb");
});

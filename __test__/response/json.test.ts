// JSON: the bytes determine its encoding (the 8 encodings and the byte order marks of HTTPX's own tests), and a parse
// error reports its position.
import test from "ava";
import { Request, Response, ResponseNotRead } from "httpxide";

const value = { greeting: "hello", recipient: "wörld 🌍" };

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at += 1) view.setUint16(at * 2, text.charCodeAt(at), littleEndian);
  return new Uint8Array(view.buffer);
}

function utf32(text: string, littleEndian: boolean): Uint8Array {
  const points = [...text].map((character) => character.codePointAt(0)!);
  const view = new DataView(new ArrayBuffer(points.length * 4));
  points.forEach((point, at) => view.setUint32(at * 4, point, littleEndian));
  return new Uint8Array(view.buffer);
}

const encodings: readonly [name: string, encode: (text: string) => Uint8Array][] = [
  ["UTF-8", (text) => new TextEncoder().encode(text)],
  ["UTF-16, little endian", (text) => utf16(text, true)],
  ["UTF-16, big endian", (text) => utf16(text, false)],
  ["UTF-32, little endian", (text) => utf32(text, true)],
  ["UTF-32, big endian", (text) => utf32(text, false)],
];

for (const [name, encode] of encodings) {
  for (const [mark, prefix] of [
    ["without a byte order mark", ""],
    ["with a byte order mark", "\ufeff"],
  ] as const) {
    test(`json() reads ${name} ${mark}`, (t) => {
      const content = encode(prefix + JSON.stringify(value));
      t.deepEqual(new Response(200, { content }).json(), value);
    });

    test(`json() reads ${name} ${mark} with any Content-Type`, (t) => {
      const headers = { "Content-Type": "application/json; charset=latin1" };
      const content = encode(prefix + JSON.stringify(value));
      t.deepEqual(new Response(200, { headers, content }).json(), value);
    });
  }
}

test("json() reads a body of one character", (t) => {
  t.is(new Response(200, { content: "7" }).json<number>(), 7);
});

const request = new Request("GET", "http://user:secret@example.org/items");

const faults: readonly [content: string | Uint8Array, message: string][] = [
  ["", "is not valid JSON: it is empty."],
  ["<html>", 'is not valid JSON: unexpected "<" at line 1, column 1, near "<html>".'],
  ['{"a": 1,}', 'is not valid JSON: unexpected "}" at line 1, column 9, near "{\\"a\\": 1,}".'],
  [
    '{\n  "a": tru\n}',
    'is not valid JSON: unexpected "t" at line 2, column 8, near "{\\n  \\"a\\": tru\\n}".',
  ],
  ['{"a": [1, 2', 'is not valid JSON: it ends too early at line 1, column 12, near "{\\"a\\": [1, 2".'],
  ["[1] x", 'is not valid JSON: unexpected "x" at line 1, column 5, near "[1] x".'],
  ['["a\tb"]', 'is not valid JSON: unexpected "\\t" at line 1, column 4, near "[\\"a\\tb\\"]".'],
  ["[NaN]", 'is not valid JSON: unexpected "N" at line 1, column 2, near "[NaN]".'],
  ["{a: 1}", 'is not valid JSON: unexpected "a" at line 1, column 2, near "{a: 1}".'],
  ["[1,]", 'is not valid JSON: unexpected "]" at line 1, column 4, near "[1,]".'],
  ['{"a" 1}', 'is not valid JSON: unexpected "1" at line 1, column 6, near "{\\"a\\" 1}".'],
  [Uint8Array.of(0x22, 0xff, 0x22), "is not valid JSON: its bytes are not valid UTF-8."],
];

for (const [content, message] of faults) {
  test(`json() reports the fault in ${JSON.stringify(String(content))}`, (t) => {
    const response = new Response(200, { content, request });
    const subject = "The body of the response to GET http://[secure]@example.org/items (200 OK)";
    const error = t.throws(() => response.json(), { instanceOf: SyntaxError });
    t.is(error.message, `${subject} ${message}`);
    t.truthy(error.cause);
  });
}

test("json() refuses four zero bytes", (t) => {
  t.throws(() => new Response(200, { content: new Uint8Array(4) }).json(), { instanceOf: SyntaxError });
});

test("json() shows only the text around the fault", (t) => {
  const response = new Response(200, { content: `["${"x".repeat(1000)}", oops, "${"y".repeat(1000)}"]` });
  const error = t.throws(() => response.json(), { instanceOf: SyntaxError });
  t.true(error.message.length < 200);
  t.regex(error.message, /unexpected "o" at line 1, column 1006/);
});

test("json() of a streamed response must be read first", async (t) => {
  const response = new Response(200, {
    content: (async function* () {
      yield "[1]";
    })(),
  });
  t.throws(() => response.json(), { instanceOf: ResponseNotRead });
  await response.aread();
  t.deepEqual(response.json(), [1]);
});

test("a response made with json has compact JSON, with its type and length", (t) => {
  const response = new Response(200, { json: value });
  t.is(response.text, JSON.stringify(value));
  t.deepEqual(response.headers.raw, [
    ["Content-Length", String(response.content.byteLength)],
    ["Content-Type", "application/json"],
  ]);
});

test("json() finds the fault in a very long string", (t) => {
  const content = `"${"\\n".repeat(5_000_000)}\u0001"`;
  const error = t.throws(() => new Response(200, { content }).json(), { instanceOf: SyntaxError });
  t.regex(error.message, /unexpected "\\u0001" at line 1, column 10000002/);
});

/**
 * Refused `files` and `data`, before the request is sent: invalid types, with HTTPX's messages where it has some, and
 * part headers that would break out of their line.
 */
import test from "ava";
import { Headers, LocalProtocolError, Request, type RequestOptions } from "httpxide";

function build(options: object): () => Request {
  return () => new Request("POST", "http://h/", options as RequestOptions);
}

for (const [name, words] of [
  [1, /^Invalid type for name\. Expected str, got number: 1$/],
  [2.3, /^Invalid type for name\. Expected str, got number: 2\.3$/],
  [null, /^Invalid type for name\. Expected str, got object: null$/],
  [undefined, /^Invalid type for name\. Expected str, got undefined: undefined$/],
] as const) {
  test(`${String(name)} as the name of a file is a TypeError`, (t) => {
    t.throws(build({ files: [[name, "x"]] }), { instanceOf: TypeError, message: words });
  });
}

for (const [what, value] of [
  ["an object", { key: "value" }],
  ["a list in a list", [["a"]]],
  ["a function", () => "x"],
  ["a Blob", new Blob(["x"])],
] as const) {
  test(`${what} as the value of a field is a TypeError`, (t) => {
    t.throws(build({ data: { text: value }, files: { f: "x" } }), {
      instanceOf: TypeError,
      message: /^Invalid type for value of "text" in data\. Expected primitive type, got/,
    });
  });
}

for (const [what, file] of [
  ["null", null],
  ["undefined", undefined],
  ["a number", 5],
  ["a boolean", true],
  ["a plain object", { a: 1 }],
  ["a function", () => "x"],
  ["a name with null", ["a.txt", null]],
  ["a name with a number", ["a.txt", 5]],
] as const) {
  test(`${what} as a file is a TypeError`, (t) => {
    t.throws(build({ files: { f: file } }), {
      instanceOf: TypeError,
      message: /^Unexpected type for a file of 'files', /,
    });
  });
}

for (const file of [["text"], [null], ["a", "b", "c", {}, "e"]]) {
  test(`${JSON.stringify(file)} is neither a file with its name nor a list of files`, (t) => {
    t.throws(build({ files: { f: file } }), {
      instanceOf: TypeError,
      message: /\[filename, content, contentType\?, headers\?\]/,
    });
  });
}

for (const [what, files] of [
  ["text", "a.txt"],
  ["a number", 5],
  ["bytes", new Uint8Array(4)],
  ["a Blob", new Blob(["x"])],
] as const) {
  test(`files that are ${what} are a TypeError, not a request without them`, (t) => {
    t.throws(build({ files }), { instanceOf: TypeError, message: /^Unexpected type for 'files'/ });
  });
}

test("files in a list that are not pairs are a TypeError", (t) => {
  for (const files of [["a"], [["a", "b", "c"]], [["a"]], [new Blob([])]]) {
    t.throws(build({ files }), { instanceOf: TypeError, message: /pairs of a name and a file/ });
  }
});

test("a piece that is neither text nor bytes is a TypeError", async (t) => {
  const request = new Request("POST", "http://h/", { files: { f: [null, [1] as never] } });
  await t.throwsAsync(request.aread(), {
    instanceOf: TypeError,
    message: "Unexpected type for a piece of 'files': a number",
  });
});

for (const [what, file, code] of [
  ["a line break in a header", ["a", "x", "a/b", { "X-A": "1\r\nX-B: 2" }], "ERR_INVALID_HEADER_VALUE"],
  ["a lone CR in a header", ["a", "x", "a/b", { "X-A": "1\r2" }], "ERR_INVALID_HEADER_VALUE"],
  ["a lone LF in a header", ["a", "x", "a/b", { "X-A": "1\n2" }], "ERR_INVALID_HEADER_VALUE"],
  ["NUL in a header", ["a", "x", "a/b", { "X-A": "1\0" }], "ERR_INVALID_HEADER_VALUE"],
  ["a line break in a type", ["a", "x", "a/b\r\n\r\nbody"], "ERR_INVALID_HEADER_VALUE"],
  ["a line break in a header's name", ["a", "x", "a/b", { "X-A: 1\r\nX-B": "2" }], "ERR_INVALID_HEADER_NAME"],
  ["a colon in a header's name", ["a", "x", "a/b", { "X:A": "2" }], "ERR_INVALID_HEADER_NAME"],
  ["an empty header name", ["a", "x", "a/b", { "": "2" }], "ERR_INVALID_HEADER_NAME"],
] as const) {
  test(`${what} of a part is a LocalProtocolError`, (t) => {
    const error = t.throws(build({ files: { f: file } }), { instanceOf: LocalProtocolError });
    t.is((error as LocalProtocolError).code, code);
    t.notRegex(error.message, /[\r\n]/);
  });
}

test("a part header that is not text is a TypeError", (t) => {
  t.throws(build({ files: { f: ["a", "x", null, { "X-A": 5 }] } }), {
    instanceOf: TypeError,
    message: "Header value must be a string, not a number.",
  });
});

for (const [what, headers, words] of [
  ["a promise", Promise.resolve({ "X-A": "1" }), /a promise: await it first/],
  ["a Date", new Date(0), /a Date/],
  ["a number", 5, /a number/],
  ["text", "X-A: 1", /a string/],
  ["a function", () => ({ "X-A": "1" }), /a function/],
  ["a list of texts", ["X-A", "1"], /pairs of a name and a value, not a string/],
] as const) {
  test(`${what} as the headers of a file is a TypeError that names them`, (t) => {
    const error = t.throws(build({ files: { f: ["a.txt", "x", "text/plain", headers] } }), {
      instanceOf: TypeError,
      message: words,
    });
    t.regex(error.message, /^The headers of a file in 'files'/);
  });
}

for (const [what, headers] of [
  ["a record", { "X-A": "1", "X-B": ["2", "3"], "X-C": undefined }],
  [
    "pairs",
    [
      ["X-A", "1"],
      ["X-B", "2"],
      ["X-B", "3"],
    ],
  ],
  [
    "a Map",
    new Map([
      ["X-A", "1"],
      ["X-B", "2"],
    ]),
  ],
  [
    "Headers",
    new Headers([
      ["X-A", "1"],
      ["X-B", "2"],
    ]),
  ],
  ["the platform's Headers", new globalThis.Headers({ "X-A": "1", "X-B": "2" })],
] as const) {
  test(`${what} as the headers of a file are sent`, async (t) => {
    const request = build({ files: { f: ["a.txt", "x", "text/plain", headers] } })();
    const body = new TextDecoder().decode(await request.aread());
    t.regex(body, /\r\nx-a: 1\r\nx-b: 2\r\n(x-b: 3\r\n)?content-type: text\/plain\r\n\r\nx\r\n/i);
  });
}

// Query parameters: the multi-dict, its text, and merging params into a URL.
import test from "ava";
import { AsyncClient, QueryParams, Request } from "httpxide";

const repeated = [
  ["a", "123"],
  ["a", "456"],
  ["b", "789"],
] as const;

for (const [kind, init] of [
  ["a string", "a=123&a=456&b=789"],
  ["a record with lists", { a: ["123", "456"], b: 789 }],
  ["pairs", repeated],
  ["URLSearchParams", new URLSearchParams("a=123&a=456&b=789")],
  ["other QueryParams", new QueryParams("a=123&b=789&a=456")],
] as [string, ConstructorParameters<typeof QueryParams>[0]][]) {
  test(`query parameters made from ${kind} are a multi-dict`, (t) => {
    const params = new QueryParams(init);
    t.true(params.has("a"));
    t.false(params.has("A"));
    t.is(params.get("a"), "123");
    t.is(params.get("nope"), null);
    t.deepEqual(params.getList("a"), ["123", "456"]);
    t.deepEqual([...params.keys()], ["a", "b"]);
    t.deepEqual([...params.values()], ["123", "789"]);
    t.deepEqual(
      [...params.entries()],
      [
        ["a", "123"],
        ["b", "789"],
      ],
    );
    t.deepEqual(params.multiItems(), repeated as unknown as [string, string][]);
    t.is(params.size, 2);
    t.is(String(params), "a=123&a=456&b=789");
  });
}

test("no parameters make an empty text", (t) => {
  for (const init of [undefined, null, "", {}, []]) t.is(String(new QueryParams(init)), "");
});

for (const [value, text] of [
  [true, "a=true"],
  [false, "a=false"],
  ["", "a="],
  [null, "a="],
  [undefined, "a="],
  [1.23, "a=1.23"],
  [123, "a=123"],
  [12_345_678_901_234_567_890n, "a=12345678901234567890"],
  [[1, true, "x"], "a=1&a=true&a=x"],
  [[], ""],
  ["with spaces", "a=with+spaces"],
  ["with%20spaces", "a=with%2520spaces"],
  ["é/~*", "a=%C3%A9%2F~%2A"],
  ["!'()-_.", "a=%21%27%28%29-_."],
  ["b c&d=e/f+", "a=b+c%26d%3De%2Ff%2B"],
  ["\ud800", "a=%EF%BF%BD"],
] as const) {
  const shown = typeof value === "bigint" ? String(value) : JSON.stringify(value);
  test(`a parameter of ${shown} is written ${JSON.stringify(text)}`, (t) => {
    t.is(String(new QueryParams({ a: value })), text);
  });
}

test("a parameter without a text form is a TypeError, and one with its own text form is not", (t) => {
  for (const value of [{}, () => 1, Symbol("x"), [["nested"]]]) {
    t.throws(() => new QueryParams({ a: value as any }), {
      instanceOf: TypeError,
      message: /Expected primitive type/,
    });
  }
  t.is(new QueryParams({ a: new URL("http://h/") as any }).get("a"), "http://h/");
});

test("changes return a copy", (t) => {
  const params = new QueryParams("a=1&b=2");
  t.is(String(params.set("a", 3)), "a=3&b=2");
  t.is(String(params.set("c", 3)), "a=1&b=2&c=3");
  t.is(String(params.add("a", 3)), "a=1&a=3&b=2");
  t.is(String(params.remove("a")), "b=2");
  t.is(String(params.merge({ b: 3, c: [4, 5] })), "a=1&b=3&c=4&c=5");
  t.is(String(params), "a=1&b=2");
});

test("blank values are kept, and a semicolon is no separator", (t) => {
  t.deepEqual(new QueryParams("a=&b&c=1;d=2").multiItems(), [
    ["a", ""],
    ["b", ""],
    ["c", "1;d=2"],
  ]);
});

for (const [url, params, expected] of [
  ["http://h/", { a: 1 }, "http://h/?a=1"],
  ["http://h/?z=9", { a: 1 }, "http://h/?z=9&a=1"],
  ["http://h/?a=9&z=9", { a: 1 }, "http://h/?a=1&z=9"],
  ["http://h/?a=8&z=9&a=9", { a: [1, 2] }, "http://h/?a=1&a=2&z=9"],
  ["http://h/?a=8&z=9", { a: [] }, "http://h/?z=9"],
  ["http://h/?a=8", { a: [] }, "http://h/"],
  ["http://h/?z=9", {}, "http://h/?z=9"],
  ["http://h/?z=9", null, "http://h/?z=9"],
  ["http://h/?z=9", undefined, "http://h/?z=9"],
  ["http://h/?", { a: 1 }, "http://h/?a=1"],
  ["http://h/?z=a%20b+c%2f", { a: "b c" }, "http://h/?z=a%20b+c%2f&a=b+c"],
  ["http://h/?a%20b=1&%61=2", { "a b": 3, a: 4 }, "http://h/?a+b=3&a=4"],
  ["http://h/x?z=9#frag?a=1", { a: 1 }, "http://h/x?z=9&a=1#frag?a=1"],
  ["http://h/x", "a=b c&d=é", "http://h/x?a=b+c&d=%C3%A9"],
  ["http://h/x", new URLSearchParams("a=1"), "http://h/x?a=1"],
] as [string, ConstructorParameters<typeof QueryParams>[0], string][]) {
  test(`params ${JSON.stringify(params)} in ${url} make ${expected}`, (t) => {
    t.is(new Request("GET", url, { params }).url.href, expected);
    t.is(new AsyncClient().buildRequest("GET", url, { params }).url.href, expected);
  });
}

test("the client's params join every URL, and the request's override them", (t) => {
  const client = new AsyncClient({ params: { a: 1, b: 2 } });
  const href = (url: string, params?: Record<string, unknown>): string =>
    client.buildRequest("GET", url, { params: params as any }).url.href;
  t.is(href("http://h/"), "http://h/?a=1&b=2");
  t.is(href("http://h/", { b: 3, c: 4 }), "http://h/?a=1&b=3&c=4");
  t.is(href("http://h/?z=9"), "http://h/?z=9&a=1&b=2");
});

test("the client's params may be given as a string", (t) => {
  const client = new AsyncClient({ params: "a=b" });
  t.is(client.buildRequest("GET", "http://h/").url.href, "http://h/?a=b");
});

// Arguments of a wrong type without fields are refused: the request would be sent without them.
import test from "ava";
import { AsyncClient, MockTransport, Request, Response } from "httpxide";
import { type Echo, startHttpServer } from "../helpers/http-server.js";

const client = new AsyncClient({ transport: new MockTransport(() => new Response(200)) });

class Credentials {
  readonly #user = "ada";
  get user(): string {
    return this.#user;
  }
}

const lost: Record<string, [value: unknown, words: RegExp]> = {
  "a promise": [Promise.resolve({ user: "ada" }), /a promise: await it first/],
  "a thenable with fields": [
    // oxlint-disable-next-line unicorn/no-thenable -- what query builders are
    { then: () => undefined, id: 1, __proto__: Credentials.prototype },
    /await it first/,
  ],
  "a Date": [new Date(0), /a Date/],
  "a URL": [new URL("http://example.org/?user=ada"), /a URL/],
  "a Response of fetch": [new globalThis.Response("user=ada"), /a Response: read its body first/],
  "a Response of httpxide": [new Response(200, { text: "user=ada" }), /a Response: read its body first/],
  "an object without fields of its own": [new Credentials(), /a Credentials/],
  "an error": [new Error("no"), /an Error/],
  "a WeakMap": [new WeakMap(), /a WeakMap/],
};

for (const argument of ["data", "headers", "params", "cookies", "files", "extensions"] as const) {
  for (const [name, [value, words]] of Object.entries(lost)) {
    test(`${argument}: ${name} is refused, by name`, async (t) => {
      const options = { [argument]: value } as object;
      const expected = { instanceOf: TypeError, message: new RegExp(`^'?${argument}.*${words.source}`) };
      await t.throwsAsync(client.post("http://h/", options), expected);
      t.throws(() => new Request("POST", "http://h/", options), expected);
    });
  }
}

for (const argument of [
  "headers",
  "params",
  "cookies",
  "timeout",
  "limits",
  "verify",
  "eventHooks",
  "mounts",
]) {
  test(`${argument} of a client: a promise is refused`, (t) => {
    t.throws(() => new AsyncClient({ [argument]: Promise.resolve({}) }), {
      instanceOf: TypeError,
      message: /not a promise: await it first/,
    });
  });
}

for (const property of ["headers", "params", "cookies", "timeout", "eventHooks"] as const) {
  test(`client.${property} = a promise is refused, and the previous value stays`, (t) => {
    const other = new AsyncClient({
      headers: { a: "b" },
      params: { a: "b" },
      cookies: { a: "b" },
      timeout: 7,
    });
    t.throws(() => (other[property] = Promise.resolve({}) as never), { instanceOf: TypeError });
    t.is(other.headers.get("a"), "b");
    t.is(other.params.get("a"), "b");
    t.is(other.cookies.get("a"), "b");
    t.is(other.timeout.read, 7);
  });
}

for (const [name, value] of Object.entries({
  "a promise": Promise.resolve({}),
  "a Map": new Map([["a", 1]]),
  "a Set": new Set([1]),
  "a Response": new globalThis.Response("{}"),
  "a FormData": new FormData(),
  URLSearchParams: new URLSearchParams("a=1"),
  "an object without fields": new Credentials(),
})) {
  test(`json: ${name} is refused`, async (t) => {
    await t.throwsAsync(client.post("http://h/", { json: value }), {
      instanceOf: TypeError,
      message: /^json must/,
    });
    t.throws(() => new Response(200, { json: value }), { instanceOf: TypeError, message: /^json must/ });
  });
}

/** What a database's query is: its fields are its own, and it stands for rows. */
const query = {
  table: "users",
  // oxlint-disable-next-line unicorn/no-thenable -- what query builders are
  then: () => undefined,
  toString: () => "select * from users",
};

for (const [name, value] of Object.entries({
  "a thenable with fields": query,
  // oxlint-disable-next-line unicorn/no-thenable -- what query builders are
  "a thenable with nothing but then": { then: query.then },
  "an Intl.NumberFormat": new Intl.NumberFormat(),
  "an Intl.DateTimeFormat": new Intl.DateTimeFormat(),
})) {
  test(`json: ${name} is refused, also deep inside`, async (t) => {
    const refused = { instanceOf: TypeError, message: /^json must/, code: "ERR_INVALID_ARG_TYPE" };
    await t.throwsAsync(client.post("http://h/", { json: value }), refused);
    if (value === query) return;
    await t.throwsAsync(client.post("http://h/", { json: { a: [value] } }), {
      ...refused,
      message: /^json\.a\.0 must/,
    });
  });
}

for (const argument of ["params", "headers", "cookies", "files"] as const) {
  for (const [name, value] of Object.entries({
    "a list of names": ["a"],
    "a Set": new Set(["ab"]),
    "a String object": new String("ab"),
    bytes: new Uint8Array([1, 2]),
    "pairs with a third": [["a", "b", "c"]],
  })) {
    test(`${argument}: ${name} is refused, by name, and not taken for pairs`, async (t) => {
      await t.throwsAsync(client.get("http://h/", { [argument]: value }), {
        instanceOf: TypeError,
        message: new RegExp(`^(${argument} given as a list must be pairs|Unexpected type for '${argument}')`),
        code: "ERR_INVALID_ARG_TYPE",
      });
    });
  }

  test(`${argument}: a Map is taken as pairs`, (t) => {
    t.notThrows(() => client.buildRequest("POST", "http://h/", { [argument]: new Map([["a", "b"]]) }));
  });
}

test("files: a FormData is refused, because it is content", async (t) => {
  await t.throwsAsync(client.post("http://h/", { files: new FormData() as never }), {
    instanceOf: TypeError,
    message: "Unexpected type for 'files', a FormData: give it as content",
  });
});

for (const [name, value] of Object.entries({
  bytes: new Uint8Array([1, 2]),
  "a thenable with a text": query,
  "an invalid Date": new Date(NaN),
  "a Set": new Set(["a"]),
})) {
  test(`a value of params that is ${name} is refused, with its key`, (t) => {
    t.throws(() => client.buildRequest("GET", "http://h/", { params: { key: value as never } }), {
      instanceOf: TypeError,
      message: /^Invalid type for value of "key" in params\. Expected primitive type, got /,
    });
  });
}

test("a Date in params and data is sent in the form of ISO 8601", async (t) => {
  await using server = await startHttpServer();
  await using over = new AsyncClient();
  const when = new Date(0);
  const response = await over.post(server.url, { params: { when } as never, data: { when } as never });
  const { path, body } = response.json<Echo>();
  t.is(path, "/?when=1970-01-01T00%3A00%3A00.000Z");
  t.is(body, "when=1970-01-01T00%3A00%3A00.000Z");
});

test("json: a promise or a Map deep inside is refused, with its path", async (t) => {
  const deep = { users: [{ name: "Ada", roles: new Map([["admin", true]]) }] };
  await t.throwsAsync(client.post("http://h/", { json: deep }), {
    instanceOf: TypeError,
    message: /^json\.users\.0\.roles must .*Object\.fromEntries/,
  });
  await t.throwsAsync(client.post("http://h/", { json: { user: Promise.resolve("Ada") } }), {
    instanceOf: TypeError,
    message: /^json\.user must .*await it first/,
  });
});

test("json: empty values and nested objects are sent as JSON.stringify() writes them", async (t) => {
  await using server = await startHttpServer();
  await using over = new AsyncClient();
  const bodies: [value: unknown, text: string][] = [
    [{}, "{}"],
    [Object.create(null), "{}"],
    [{ a: {}, b: [{}], c: new Date(0) }, '{"a":{},"b":[{}],"c":"1970-01-01T00:00:00.000Z"}'],
    [{ error: new Error("lost as everywhere"), marker: new Credentials() }, '{"error":{},"marker":{}}'],
    [
      { count: Object(1), empty: new Uint8Array(0), url: new URL("http://h/") },
      '{"count":1,"empty":{},"url":"http://h/"}',
    ],
  ];
  for (const [value, text] of bodies) {
    const response = await over.post(server.url, { json: value });
    t.is(response.json<Echo>().body, text);
  }
});

test("data and content: a Map is refused, with advice", async (t) => {
  const map = new Map([["a", "b"]]);
  for (const options of [{ data: map }, { content: map }]) {
    await t.throwsAsync(client.post("http://h/", options as object), {
      instanceOf: TypeError,
      message: /a Map: Object\.fromEntries/,
    });
  }
});

test("content: a promise or a response is refused, with advice", async (t) => {
  await t.throwsAsync(client.post("http://h/", { content: Promise.resolve("a") as never }), {
    instanceOf: TypeError,
    message: /'content', a promise: await it first/,
  });
  await t.throwsAsync(client.post("http://h/", { content: new globalThis.Response("a") as never }), {
    instanceOf: TypeError,
    message: /'content', a Response: read its body first/,
  });
});

test("files: the promise of a file is refused, with advice", async (t) => {
  await t.throwsAsync(client.post("http://h/", { files: { photo: Promise.resolve("x") as never } }), {
    instanceOf: TypeError,
    message: /a file of 'files', a promise: await it first/,
  });
});

test("records of every kind stay records", async (t) => {
  await using server = await startHttpServer();
  await using over = new AsyncClient();
  class Form {
    user = "ada";
  }
  const bare = Object.assign(Object.create(null) as object, { user: "ada" });
  for (const record of [{ user: "ada" }, bare, new Form()]) {
    const response = await over.post(server.url, { data: record as never });
    t.is(response.json<Echo>().body, "user=ada");
    await over.get(server.url, {
      params: record as never,
      headers: record as never,
      cookies: record as never,
    });
    t.is(server.requests.at(-1)?.path, "/?user=ada");
  }
  await over.get(server.url, { params: {}, headers: {}, cookies: {}, data: {}, files: {} });
  t.is(server.requests.at(-1)?.path, "/");
});

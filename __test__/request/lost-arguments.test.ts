// Arguments of a wrong type without fields are refused: the request would be sent without them.
import test from "ava";
import {
  AsyncClient,
  BasicAuth,
  Cookies,
  Headers,
  MockTransport,
  QueryParams,
  Request,
  Response,
  Timeout,
} from "httpxide";
import { Credentials } from "../helpers/credentials.js";
import { type Echo, startHttpServer } from "../helpers/http-server.js";

const client = new AsyncClient({ transport: new MockTransport(() => new Response(200)) });

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
  "a client": [
    new AsyncClient({ transport: new MockTransport() }),
    /an AsyncClient: a client has nothing to send/,
  ],
  "an Auth": [new BasicAuth("ada", "secret"), /a BasicAuth: give it as auth/],
  "a Timeout": [new Timeout(5), /a Timeout: give it as timeout/],
  "a transport": [new MockTransport(), /a MockTransport: give it to a client as transport/],
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

/** What a database's query is: its fields are its own, and it stands for rows. */
const query = {
  table: "users",
  // oxlint-disable-next-line unicorn/no-thenable -- what query builders are
  then: () => undefined,
  toString: () => "select * from users",
};

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

test("data and content: a Map is refused, with advice", async (t) => {
  const map = new Map([["a", "b"]]);
  for (const options of [{ data: map }, { content: map }]) {
    await t.throwsAsync(client.post("http://h/", options as object), {
      instanceOf: TypeError,
      message: /a Map: Object\.fromEntries/,
    });
  }
});

test("data and content: headers, params and cookies of this package are refused, with advice", async (t) => {
  for (const pairs of [new Headers({ a: "b" }), new QueryParams({ a: "b" }), new Cookies({ a: "b" })]) {
    for (const options of [{ data: pairs }, { content: pairs }]) {
      await t.throwsAsync(client.post("http://h/", options as object), {
        instanceOf: TypeError,
        message: /: Object\.fromEntries\(\) makes an object of it$/,
        code: "ERR_INVALID_ARG_TYPE",
      });
    }
  }
});

test("a Proxy of a Map is refused, by the name of the argument", async (t) => {
  const map = new Proxy(new Map([["a", "b"]]), {});
  for (const argument of ["params", "headers", "cookies", "files"]) {
    await t.throwsAsync(client.post("http://h/", { [argument]: map }), {
      instanceOf: TypeError,
      message: new RegExp(`^${argument} cannot be iterated: `),
      code: "ERR_INVALID_ARG_TYPE",
    });
  }
  for (const argument of ["data", "content"]) {
    await t.throwsAsync(client.post("http://h/", { [argument]: map }), {
      instanceOf: TypeError,
      message: /a Map: Object\.fromEntries/,
      code: "ERR_INVALID_ARG_TYPE",
    });
  }
  await using server = await startHttpServer();
  await using over = new AsyncClient();
  await t.throwsAsync(over.post(server.url, { content: new Proxy(new Set(["a"]), {}) }), {
    instanceOf: TypeError,
    message: /^content cannot be iterated: /,
    code: "ERR_INVALID_ARG_TYPE",
  });
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

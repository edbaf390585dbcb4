// Values of json of which JSON.stringify() writes something else than what they stand for are refused.
import test from "ava";
import {
  AppTransport,
  AsyncClient,
  AsyncHTTPTransport,
  BasicAuth,
  Cookies,
  DigestAuth,
  Headers,
  Limits,
  MockTransport,
  Proxy as HTTPProxy,
  QueryParams,
  ReplayTransport,
  Request,
  Response,
  RetryTransport,
  Timeout,
} from "httpxide";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { runInNewContext } from "node:vm";
import { Credentials } from "../helpers/credentials.js";
import { type Echo, startHttpServer } from "../helpers/http-server.js";

const client = new AsyncClient({ transport: new MockTransport(() => new Response(200)) });

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

const READ = "read its body first, and give that";

/** Objects of this package, and the advice for each. */
const own: Record<string, [value: object, advice: string]> = {
  Response: [new Response(200, { json: { user: "ada" } }), READ],
  Request: [new Request("GET", "http://h/"), READ],
  AsyncClient: [client, "a client has nothing to send"],
  BasicAuth: [new BasicAuth("ada", "secret"), "give it as auth"],
  DigestAuth: [new DigestAuth("ada", "secret"), "give it as auth"],
  Headers: [new Headers({ a: "b" }), "Object.fromEntries() makes an object of it"],
  QueryParams: [new QueryParams({ a: "b" }), "Object.fromEntries() makes an object of it"],
  Proxy: [new HTTPProxy("http://h:1"), "give it as proxy"],
  MockTransport: [new MockTransport(), "give it to a client as transport"],
  AppTransport: [new AppTransport(() => new globalThis.Response()), "give it to a client as transport"],
  AsyncHTTPTransport: [new AsyncHTTPTransport(), "give it to a client as transport"],
  RetryTransport: [new RetryTransport(new MockTransport()), "give it to a client as transport"],
};

const refused = (message: string) => ({
  instanceOf: TypeError,
  message,
  code: "ERR_INVALID_ARG_TYPE",
});

for (const [name, [value, advice]] of Object.entries(own)) {
  test(`json: an object of the class ${name} is refused, also deep inside`, async (t) => {
    const article = /^[AEIO]/.test(name) ? "an" : "a";
    const words = `must be an object with fields of its own, not ${article} ${name}: ${advice}.`;
    await t.throwsAsync(client.post("http://h/", { json: value }), refused(`json ${words}`));
    await t.throwsAsync(client.post("http://h/", { json: { a: [value] } }), refused(`json.a.0 ${words}`));
    t.throws(() => new Response(200, { json: value }), refused(`json ${words}`));
  });
}

for (const [name, value] of Object.entries({
  Timeout: new Timeout(5),
  Limits: new Limits(),
  ReplayTransport: new ReplayTransport("unused.json"),
})) {
  test(`json: a ${name} is refused as the body; its fields are data inside one`, async (t) => {
    await t.throwsAsync(client.post("http://h/", { json: value }), {
      instanceOf: TypeError,
      message: new RegExp(`^json must be an object with fields of its own, not a ${name}: give it`),
      code: "ERR_INVALID_ARG_TYPE",
    });
    const { content } = client.buildRequest("POST", "http://h/", { json: { settings: value } });
    t.deepEqual(JSON.parse(new TextDecoder().decode(content)), { settings: { ...value } });
  });
}

test("json: cookies are sent in the form of their toJSON()", (t) => {
  const cookies = new Cookies({ a: "b" });
  const { content } = client.buildRequest("POST", "http://h/", { json: cookies });
  t.deepEqual(JSON.parse(new TextDecoder().decode(content)), cookies.toJSON());
});

for (const bytes of [
  new Uint8Array([1, 2]),
  new Uint8Array([1, 2]).buffer,
  Buffer.from('{"a":1}'),
  new Float32Array(2),
  new DataView(new ArrayBuffer(2)),
]) {
  test(`json: a ${bytes.constructor.name} is refused, because bytes are content`, async (t) => {
    await t.throwsAsync(client.post("http://h/", { json: bytes }), {
      ...refused(""),
      message: /^json must be an object with fields of its own, not an? \w+: give bytes as content\.$/,
    });
  });
}

for (const [name, value] of Object.entries({
  "a stream of Node.js": Readable.from(["a"]),
  "an open file": createReadStream(import.meta.filename ?? new URL(import.meta.url)),
  "a web stream": new ReadableStream(),
  "an async generator": (async function* () {
    yield "a";
  })(),
})) {
  test(`json: ${name} is refused, because it has not been read`, async (t) => {
    await t.throwsAsync(client.post("http://h/", { json: value }), {
      ...refused(""),
      message: /^json must .*: read it first, or give it as content\.$/,
    });
  });
}

test("json: a toJSON() that returns a promise is refused, also deep inside", async (t) => {
  class User {
    async toJSON(): Promise<object> {
      return { user: "ada" };
    }
  }
  const words = "toJSON() of a User returned a promise: await it first.";
  await t.throwsAsync(client.post("http://h/", { json: new User() }), refused(`json: ${words}`));
  await t.throwsAsync(client.post("http://h/", { json: [{ a: new User() }] }), refused(`json.0.a: ${words}`));
});

test("json: what a toJSON() returns is looked at as well", async (t) => {
  const user = { toJSON: () => ({ roles: new Map([["admin", true]]) }) };
  await t.throwsAsync(client.post("http://h/", { json: { user } }), {
    ...refused(""),
    message: /^json\.user\.roles must .*not a Map/,
  });
  const empty = { user: { toJSON: () => ({}) }, when: { toJSON: () => "now" } };
  const { content } = client.buildRequest("POST", "http://h/", { json: empty });
  t.is(new TextDecoder().decode(content), '{"user":{},"when":"now"}');
});

test("json: bytes deep inside that would be lost are refused", async (t) => {
  for (const lost of [new DataView(new ArrayBuffer(2)), new ArrayBuffer(2), new Blob(["a"])]) {
    await t.throwsAsync(client.post("http://h/", { json: { lost } }), {
      ...refused(""),
      message: /^json\.lost must /,
    });
  }
});

test("json: a Proxy of a Map or of a promise is refused as the Map and the promise are", async (t) => {
  for (const inside of [new Map([["a", 1]]), new Set([1]), Promise.resolve(1)]) {
    await t.throwsAsync(client.post("http://h/", { json: new Proxy(inside, {}) }), {
      ...refused(""),
      message: /^json must be an object with fields of its own, not a (Map|Set|promise)/,
    });
  }
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
  for (const lost of [
    new Error("a reason"),
    new (class Failure extends Error {})("a reason"),
    Object.assign(new Error("a reason"), { code: "E_REASON", status: 500 }),
    new (class Coded extends Error {
      readonly code = "E_REASON";
    })("a reason"),
    runInNewContext(`Object.assign(new RangeError("a reason"), { code: 1 })`),
  ]) {
    await t.throwsAsync(client.post("http://h/", { json: { event: { error: lost } } }), {
      instanceOf: TypeError,
      code: "ERR_INVALID_ARG_TYPE",
      message: /^json\.event\.error must .*give its message/,
    });
  }
  const shown = Object.defineProperty(new Error("a reason"), "message", { enumerable: true });
  const withForm = Object.assign(new Error("a reason"), { toJSON: () => ({ reason: "a reason" }) });
  for (const kept of [shown, withForm]) {
    const request = client.buildRequest("POST", "http://h/", { json: { error: kept } });
    t.regex(new TextDecoder().decode(request.content), /a reason/);
  }
  await t.throwsAsync(client.post("http://h/", { json: [/pattern/] }), {
    instanceOf: TypeError,
    code: "ERR_INVALID_ARG_TYPE",
    message: /^json\.0 must .*a RegExp/,
  });
});

test("json: a cycle among inherited fields is not sent, and no error", (t) => {
  class Tree {
    [key: string]: unknown;
    constructor() {
      this["root"] = this;
    }
  }
  const leaf = Object.assign(Object.create(new Tree()) as object, { name: "leaf", left: {} });
  const { content } = client.buildRequest("POST", "http://h/", { json: [leaf] });
  t.is(new TextDecoder().decode(content), '[{"name":"leaf","left":{}}]');
});

test("json: a Proxy of an object whose methods do not know it is refused, with its path", async (t) => {
  for (const [json, path] of [
    [new Proxy(new Date(0), {}), /^json is a Proxy/],
    [{ at: [new Proxy(new Date(0), {})] }, /^json\.at\.0 is a Proxy/],
  ] as const) {
    await t.throwsAsync(client.post("http://h/", { json }), {
      instanceOf: TypeError,
      code: "ERR_INVALID_ARG_TYPE",
      message: path,
    });
  }
  const own = new TypeError("the program's own");
  const toJSON = (): never => {
    throw own;
  };
  t.is(await t.throwsAsync(client.post("http://h/", { json: { toJSON } })), own);
});

test("json: empty values and nested objects are sent as JSON.stringify() writes them", async (t) => {
  await using server = await startHttpServer();
  await using over = new AsyncClient();
  const bodies: [value: unknown, text: string][] = [
    [{}, "{}"],
    [Object.create(null), "{}"],
    [{ a: {}, b: [{}], c: new Date(0) }, '{"a":{},"b":[{}],"c":"1970-01-01T00:00:00.000Z"}'],
    [{ marker: new Credentials() }, '{"marker":{}}'],
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

/**
 * The properties of a client: what is assigned is made into what a request needs, as the constructor makes it, and
 * what is wrong is refused and changes nothing. `auth`, `maxRedirects` and how headers, params and cookies are merged
 * into requests have tests of their own.
 */
import { inspect } from "node:util";
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  Cookies,
  Headers,
  InvalidURL,
  LocalProtocolError,
  MockTransport,
  QueryParams,
  Response,
  Timeout,
  UnsupportedProtocol,
} from "httpxide";

type Property = "baseUrl" | "cookies" | "eventHooks" | "followRedirects" | "headers" | "params" | "timeout";

const DEFAULT_NAMES = ["Accept", "Accept-Encoding", "Connection", "User-Agent"];
const hook = (): void => undefined;

/** What can be seen of a property, after it was asserted to be of its own class. */
const shown: { readonly [P in Property]: (client: AsyncClient) => unknown } = {
  baseUrl: ({ baseUrl }) => (baseUrl instanceof URL ? baseUrl.href : baseUrl),
  cookies: ({ cookies }) => cookies instanceof Cookies && [...cookies],
  eventHooks: ({ eventHooks }) => eventHooks,
  followRedirects: ({ followRedirects }) => followRedirects,
  headers: ({ headers }) =>
    headers instanceof Headers && headers.raw.filter(([name]) => !DEFAULT_NAMES.includes(name)),
  params: ({ params }) => params instanceof QueryParams && params.multiItems(),
  timeout: ({ timeout }) => timeout instanceof Timeout && { ...timeout },
};

const pairs: [string, string][] = [
  ["a", "1"],
  ["b", "2"],
];
const record = { a: "1", b: "2" };
const phases = { connect: 5000, read: 5000, write: 5000, pool: 5000, total: null };
const noHooks = { request: [], response: [] };

const right: readonly { readonly [P in Property]: readonly [P, AsyncClientOptions[P], unknown] }[Property][] = [
  ["baseUrl", "HTTP://Example.org:80/api", "http://example.org/api/"],
  ["baseUrl", new URL("http://h/api?x=1#f"), "http://h/api?x=1/"],
  ["baseUrl", "", null],
  ["cookies", record, pairs],
  ["cookies", pairs, pairs],
  ["cookies", new Map(pairs), pairs],
  ["cookies", new Cookies(record), pairs],
  ["cookies", null, []],
  ["eventHooks", { request: [hook] }, { request: [hook], response: [] }],
  ["eventHooks", { request: null, response: new Set([hook]) }, { request: [], response: [hook] }],
  ["eventHooks", {}, noHooks],
  ["eventHooks", null, noHooks],
  ["followRedirects", true, true],
  ["followRedirects", false, false],
  ["headers", record, pairs],
  ["headers", pairs, pairs],
  ["headers", new Map(pairs), pairs],
  ["headers", new Headers(pairs), pairs],
  ["headers", new globalThis.Headers(record), pairs],
  ["headers", null, []],
  ["params", record, pairs],
  ["params", pairs, pairs],
  ["params", { a: 1, b: 2n }, pairs],
  ["params", "a=1&b=2", pairs],
  ["params", "?a=1&b=2", pairs],
  ["params", new URLSearchParams(record), pairs],
  ["params", new QueryParams(record), pairs],
  ["params", null, []],
  ["timeout", 7, { connect: 7, read: 7, write: 7, pool: 7, total: null }],
  ["timeout", { read: 7, total: 9 }, { ...phases, read: 7, total: 9 }],
  ["timeout", new Timeout({ read: null }), { ...phases, read: null }],
  ["timeout", null, { connect: null, read: null, write: null, pool: null, total: null }],
  ["timeout", undefined, phases],
];

for (const [property, value, expected] of right) {
  test(`${property} of ${inspect(value)} becomes ${inspect(expected)}, whether given or assigned`, (t) => {
    t.deepEqual(shown[property](new AsyncClient({ [property]: value })), expected);
    const client = new AsyncClient({
      baseUrl: "http://before/",
      cookies: { before: "1" },
      eventHooks: { request: [hook], response: [hook] },
      followRedirects: value !== true,
      headers: { before: "1" },
      params: { before: 1 },
      timeout: 1,
    });
    Object.assign(client, { [property]: value });
    t.deepEqual(shown[property](client), expected);
  });
}

test("what was given is copied: what becomes of it does not concern the client", (t) => {
  const headers = new Headers({ a: "1" });
  const params = new URLSearchParams({ a: "1" });
  const baseUrl = new URL("http://h/");
  const given = new AsyncClient({ headers, params, baseUrl });
  const assigned = Object.assign(new AsyncClient(), { headers, params, baseUrl });
  headers.set("a", "2");
  params.set("a", "2");
  baseUrl.hostname = "other";
  for (const client of [given, assigned]) {
    const request = client.buildRequest("GET", "x");
    t.is(request.url.href, "http://h/x?a=1");
    t.is(request.headers.get("a"), "1");
  }
});

test("the default headers stand before those that are assigned, whatever was there", (t) => {
  const client = new AsyncClient({ headers: { "User-Agent": "mine", a: "1" } });
  client.headers = { b: "2" };
  t.deepEqual(
    client.headers.raw.map(([name]) => name),
    [...DEFAULT_NAMES, "b"],
  );
  t.regex(client.headers.get("user-agent") ?? "", /^httpxide\//);
});

test("followRedirects counts from when it was assigned", async (t) => {
  const transport = new MockTransport(({ url }) =>
    url.pathname === "/" ? new Response(302, { headers: { Location: "/to" } }) : new Response(200),
  );
  await using client = new AsyncClient({ transport });
  const statusNow = async (): Promise<number> => (await client.get("http://h/")).statusCode;
  t.is(await statusNow(), 302);
  client.followRedirects = true;
  t.is(await statusNow(), 200);
  client.followRedirects = false;
  t.is(await statusNow(), 302);
});

type Raised = abstract new (...parameters: never[]) => Error;

const wrong: readonly [property: Property, value: unknown, error: Raised][] = [
  ["baseUrl", 5, TypeError],
  ["baseUrl", {}, TypeError],
  ["baseUrl", "/relative", UnsupportedProtocol],
  ["baseUrl", "example.org", UnsupportedProtocol],
  ["baseUrl", "http://[/", InvalidURL],
  ["baseUrl", "http://h/\r\nX: 1", InvalidURL],
  ["cookies", "a=1", TypeError],
  ["cookies", true, TypeError],
  ["cookies", { a: 1 }, TypeError],
  ["cookies", { a: "1; b=2" }, LocalProtocolError],
  ["eventHooks", 5, TypeError],
  ["eventHooks", hook, TypeError],
  ["eventHooks", [hook], TypeError],
  ["eventHooks", { request: hook }, TypeError],
  ["eventHooks", { response: [null] }, TypeError],
  ["headers", "a: 1", TypeError],
  ["headers", 5, TypeError],
  ["headers", ["ab"], TypeError],
  ["headers", { a: 1 }, TypeError],
  ["headers", { "a b": "1" }, LocalProtocolError],
  ["headers", { a: "1\r\nb: 2" }, LocalProtocolError],
  ["params", 5, TypeError],
  ["params", [5], TypeError],
  ["params", { a: {} }, TypeError],
  ["timeout", "5", TypeError],
  ["timeout", { read: "5" }, TypeError],
  ["timeout", -1, RangeError],
  ["timeout", { total: NaN }, RangeError],
];

for (const [property, value, instanceOf] of wrong) {
  test(`${property} of ${inspect(value)} is refused, whether given or assigned, and leaves what was there`, (t) => {
    const known: AsyncClientOptions = {
      baseUrl: "http://before/",
      cookies: record,
      eventHooks: { request: [hook] },
      headers: record,
      params: record,
      timeout: 1,
    };
    t.throws(() => new AsyncClient({ ...known, [property]: value }), { instanceOf });
    const client = new AsyncClient(known);
    t.throws(() => Object.assign(client, { [property]: value }), { instanceOf });
    t.deepEqual(shown[property](client), shown[property](new AsyncClient(known)));
  });
}

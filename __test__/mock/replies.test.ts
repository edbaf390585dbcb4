// The replies of a MockTransport's route: once, lasting, delayed, streamed, or errors.
import { install } from "@sinonjs/fake-timers";
import test from "ava";
import {
  AsyncClient,
  ConnectError,
  MockError,
  MockTransport,
  ReadTimeout,
  Response,
  TotalTimeout,
} from "httpxide";
import { failsByLimit } from "../helpers/limits.js";
import { eventually } from "../helpers/waiting.js";

function mocked(): { mock: MockTransport; client: AsyncClient } {
  const mock = new MockTransport();
  return { mock, client: new AsyncClient({ transport: mock, baseUrl: "http://h" }) };
}

async function statuses(client: AsyncClient, count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await client.get("/")).statusCode);
  return seen;
}

test("a reply takes the arguments of a Response, and makes a new one for each request", async (t) => {
  const { mock, client } = mocked();
  mock
    .get("/")
    .reply(201, { json: { id: 7 }, headers: { "X-A": "1" }, extensions: { reasonPhrase: "Fine" } });
  const [first, second] = [await client.get("/"), await client.get("/")];
  t.not(first, second);
  t.deepEqual(first.json(), { id: 7 });
  t.is(first.headers.get("content-type"), "application/json");
  t.is(first.headers.get("x-a"), "1");
  t.is(first.reasonPhrase, "Fine");
  t.is(first.request.method, "GET");
});

test("a route without a reply answers 200 without content", async (t) => {
  const { mock, client } = mocked();
  mock.get("/");
  const response = await client.get("/");
  t.is(response.statusCode, 200);
  t.is(response.content.byteLength, 0);
});

test("single replies are used in order, then the lasting one", async (t) => {
  const { mock, client } = mocked();
  mock.get("/").reply(200).replyOnce(503).replyOnce(500);
  t.deepEqual(await statuses(client, 4), [503, 500, 200, 200]);
});

test("the last lasting reply replaces the earlier ones", async (t) => {
  const { mock, client } = mocked();
  const route = mock.get("/").reply(200).reply(404);
  t.deepEqual(await statuses(client, 2), [404, 404]);
  route.reply(500);
  t.deepEqual(await statuses(client, 1), [500]);
});

test("a route whose single replies are used up leaves requests to the next route, or to the error", async (t) => {
  const { mock, client } = mocked();
  mock.get("/").replyOnce(503).replyOnce(500);
  mock.get("/").replyOnce(200);
  t.deepEqual(await statuses(client, 3), [503, 500, 200]);
  await t.throwsAsync(client.get("/"), { instanceOf: MockError, message: /GET \/: its replies are used up/ });
});

test("concurrent requests get different single replies", async (t) => {
  const { mock, client } = mocked();
  mock.get("/").replyOnce(503, { delay: 20 }).replyOnce(500).reply(200);
  const responses = await Promise.all([client.get("/"), client.get("/"), client.get("/")]);
  t.deepEqual(responses.map(({ statusCode }) => statusCode).toSorted(), [200, 500, 503]);
});

test("a function makes the reply from the request and the URL's named segments", async (t) => {
  const { mock, client } = mocked();
  mock
    .post("/teams/:team/users/:user?x=1")
    .reply(
      async (request, { team, user }) =>
        new Response(200, { text: `${team} ${user} ${request.content.length}` }),
    );
  t.is((await client.post("/teams/a/users/b?x=1", { content: "abc" })).text, "a b 3");
});

test("a reply function may return only a Response of this package", async (t) => {
  const { mock, client } = mocked();
  const route = mock.get("/").reply((() => new globalThis.Response("hi")) as never);
  await t.throwsAsync(client.get("/"), { instanceOf: TypeError, message: /must return a Response/ });
  t.is(route.calls[0]?.response, null);
  for (const wrong of ["200", undefined, {}])
    t.throws(() => route.reply(wrong as never), { instanceOf: TypeError });
  for (const wrong of [99, 1000, 200.5, Number.NaN])
    t.throws(() => route.reply(wrong), { instanceOf: RangeError });
});

test("a streamed body is pulled no faster than it is read", async (t) => {
  const { mock, client } = mocked();
  let pulled = 0;
  mock.get("/").reply(() => {
    const pieces = async function* (): AsyncGenerator<string> {
      for (const piece of ["a", "b", "c"]) {
        pulled++;
        yield piece;
      }
    };
    return new Response(200, { content: pieces() });
  });
  const seen: number[] = [];
  const response = await client.stream("GET", "/");
  for await (const _text of response.aiterText()) seen.push(pulled);
  t.deepEqual(seen, [1, 2, 3]);
  t.is((await client.get("/")).text, "abc");
});

test("delayed replies arrive in the order of their delays", async (t) => {
  const { mock, client } = mocked();
  mock.get("/late").reply(200, { delay: 1500, text: "late" });
  mock.get("/early").reply(200, { delay: 20, text: "early" });
  mock.get("/now").reply(200, { text: "now" });
  const arrived: string[] = [];
  const get = async (path: string): Promise<void> => void arrived.push((await client.get(path)).text);
  await Promise.all(["/late", "/early", "/now"].map(get));
  t.deepEqual(arrived, ["now", "early", "late"]);
});

test("a delay longer than a timeout causes that timeout, as a slow server does", async (t) => {
  const { mock, client } = mocked();
  mock.get("/").reply(200, { delay: 60_000 });
  for (const [timeoutOf, type, name] of [
    [(limit: number) => limit, ReadTimeout, "read"],
    [(total: number) => ({ read: null, total }), TotalTimeout, "total"],
  ] as const) {
    const call = (limit: number) => client.get("/", { timeout: timeoutOf(limit) });
    const expected = { as: type, phase: "headers", requestSent: true } as const;
    const error = await failsByLimit(t, call, expected, [20, 40, 1500]);
    t.regex(
      error.message,
      new RegExp(
        `^GET http://h/: no response within the ${name} timeout of \\d+ ms(: times are milliseconds)?$`,
      ),
    );
    t.is(error.request.url.href, "http://h/");
    t.is(mock.calls.at(-1)?.error, error);
  }
  mock.clear();
  mock.get("/").reply(200, { delay: 20 });
  t.is((await client.get("/", { timeout: 10_000 })).statusCode, 200);
  t.is((await client.get("/", { timeout: null })).statusCode, 200);
});

test("a delay that no timer supports is refused", (t) => {
  const { mock } = mocked();
  for (const delay of [-1, Number.NaN, Infinity, 2 ** 31]) {
    t.throws(() => mock.get("/").reply(200, { delay }), { instanceOf: RangeError }, String(delay));
  }
});

test("an abort ends a delay with the signal's reason", async (t) => {
  const { mock, client } = mocked();
  mock.get("/").reply(200, { delay: 60_000 });
  const reason = new Error("enough");
  const controller = new AbortController();
  const call = t.throwsAsync(client.get("/", { signal: controller.signal }));
  await eventually("the mock received the request", () => mock.callCount === 1);
  controller.abort(reason);
  t.is(await call, reason);
  t.is(mock.calls[0]?.response, null);
});

test("an error rejects the request as a transport's does, and knows its request", async (t) => {
  const { mock, client } = mocked();
  const refused = new ConnectError("refused", { code: "ECONNREFUSED" });
  mock
    .get("/")
    .throwsOnce(refused)
    .throwsOnce((request) => new ReadTimeout(`slow: ${request.method}`))
    .throws(new RangeError("odd"));
  const first = await t.throwsAsync<ConnectError>(client.get("/"), { is: refused });
  t.is(first.request.url.href, "http://h/");
  const second = await t.throwsAsync<ReadTimeout>(client.get("/"), {
    instanceOf: ReadTimeout,
    message: "slow: GET",
  });
  t.is(second.request.url.href, "http://h/");
  await t.throwsAsync(client.get("/"), { instanceOf: RangeError, message: "odd" });
  await t.throwsAsync(client.get("/"), { instanceOf: RangeError, message: "odd" });
});

test("a function makes a new error for each request", async (t) => {
  const { mock, client } = mocked();
  mock.get("/:id").throws(async (request) => new ConnectError(request.url.pathname));
  const failures = await Promise.allSettled([client.get("/1"), client.get("/2")]);
  t.deepEqual(
    failures.map((failure) => failure.status === "rejected" && failure.reason.request.url.pathname),
    ["/1", "/2"],
  );
});

test("values that are not errors are refused at once, error classes included", (t) => {
  const { mock } = mocked();
  for (const wrong of [ConnectError, "boom", null, undefined]) {
    t.throws(() => mock.get("/").throws(wrong as never), { instanceOf: TypeError, message: /an instance/ });
  }
});

test("redirects, cookies and auth work as over the network", async (t) => {
  const mock = new MockTransport();
  mock.get("https://h/old").reply(302, { headers: { Location: "/new", "Set-Cookie": "a=1; Path=/" } });
  const arrived = mock.get("https://h/new", { headers: { cookie: "a=1" } }).reply(200, { text: "here" });
  await using client = new AsyncClient({ transport: mock, followRedirects: true, auth: ["ada", "pw"] });
  const response = await client.get("https://h/old");
  t.is(response.text, "here");
  t.is(response.history[0]?.statusCode, 302);
  t.is(arrived.calls[0]?.request.headers.get("authorization"), "Basic YWRhOnB3");
});

test.serial("a delay passes when the test moves its clock, and not before", async (t) => {
  const mock = new MockTransport();
  mock.get("/slow").reply(200, { delay: 60_000 });
  mock.get("/slower").reply(200, { delay: 120_000 });
  await using client = new AsyncClient({ transport: mock, baseUrl: "http://example.org" });
  const clock = install({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const settled: string[] = [];
    const slow = client.get("/slow", { timeout: null }).then(() => settled.push("slow"));
    const slower = client
      .get("/slower", { timeout: { read: 90_000 } })
      .catch((error: Error) => settled.push(error.name));
    await clock.tickAsync(59_999);
    t.deepEqual(settled, []);
    await clock.tickAsync(1);
    t.deepEqual(settled, ["slow"]);
    await clock.tickAsync(30_000);
    t.deepEqual(settled, ["slow", "ReadTimeout"]);
    await Promise.all([slow, slower]);
  } finally {
    clock.uninstall();
  }
});

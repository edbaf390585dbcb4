// What a route of a MockTransport answers: once, from then on, late, in pieces, with errors.
import test from "ava";
import {
  AsyncClient,
  ConnectError,
  MockError,
  MockTransport,
  ReadTimeout,
  type RequestError,
  Response,
  TotalTimeout,
} from "httpxide";

function mocked(): { mock: MockTransport; client: AsyncClient } {
  const mock = new MockTransport();
  return { mock, client: new AsyncClient({ transport: mock, baseUrl: "http://h" }) };
}

async function statuses(client: AsyncClient, count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await client.get("/")).statusCode);
  return seen;
}

test("a reply is made of what a Response is made of, anew for each request", async (t) => {
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

test("replies for one request are used in order, and then the one that stays", async (t) => {
  const { mock, client } = mocked();
  mock.get("/").reply(200).replyOnce(503).replyOnce(500);
  t.deepEqual(await statuses(client, 4), [503, 500, 200, 200]);
});

test("the last reply that is to stay stays", async (t) => {
  const { mock, client } = mocked();
  const route = mock.get("/").reply(200).reply(404);
  t.deepEqual(await statuses(client, 2), [404, 404]);
  route.reply(500);
  t.deepEqual(await statuses(client, 1), [500]);
});

test("a route whose replies are used up leaves requests to the next, or to the error", async (t) => {
  const { mock, client } = mocked();
  mock.get("/").replyOnce(503).replyOnce(500);
  mock.get("/").replyOnce(200);
  t.deepEqual(await statuses(client, 3), [503, 500, 200]);
  await t.throwsAsync(client.get("/"), { instanceOf: MockError, message: /GET \/: its replies are used up/ });
});

test("requests at the same time get different replies for one request", async (t) => {
  const { mock, client } = mocked();
  mock.get("/").replyOnce(503, { delay: 20 }).replyOnce(500).reply(200);
  const responses = await Promise.all([client.get("/"), client.get("/"), client.get("/")]);
  t.deepEqual(responses.map(({ statusCode }) => statusCode).toSorted(), [200, 500, 503]);
});

test("a function makes the reply from the request and from what the URL's names stand for", async (t) => {
  const { mock, client } = mocked();
  mock
    .post("/teams/:team/users/:user?x=1")
    .reply(
      async (request, { team, user }) =>
        new Response(200, { text: `${team} ${user} ${request.content.length}` }),
    );
  t.is((await client.post("/teams/a/users/b?x=1", { content: "abc" })).text, "a b 3");
});

test("a function for the reply may return nothing but a Response of this package", async (t) => {
  const { mock, client } = mocked();
  const route = mock.get("/").reply((() => new globalThis.Response("hi")) as never);
  await t.throwsAsync(client.get("/"), { instanceOf: TypeError, message: /must return a Response/ });
  t.is(route.calls[0]?.response, null);
  for (const wrong of ["200", undefined, {}])
    t.throws(() => route.reply(wrong as never), { instanceOf: TypeError });
  for (const wrong of [99, 1000, 200.5, Number.NaN])
    t.throws(() => route.reply(wrong), { instanceOf: RangeError });
});

test("a body in pieces is streamed, and pulled no faster than it is read", async (t) => {
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

test("a delayed reply comes after so many milliseconds", async (t) => {
  const { mock, client } = mocked();
  mock.get("/").reply(200, { delay: 40, text: "late" });
  const response = await client.get("/");
  t.is(response.text, "late");
  t.true(response.elapsed >= 35, String(response.elapsed));
});

test("a delay that is longer than a timeout ends with it, as with a slow server", async (t) => {
  const { mock, client } = mocked();
  mock.get("/").reply(200, { delay: 60_000 });
  for (const [timeout, type, name] of [
    [20, ReadTimeout, "read"],
    [{ read: null, total: 20 }, TotalTimeout, "total"],
  ] as const) {
    const error = await t.throwsAsync<RequestError>(client.get("/", { timeout }), { instanceOf: type });
    t.regex(error.message, new RegExp(`^GET http://h/: the ${name} timeout of [\\d.]+ ms passed$`));
    t.true(error.requestSent);
    t.is(error.request.url.href, "http://h/");
    t.is(mock.calls.at(-1)?.error, error);
  }
  mock.clear();
  mock.get("/").reply(200, { delay: 20 });
  t.is((await client.get("/", { timeout: 10_000 })).statusCode, 200);
  t.is((await client.get("/", { timeout: null })).statusCode, 200);
});

test("a delay that no timer can keep is refused", (t) => {
  const { mock } = mocked();
  for (const delay of [-1, Number.NaN, Infinity, 2 ** 31, "5" as never]) {
    t.throws(() => mock.get("/").reply(200, { delay }), { instanceOf: RangeError }, String(delay));
  }
});

test("an abort ends a delay with the signal's reason", async (t) => {
  const { mock, client } = mocked();
  mock.get("/").reply(200, { delay: 60_000 });
  const reason = new Error("enough");
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 10);
  t.is(await t.throwsAsync(client.get("/", { signal: controller.signal })), reason);
  t.is(mock.calls[0]?.response, null);
});

test("an error is thrown as a transport throws it, and knows its request", async (t) => {
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

test("a function can make an error for each request, later too", async (t) => {
  const { mock, client } = mocked();
  mock.get("/:id").throws(async (request) => new ConnectError(request.url.pathname));
  const failures = await Promise.allSettled([client.get("/1"), client.get("/2")]);
  t.deepEqual(
    failures.map((failure) => failure.status === "rejected" && failure.reason.request.url.pathname),
    ["/1", "/2"],
  );
});

test("what no error can come of is refused at once, a class of errors too", (t) => {
  const { mock } = mocked();
  for (const wrong of [ConnectError, "boom", null, undefined]) {
    t.throws(() => mock.get("/").throws(wrong as never), { instanceOf: TypeError, message: /an instance/ });
  }
});

test("redirects, cookies and auth happen as over the network", async (t) => {
  const mock = new MockTransport();
  mock.get("https://h/old").reply(302, { headers: { Location: "/new", "Set-Cookie": "a=1; Path=/" } });
  const arrived = mock.get("https://h/new", { headers: { cookie: "a=1" } }).reply(200, { text: "here" });
  await using client = new AsyncClient({ transport: mock, followRedirects: true, auth: ["ada", "pw"] });
  const response = await client.get("https://h/old");
  t.is(response.text, "here");
  t.is(response.history[0]?.statusCode, 302);
  t.is(arrived.calls[0]?.request.headers.get("authorization"), "Basic YWRhOnB3");
});

/**
 * The limits of a chain of redirects: maxRedirects as HTTPX counts (tests/client/test_redirects.py), the total timeout,
 * and the caller's signal.
 */
import { inspect } from "node:util";
import test from "ava";
import { AsyncClient, Auth, type Request, type Response, TooManyRedirects, TotalTimeout } from "httpxide";
import { failsAs, rejection } from "../helpers/failures.js";
import { bodyOf, startHttpServer } from "../helpers/http-server.js";
import { withLimit } from "../helpers/limits.js";
import { countingDown } from "../helpers/redirect-server.js";
import { eventually, pause } from "../helpers/waiting.js";

for (const [maxRedirects, followed] of [
  [undefined, 20],
  [0, 0],
  [1, 1],
  [25, 25],
] as const) {
  const name = maxRedirects === undefined ? "by default" : `with maxRedirects ${maxRedirects}`;
  test(`${name}, ${followed} redirects are followed, and one more is an error`, async (t) => {
    await using server = await startHttpServer(countingDown);
    await using client = new AsyncClient({ followRedirects: true, maxRedirects });
    const response = await client.get(`${server.url}/${followed}`);
    t.is(response.statusCode, 200);
    t.is(response.history.length, followed);
    const before = server.requests.length;
    const error = await failsAs(t, client.get(`${server.url}/${followed + 1}`), {
      as: TooManyRedirects,
      code: "ERR_TOO_MANY_REDIRECTS",
    });
    t.regex(error.message, /Exceeded maximum allowed redirects\.$/);
    // The request beyond the limit is not sent.
    t.is(server.requests.length - before, followed + 1);
  });
}

test("a redirect loop ends, and releases its connection", async (t) => {
  await using server = await startHttpServer(async (_request, response) => {
    response.writeHead(303, { Location: "/" }).end("around");
  });
  await using client = new AsyncClient({ followRedirects: true });
  await failsAs(t, client.get(server.url), { as: TooManyRedirects });
  t.is(server.requests.length, 21);
  t.is((await client.get(server.url, { followRedirects: false })).statusCode, 303);
  t.is(server.connections, 1);
});

test("a change of maxRedirects applies to later calls", async (t) => {
  await using server = await startHttpServer(countingDown);
  await using client = new AsyncClient({ followRedirects: true });
  client.maxRedirects = 1;
  await failsAs(t, client.get(`${server.url}/2`), { as: TooManyRedirects });
  client.maxRedirects = 2;
  t.is((await client.get(`${server.url}/2`)).statusCode, 200);
});

const wrongLimits: readonly (readonly [unknown, typeof RangeError | typeof TypeError])[] = [
  [-1, RangeError],
  [1.5, RangeError],
  [NaN, RangeError],
  [Infinity, RangeError],
  ["5", TypeError],
];
for (const [wrong, instanceOf] of wrongLimits) {
  test(`maxRedirects of ${inspect(wrong)} is refused`, (t) => {
    t.throws(() => new AsyncClient({ maxRedirects: wrong as number }), { instanceOf });
    const client = new AsyncClient();
    t.throws(() => (client.maxRedirects = wrong as number), { instanceOf });
    t.is(client.maxRedirects, 20);
  });
}

/** Sends the request twice, after any response. */
class Twice extends Auth {
  *authFlow(request: Request): Generator<Request, void, Response> {
    yield request;
    yield request;
  }
}

test("the responses of an auth flow count too, as in HTTPX", async (t) => {
  await using server = await startHttpServer(countingDown);
  await using client = new AsyncClient({ followRedirects: true, auth: new Twice() });
  client.maxRedirects = 2;
  // One for the first round, and one redirect in the second.
  const response = await client.get(`${server.url}/1`);
  t.deepEqual(
    response.history.map(({ url }) => url.pathname),
    ["/0", "/1"],
  );
  // HTTPX omits the redirects that led to a flow's own responses.
  t.deepEqual(response.history[0]?.history, []);
  client.maxRedirects = 1;
  await failsAs(t, client.get(`${server.url}/1`), { as: TooManyRedirects });
  client.maxRedirects = 0;
  await failsAs(t, client.get(`${server.url}/0`), { as: TooManyRedirects });
});

test("the total timeout covers the whole chain, even if each request is in time", async (t) => {
  let delay = 0;
  await using server = await startHttpServer(async (request, response, seen) => {
    await pause(delay);
    await countingDown(request, response, seen);
  });
  await using client = new AsyncClient({ followRedirects: true });
  await withLimit(async (total) => {
    delay = 0;
    // One request in time, to open the connection.
    t.is((await client.get(`${server.url}/0`)).statusCode, 200);
    delay = total / 4;
    const before = server.requests.length;
    const error = await failsAs(t, client.get(`${server.url}/15`, { timeout: { total } }), {
      as: TotalTimeout,
      code: "ERR_TOTAL_TIMEOUT",
    });
    const requests = server.requests.length - before;
    if (requests < 2) throw error;
    t.true(requests <= 5, `${requests} requests`);
    t.not(error.request.url.pathname, "/15");
    // The other timeouts apply to each request.
    t.is((await client.get(`${server.url}/5`, { timeout: { read: total } })).history.length, 5);
  });
});

test("the total timeout also covers the requests of an auth flow, and the body of the last response", async (t) => {
  // the first answer takes more than half of the limit in its path, and the second one has no end
  await using server = await startHttpServer(async (request, response, { path }) => {
    await bodyOf(request);
    response.write("begun");
    await pause((3 / 5) * Number(path.split("/").at(-1)));
    if (requestsTo(path) === 1) response.end();
  });
  const requestsTo = (path: string): number => server.requests.filter((one) => one.path === path).length;
  await using client = new AsyncClient({ auth: new Twice() });
  await withLimit(async (total) => {
    const call = client.get(`${server.url}/read/${total}`, { timeout: { total } });
    const error = await failsAs(t, call, { as: TotalTimeout });
    if (requestsTo(`/read/${total}`) < 2) throw error;
    t.is(requestsTo(`/read/${total}`), 2);
  });
  await withLimit(async (total) => {
    const response = await client.stream("GET", `${server.url}/streamed/${total}`, { timeout: { total } });
    await failsAs(t, response.aread(), { as: TotalTimeout, phase: "body" });
  });
});

test("an abort between two requests ends the call before the next is sent", async (t) => {
  await using server = await startHttpServer(countingDown);
  const abort = new AbortController();
  const reason = new Error("enough");
  const aborting = (response: Response): void => {
    if (response.url.pathname === "/2") abort.abort(reason);
  };
  await using client = new AsyncClient({ followRedirects: true, eventHooks: { response: [aborting] } });
  t.is(await rejection(client.get(`${server.url}/3`, { signal: abort.signal })), reason);
  t.deepEqual(
    server.requests.map(({ path }) => path),
    ["/3", "/2"],
  );
  t.is(client.stats().requests.inFlight, 0);
});

test("an abort during a later request ends the call and closes its connection", async (t) => {
  await using server = await startHttpServer(async (request, response, seen) => {
    // The last request gets no response.
    if (seen.path !== "/0") await countingDown(request, response, seen);
  });
  await using client = new AsyncClient({ followRedirects: true });
  const abort = new AbortController();
  const call = client.get(`${server.url}/2`, { signal: abort.signal });
  await eventually("the last request arrived", () => server.requests.length === 3);
  abort.abort();
  t.is(await rejection(call), abort.signal.reason);
  await eventually("its connection is closed", () => server.openSockets === 0);
});

test("an abort after redirects ends the body of the last response", async (t) => {
  await using server = await startHttpServer(async (request, response, seen) => {
    if (seen.path !== "/0") return countingDown(request, response, seen);
    response.write("begun");
    return undefined;
  });
  await using client = new AsyncClient({ followRedirects: true });
  const abort = new AbortController();
  const response = await client.stream("GET", `${server.url}/2`, { signal: abort.signal });
  const body = response.aread();
  abort.abort();
  t.is(await rejection(body), abort.signal.reason);
  await eventually("its connection is closed", () => server.openSockets === 0);
});

/** When a request is sent again: delays, Retry-After, the budget, the total timeout, and the caller's own function. */
import test from "ava";
import {
  AsyncClient,
  ConnectError,
  MockTransport,
  ProxyError,
  ReadError,
  Request,
  type RequestError,
  Response,
  type RetryAttempt,
  type RetryOptions,
  RetryTransport,
  AsyncHTTPTransport,
} from "httpxide";
import { rejection } from "../helpers/failures.js";
import { startHttpServer } from "../helpers/http-server.js";
import { settling } from "../helpers/waiting.js";

/** The delays before each further attempt of a request that always gets this answer. */
async function delays(
  options: RetryOptions,
  answer: () => Response = () => new Response(503),
): Promise<number[]> {
  const seen: number[] = [];
  const onRetry = ({ delay }: { delay: number }): void => void seen.push(delay);
  const transport = new RetryTransport(new MockTransport(answer), { ...options, onRetry });
  await transport.handleAsyncRequest(new Request("GET", "http://h/"));
  return seen;
}

test("the delay grows by the factor up to the maximum", async (t) => {
  const backoff = { initial: 1, factor: 3, max: 5, jitter: "none" } as const;
  t.deepEqual(await delays({ attempts: 5, backoff }), [1, 3, 5, 5]);
});

test("full jitter takes any time up to the delay", async (t) => {
  const all = await Promise.all(
    Array.from({ length: 50 }, () => delays({ attempts: 2, backoff: { initial: 20 } })),
  );
  const times = all.flat();
  t.is(times.length, 50);
  t.true(times.every((time) => time >= 0 && time <= 20));
  t.true(new Set(times).size > 10);
});

const answerAfter = (value: string) => () => new Response(503, { headers: { "Retry-After": value } });

test("Retry-After replaces the delay: seconds, fractions, a date, a date that has passed", async (t) => {
  const options: RetryOptions = { attempts: 2, backoff: { initial: 5000, jitter: "none" } };
  t.deepEqual(await delays(options, answerAfter("0")), [0]);
  t.deepEqual(await delays(options, answerAfter("0.02")), [20]);
  t.deepEqual(await delays(options, answerAfter("Wed, 21 Oct 2015 07:28:00 GMT")), [0]);
  // whole seconds, of which a busy machine may use up some
  for (const ahead of [1500, 5500]) {
    const soon = new Date(Date.now() + ahead).toUTCString();
    const [delay] = await delays(options, answerAfter(soon));
    if (delay === 0 && ahead === 1500) continue;
    t.true(delay! > 0 && delay! <= ahead, String(delay));
    return;
  }
});

test.serial("each of HTTP's three forms of dates is in GMT, wherever the program runs", async (t) => {
  const zone = process.env["TZ"];
  process.env["TZ"] = "America/New_York";
  t.teardown(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });
  // only its hours and minutes differ between zones
  const inAnHour = new Date(Date.now() + 3_600_000);
  const [day = "", date = "", month = "", year = "", time = ""] = inAnHour.toUTCString().split(/,? /);
  const weekday = inAnHour.toLocaleDateString("en", { weekday: "long", timeZone: "UTC" });
  for (const value of [
    `${day}, ${date} ${month} ${year} ${time} GMT`,
    `${weekday}, ${date}-${month}-${year.slice(2)} ${time} GMT`,
    `${day} ${month} ${date.replace(/^0/, " ")} ${time} ${year}`,
  ]) {
    const seen: number[] = [];
    const ending = new AbortController();
    const onRetry = ({ delay }: { delay: number }): void => {
      seen.push(delay);
      ending.abort(new Error("seen"));
    };
    await using client = new AsyncClient({
      transport: new MockTransport(answerAfter(value)),
      retry: { maxRetryAfter: Infinity, onRetry },
    });
    await t.throwsAsync(client.get("http://h/", { signal: ending.signal }), { message: "seen" });
    t.true(seen[0]! > 3_000_000 && seen[0]! <= 3_600_000, `${value}: ${seen[0]}`);
  }
});

test("a Retry-After that is no time, or is not respected, leaves the delay as it is", async (t) => {
  const backoff = { initial: 1, jitter: "none" } as const;
  for (const value of ["soon", "-1", "", "1h"]) {
    t.deepEqual(await delays({ attempts: 2, backoff }, answerAfter(value)), [1], value);
  }
  t.deepEqual(await delays({ attempts: 2, backoff, respectRetryAfter: false }, answerAfter("99")), [1]);
});

test("a Retry-After longer than the maximum returns the answer", async (t) => {
  t.deepEqual(await delays({ attempts: 2 }, answerAfter("61")), []);
  t.deepEqual(await delays({ attempts: 2, maxRetryAfter: 10 }, answerAfter("1")), []);
});

test("no attempt begins after the total timeout: the answer that is there is returned", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(503, { "Retry-After": "20" }).end();
  });
  await using client = new AsyncClient({ retry: 5, timeout: { total: 10_000 } });
  const response = await settling(client.get(server.url), 5000);
  t.is(response.statusCode, 503);
  t.is(server.requests.length, 1);
});

test("the total timeout covers all attempts", async (t) => {
  let count = 0;
  await using server = await startHttpServer((_request, response) => {
    if (++count < 3) response.writeHead(503).end();
  });
  await using client = new AsyncClient({
    retry: { attempts: 1000, backoff: { initial: 0 }, budget: null },
    timeout: { total: 3000 },
  });
  const error = (await settling(rejection(client.get(server.url)), 15_000)) as RequestError;
  t.is(error.name, "TotalTimeout");
  t.is(error.attempt, 3);
  t.is(server.requests.length, 3);
});

test("the budget of a client bounds the retries of all its requests together", async (t) => {
  await using server = await startHttpServer((_request, response) => void response.writeHead(503).end());
  const retry: RetryOptions = { attempts: 5, backoff: { initial: 0 } };
  await using client = new AsyncClient({ retry: { ...retry, budget: { ratio: 0.5, minPerSecond: 0 } } });
  for (let call = 0; call < 20; call++) {
    const response = await client.get(server.url, call % 2 === 0 ? {} : { retry: { attempts: 9 } });
    t.is(response.statusCode, 503);
  }
  t.is(server.requests.length, 30);

  const before = server.requests.length;
  await using floored = new AsyncClient({ retry: { ...retry, budget: { ratio: 0, minPerSecond: 3 } } });
  const begun = performance.now();
  await Promise.all([floored.get(server.url), floored.get(server.url)]);
  const retries = server.requests.length - before - 2;
  // further ones for the time that the calls took
  t.true(retries >= 3 && retries <= 3 + 3 * ((performance.now() - begun) / 1000), `${retries} retries`);

  const free = server.requests.length;
  await using unbounded = new AsyncClient({ retry: { ...retry, budget: null } });
  for (let call = 0; call < 10; call++) await unbounded.get(server.url);
  t.is(server.requests.length - free, 50);
});

test("a budget of less than one retry a second allows one, and none at 0", async (t) => {
  await using server = await startHttpServer((_request, response) => void response.writeHead(503).end());
  for (const [minPerSecond, requests] of [
    [0.01, 2],
    [0, 1],
  ] as const) {
    const before = server.requests.length;
    await using client = new AsyncClient({
      retry: { attempts: 5, backoff: { initial: 0 }, budget: { ratio: 0, minPerSecond } },
    });
    await client.get(server.url);
    t.is(server.requests.length - before, requests, String(minPerSecond));
  }
});

test("a RetryTransport takes the number of attempts, and refuses what is no transport", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(503, { "Retry-After": "0" }).end();
  });
  const network = new AsyncHTTPTransport();
  t.teardown(() => network.aclose());
  for (const [given, attempts] of [
    [4, 4],
    [1, 1],
    [{}, 3],
  ] as const) {
    const before = server.requests.length;
    const transport = new RetryTransport(network, given);
    const response = await transport.handleAsyncRequest(new Request("GET", server.url));
    t.is(response.extensions.attempt, attempts);
    t.is(server.requests.length - before, attempts);
  }
  t.throws(() => new RetryTransport(network, 0), { instanceOf: RangeError, message: /1 or more/ });
  for (const wrong of [{}, null, undefined, "http://h/"]) {
    t.throws(() => new RetryTransport(wrong as never), {
      instanceOf: TypeError,
      message: /handleAsyncRequest/,
    });
  }
});

test("retry of a network transport is refused, and the message names RetryTransport", (t) => {
  t.throws(() => new AsyncHTTPTransport({ retry: 3 } as never), {
    instanceOf: TypeError,
    message: /"retry".*RetryTransport/,
  });
});

test("`when` decides for each response and error, and may say how long to wait", async (t) => {
  const attempts: RetryAttempt[] = [];
  let answered = 0;
  await using client = new AsyncClient({
    transport: new MockTransport((request) => {
      answered += 1;
      if (answered === 1) throw new ReadError("gone", { request });
      return new Response(answered === 4 ? 200 : 202);
    }),
    retry: {
      attempts: 9,
      when: async (attempt) => {
        attempts.push(attempt);
        return attempt.response?.statusCode === 200 ? false : 1;
      },
    },
  });
  const response = await client.post("http://h/");
  t.is(response.statusCode, 200);
  t.deepEqual(
    attempts.map(({ number, response: got, error }) => [number, got?.statusCode ?? error?.name]),
    [
      [1, "ReadError"],
      [2, 202],
      [3, 202],
      [4, 200],
    ],
  );
});

test("an exception of `when` and of `onRetry` ends the call with it", async (t) => {
  const mine = new RangeError("mine");
  const fail = (): never => {
    throw mine;
  };
  for (const retry of [{ when: fail }, { onRetry: fail }, { onRetry: async () => fail() }]) {
    await using client = new AsyncClient({ transport: new MockTransport(() => new Response(503)), retry });
    t.is(await rejection(client.get("http://h/")), mine);
  }
});

test("an error without a code, as a program makes it, is retried; one of a certificate or of a rule is not", async (t) => {
  for (const [error, attempts] of [
    [() => new ConnectError("refused"), 3],
    [() => new ProxyError("refused"), 3],
    [() => new ConnectError("refused", { code: "CERT_HAS_EXPIRED", phase: "tls" }), 1],
    [() => new ConnectError("refused", { code: "ERR_ADDRESS_BLOCKED" }), 1],
    [() => new ProxyError("refused", { status: 403 }), 1],
  ] as const) {
    let calls = 0;
    const mock = new MockTransport(() => {
      calls += 1;
      throw error();
    });
    const transport = new RetryTransport(mock, { backoff: { initial: 0 } });
    await rejection(transport.handleAsyncRequest(new Request("GET", "http://h/")));
    t.is(calls, attempts, String(error));
  }
});

test("an exception of a transport that is no RequestError is not retried", async (t) => {
  let calls = 0;
  await using client = new AsyncClient({
    transport: new MockTransport(() => {
      calls += 1;
      throw new RangeError("of the handler");
    }),
    retry: 5,
  });
  t.true((await rejection(client.get("http://h/"))) instanceof RangeError);
  t.is(calls, 1);
});

for (const [retry, words] of [
  [0, /1 or more/],
  [1.5, /whole number/],
  ["3", /retry must be a number of attempts or an object/],
  [{ retries: 3 }, /did you mean attempts/],
  [{ attempts: 0 }, /^retry\.attempts .* 1 or more/],
  [{ statuses: [200, "503"] }, /statuses must be a list of numbers/],
  [{ backoff: { initial: -1 } }, /^retry\.backoff\.initial must not be negative/],
  [{ backoff: { initial: Infinity } }, /^retry\.backoff\.initial must be finite/],
  [{ backoff: { factor: Infinity } }, /^retry\.backoff\.factor must be finite/],
  [{ statuses: [NaN] }, /from 100 to 599, but NaN/],
  [{ backoff: { jitter: "some" } }, /^retry\.backoff\.jitter/],
  [{ backoff: 100 }, /^retry\.backoff must be an object/],
  [{ jitter: "full" }, /did you mean backoff: \{ jitter \}/],
  [{ when: true }, /^retry\.when must be a function/],
  [{ budget: { ratio: NaN } }, /^retry\.budget\.ratio .*NaN/],
] as const) {
  test(`retry: ${JSON.stringify(retry)} is refused`, async (t) => {
    t.throws(() => new AsyncClient({ retry: retry as never }), { message: words });
    await using client = new AsyncClient();
    await t.throwsAsync(client.get("http://h/", { retry: retry as never }), { message: words });
    if (typeof retry === "object") {
      t.throws(() => new RetryTransport(new MockTransport(), retry as never), { message: words });
    }
  });
}

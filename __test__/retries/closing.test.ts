/** A client or a RetryTransport that is closed makes no further attempt, and its waiting calls end at once. */
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  AsyncHTTPTransport,
  CloseError,
  MockTransport,
  Response,
  type RetryOptions,
  RetryTransport,
} from "httpxide";
import { createFetch } from "httpxide/fetch";
import { failsAs, rejection } from "../helpers/failures.js";
import { type Handler, startHttpServer } from "../helpers/http-server.js";
import { deferred, turn } from "../helpers/waiting.js";

/** Longer than any wait of a test. */
const LONG = 600_000;
const LONG_BACKOFF = { initial: LONG, max: LONG, jitter: "none" } as const;

const busy: Handler = (_request, response) => void response.writeHead(503).end("busy");

const makers: Record<string, (retry: RetryOptions) => AsyncClientOptions> = {
  "the option retry": (retry) => ({ retry }),
  "a RetryTransport": (retry) => ({ transport: new RetryTransport(new AsyncHTTPTransport(), retry) }),
  "a mounted RetryTransport": (retry) => ({
    mounts: { "all://": new RetryTransport(new AsyncHTTPTransport(), retry) },
  }),
};

for (const [name, optionsOf] of Object.entries(makers)) {
  test(`with ${name}, closing the client ends the wait for the next attempt`, async (t) => {
    await using server = await startHttpServer(busy);
    const waits = deferred();
    const retry = { backoff: LONG_BACKOFF, onRetry: () => waits.resolve() };
    const client = new AsyncClient({ ...optionsOf(retry), trustEnv: false });
    const call = failsAs(t, client.get(server.url), {
      as: CloseError,
      code: "ERR_CLIENT_CLOSED",
      requestSent: true,
    });
    await waits.promise;
    await turn();
    await client.aclose();
    const error = await call;
    t.is(error.attempt, 1);
    t.is(error.request.url.origin, server.url);
    t.is(server.requests.length, 1);
  });

  test(`with ${name}, closing the client ends the wait after a failed connection`, async (t) => {
    const waits = deferred();
    const retry = { backoff: LONG_BACKOFF, onRetry: () => waits.resolve() };
    const client = new AsyncClient({ ...optionsOf(retry), trustEnv: false });
    const call = failsAs(t, client.get("http://127.0.0.1:1/"), {
      as: CloseError,
      code: "ERR_CLIENT_CLOSED",
      requestSent: false,
    });
    await waits.promise;
    await client.aclose();
    await call;
  });

  test(`with ${name}, closing the client ends a wait for the program's promises`, async (t) => {
    await using server = await startHttpServer(busy);
    for (const asked of ["when", "onRetry"] as const) {
      const waits = deferred();
      const never = (): Promise<never> => (waits.resolve(), new Promise<never>(() => {}));
      const client = new AsyncClient({ ...optionsOf({ [asked]: never }), trustEnv: false });
      const call = failsAs(t, client.get(server.url), { as: CloseError, code: "ERR_CLIENT_CLOSED" });
      await waits.promise;
      await client.aclose();
      await call;
    }
    t.is(server.requests.length, 2);
  });

  test(`with ${name}, a call that is under way when the client is closed is not sent again`, async (t) => {
    const arrived = deferred();
    await using server = await startHttpServer(() => arrived.resolve());
    const retry = { backoff: { initial: 0 }, when: () => true };
    const client = new AsyncClient({ ...optionsOf(retry), trustEnv: false });
    const call = failsAs(t, client.get(server.url), { as: CloseError, code: "ERR_CLIENT_CLOSED" });
    await arrived.promise;
    await client.aclose();
    t.is((await call).attempt, 1);
    t.is(server.requests.length, 1);
  });
}

test("over a mock, no attempt is made after the client is closed", async (t) => {
  const answers = deferred<Response>();
  const waits = deferred();
  const mock = new MockTransport();
  const route = mock.get("http://h/waits").reply(503);
  const late = mock.get("http://h/late").reply(() => answers.promise);
  const client = new AsyncClient({
    transport: mock,
    retry: { backoff: LONG_BACKOFF, onRetry: () => waits.resolve() },
  });
  const waiting = rejection(client.get("http://h/waits"));
  const underWay = client.get("http://h/late");
  await waits.promise;
  await client.aclose();
  t.true((await waiting) instanceof CloseError);
  answers.resolve(new Response(503));
  t.is((await underWay).statusCode, 503);
  route.assertCalled(1);
  late.assertCalled(1);
});

test("closing a RetryTransport without a client ends its waits", async (t) => {
  const waits = deferred();
  const transport = new RetryTransport(new MockTransport(() => new Response(503)), {
    backoff: { initial: LONG, max: LONG, jitter: "none" },
    onRetry: () => waits.resolve(),
  });
  await using client = new AsyncClient({ transport });
  const call = failsAs(t, client.get("http://h/"), { as: CloseError, code: "ERR_CLIENT_CLOSED" });
  await waits.promise;
  await transport.aclose();
  await call;
});

test("closing the client of a fetch ends the wait for the next attempt", async (t) => {
  await using server = await startHttpServer(busy);
  const waits = deferred();
  const client = new AsyncClient({ retry: { backoff: LONG_BACKOFF, onRetry: () => waits.resolve() } });
  const call = rejection(createFetch(client)(server.url));
  await waits.promise;
  await client.aclose();
  const error = await call;
  t.true(error instanceof TypeError);
  t.like((error as Error).cause, { name: "CloseError", code: "ERR_CLIENT_CLOSED" });
  t.is(server.requests.length, 1);
});

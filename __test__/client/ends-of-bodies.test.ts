/**
 * A response body that is made in JavaScript ends with its call, as one of the network does: with the total timeout, the signal
 * and the client. One test at a time: a body that floods keeps the process busy.
 */
import test from "ava";
import {
  type AsyncClientOptions,
  AsyncClient,
  MockTransport,
  ReadError,
  RequestError,
  type RequestOptions,
  Response,
  RetryTransport,
  TotalTimeout,
} from "httpxide";
import { failsAs, rejection } from "../helpers/failures.js";
import { failsByLimit, withLimit } from "../helpers/limits.js";
import { deferred, eventually, turn } from "../helpers/waiting.js";

const NO_LIMITS = { connect: null, read: null, write: null, pool: null };
const TOTAL_TIMEOUT = { as: TotalTimeout, code: "ERR_TOTAL_TIMEOUT" } as const;
const CLOSED = { as: ReadError, code: "ERR_CLIENT_CLOSED" } as const;
const url = "http://h/";

type Content = () => AsyncGenerator<Uint8Array>;

const endless: Record<string, Content> = {
  "that is silent": async function* () {
    yield Buffer.from("begun\n");
    await new Promise<never>(() => {});
  },
  "that floods": async function* () {
    for (;;) yield Buffer.from("more\n");
  },
  "whose generator cannot be left": async function* () {
    try {
      for (;;) yield await turn().then(() => Buffer.from("more\n"));
    } finally {
      await new Promise<never>(() => {});
    }
  },
};

const senders: Record<string, (content: Content) => AsyncClientOptions> = {
  "a mock": (content) => ({ transport: new MockTransport(() => new Response(200, { content: content() })) }),
  "a transport of one's own": (content) => ({
    transport: { handleAsyncRequest: async () => new Response(200, { content: content() }) },
  }),
  "a RetryTransport": (content) => ({
    transport: new RetryTransport(new MockTransport(() => new Response(200, { content: content() }))),
  }),
  "an application": (content) => ({
    app: () => new globalThis.Response(ReadableStream.from(content()) as never),
  }),
};

async function drained(pieces: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pieces);
}

/** The whole call up to the end of the body. */
const readers: Record<string, (client: AsyncClient, options: RequestOptions) => Promise<unknown>> = {
  "get()": (client, options) => client.get(url, options),
  "get() that follows redirects": (client, options) => client.get(url, { ...options, followRedirects: true }),
  "get() that retries": (client, options) => client.get(url, { ...options, retry: 2 }),
  "a response hook": (client, options) => {
    client.eventHooks.response.push((response) => response.aread());
    return client.get(url, options);
  },
  "aread()": async (client, options) => (await client.stream("GET", url, options)).aread(),
  "aiterRaw()": async (client, options) => drained((await client.stream("GET", url, options)).aiterRaw()),
  "aiterBytes()": async (client, options) =>
    drained((await client.stream("GET", url, options)).aiterBytes(1)),
  "aiterText()": async (client, options) => drained((await client.stream("GET", url, options)).aiterText()),
  "aiterLines()": async (client, options) => drained((await client.stream("GET", url, options)).aiterLines()),
};

for (const [name, optionsOf] of Object.entries(senders)) {
  for (const [kind, body] of Object.entries(endless)) {
    for (const [how, read] of Object.entries(readers)) {
      // the readers differ in what is above the body, which is the same for all transports
      if (name !== "a mock" && how !== "get()" && how !== "aiterBytes()") continue;
      test.serial(
        `${how} of a body ${kind}, of ${name}, ends with its total timeout, its client and its signal`,
        async (t) => {
          for (const end of ["total", "client", "signal"] as const) {
            const begun = deferred();
            const content = async function* (): AsyncGenerator<Uint8Array> {
              begun.resolve();
              yield* body();
            };
            const told: RequestError[] = [];
            await using client = new AsyncClient({
              ...optionsOf(content),
              eventHooks: { error: [(error) => void told.push(error)] },
            });
            const abort = new AbortController();
            const call = (total: number | null): Promise<unknown> => {
              told.length = 0;
              return read(client, { timeout: { ...NO_LIMITS, total }, signal: abort.signal });
            };
            const inBody = { phase: "body", requestSent: true } as const;
            if (end === "total") {
              await failsByLimit(t, call, { ...TOTAL_TIMEOUT, ...inBody });
            } else {
              const calling = call(null);
              const ended = rejection(calling);
              await begun.promise.then(turn);
              if (end === "signal") {
                const reason = new Error("mine");
                abort.abort(reason);
                t.is(await ended, reason);
              } else {
                await client.aclose();
                // the call that waits for the hook, and the hook that reads, end at once
                const closed = how === "a response hook" ? { ...CLOSED, as: RequestError } : CLOSED;
                await failsAs(t, calling, { ...closed, ...inBody });
              }
            }
            t.is(told.length, 1, end);
          }
        },
      );
    }
  }
}

test("a body that is read slowly ends at the first step after the total timeout, or after its client is closed", async (t) => {
  const content = async function* (): AsyncGenerator<string> {
    for (;;) yield "more";
  };
  for (const as of [TOTAL_TIMEOUT, CLOSED]) {
    await using client = new AsyncClient({
      transport: new MockTransport(() => new Response(200, { content: content() })),
    });
    await withLimit(async (limit) => {
      const total = as === CLOSED ? null : limit;
      const startedAt = performance.now();
      const response = await client.stream("GET", url, { timeout: { total } });
      const pieces = response.aiterText();
      t.is((await pieces.next()).value, "more");
      if (as === CLOSED) await client.aclose();
      else await eventually("the time is over", () => performance.now() - startedAt > limit, 20_000);
      await failsAs(t, pieces.next(), { ...as, phase: "body" });
      t.true(response.isClosed);
    });
  }
});

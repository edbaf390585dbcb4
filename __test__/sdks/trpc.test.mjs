// The client of tRPC over httpxide/fetch, against tRPC's own server.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import {
  createTRPCClient,
  httpBatchLink,
  httpBatchStreamLink,
  httpLink,
  httpSubscriptionLink,
  isNonJsonSerializable,
  splitLink,
  TRPCClientError,
} from "@trpc/client";
import { initTRPC, tracked, TRPCError } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { createEventSource } from "../../dist/eventsource.mjs";
import { fetch } from "../../dist/fetch.mjs";
import { refusedPort } from "./scripted-server.mjs";

const { procedure, router } = initTRPC.create();

/** What the server has seen. */
function application() {
  const seen = { requests: 0, aborted: Promise.withResolvers?.() ?? deferred() };
  const app = router({
    double: procedure.input(Number).query(({ input }) => input * 2),
    add: procedure.input((value) => value).mutation(({ input }) => input.a + input.b),
    upload: procedure
      .input((value) => value)
      .mutation(async ({ input }) => {
        const file = input.get("file");
        return `${file.name}: ${await file.text()}`;
      }),
    fail: procedure.query(() => {
      throw new TRPCError({ code: "FORBIDDEN", message: "not you" });
    }),
    slow: procedure.query(({ signal }) => {
      signal.addEventListener("abort", () => seen.aborted.resolve());
      seen.slowBegun?.();
      return new Promise(() => {});
    }),
    pieces: procedure.query(async function* () {
      yield "hel";
      yield "lo";
    }),
    count: procedure.subscription(async function* () {
      for (let id = 1; id <= 3; id++) yield tracked(String(id), id);
    }),
  });
  return { app, seen };
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}

async function serve(t) {
  const { app, seen } = application();
  const server = createHTTPServer({ router: app, createContext: () => ({}) });
  server.on("request", () => seen.requests++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, seen };
}

test("calls of one turn are one request", async (t) => {
  const { url, seen } = await serve(t);
  const client = createTRPCClient({ links: [httpBatchLink({ url, fetch })] });
  assert.deepEqual(await Promise.all([1, 2, 3].map((n) => client.double.query(n))), [2, 4, 6]);
  assert.equal(seen.requests, 1);
  assert.equal(await client.add.mutate({ a: 1, b: 2 }), 3);
});

test("a batch can be streamed, and so can one answer", async (t) => {
  const { url } = await serve(t);
  const client = createTRPCClient({ links: [httpBatchStreamLink({ url, fetch })] });
  const [doubled, pieces] = await Promise.all([client.double.query(4), client.pieces.query()]);
  const texts = [];
  for await (const piece of pieces) texts.push(piece);
  assert.deepEqual([doubled, texts], [8, ["hel", "lo"]]);
});

test("a form with a file is uploaded", async (t) => {
  const { url } = await serve(t);
  const links = [
    splitLink({
      condition: ({ input }) => isNonJsonSerializable(input),
      true: httpLink({ url, fetch }),
      false: httpBatchLink({ url, fetch }),
    }),
  ];
  const form = new FormData();
  form.set("file", new File(["content"], "x.txt"));
  assert.equal(await createTRPCClient({ links }).upload.mutate(form), "x.txt: content");
});

test("an error has its code and message, a refused connection its cause", async (t) => {
  const { url } = await serve(t);
  const client = createTRPCClient({ links: [httpLink({ url, fetch })] });
  await assert.rejects(client.fail.query(), (error) => {
    assert(error instanceof TRPCClientError);
    assert.deepEqual([error.message, error.data.code, error.data.httpStatus], ["not you", "FORBIDDEN", 403]);
    return true;
  });
  const nowhere = createTRPCClient({
    links: [httpLink({ url: `http://127.0.0.1:${await refusedPort()}`, fetch })],
  });
  await assert.rejects(nowhere.double.query(1), (error) => {
    assert.equal(error.cause.cause.code, "ECONNREFUSED");
    return true;
  });
});

test("an abort reaches the procedure", async (t) => {
  const { url, seen } = await serve(t);
  const client = createTRPCClient({ links: [httpLink({ url, fetch })] });
  const stop = new AbortController();
  seen.slowBegun = () => stop.abort();
  await assert.rejects(client.slow.query(undefined, { signal: stop.signal }), TRPCClientError);
  await seen.aborted.promise;
});

test("a subscription receives events", async (t) => {
  const { url } = await serve(t);
  const links = [httpSubscriptionLink({ url, EventSource: createEventSource() })];
  const received = await new Promise((resolve, reject) => {
    const values = [];
    const subscription = createTRPCClient({ links }).count.subscribe(undefined, {
      onData({ data }) {
        values.push(data);
        if (values.length < 3) return;
        subscription.unsubscribe();
        resolve(values);
      },
      onError: reject,
    });
  });
  assert.deepEqual(received, [1, 2, 3]);
});

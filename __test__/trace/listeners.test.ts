/**
 * Trace listeners that fail: the call fails with what they throw, and releases everything.
 */
import test, { type ExecutionContext } from "ava";
import { AsyncClient, type RequestExtensions, type TraceListener } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { silent, startRawServer } from "../helpers/raw-server.js";
import { PARTS } from "../helpers/tracing.js";
import { eventually, turn } from "../helpers/waiting.js";

const EVENTS = [...PARTS.TCP, ...PARTS.SENT, ...PARTS.HEAD, ...PARTS.BODY, ...PARTS.CLOSED];

async function isAtRest(t: ExecutionContext, client: AsyncClient): Promise<void> {
  await eventually("nothing is under way", () => {
    const { connections, requests } = client.stats();
    return connections.active + connections.connecting + requests.inFlight + requests.queued === 0;
  });
  t.pass();
}

for (const kind of ["a listener", "an async listener"]) {
  for (const bad of EVENTS) {
    test(`${kind} that throws at ${bad} makes the call fail, and receives no further event`, async (t) => {
      await using server = await startHttpServer(answering("ok"));
      await using client = new AsyncClient();
      const mine = new RangeError("mine");
      const received: string[] = [];
      const listener = (event: string): void => {
        received.push(event);
        if (event === bad) throw mine;
      };
      const trace: TraceListener = kind === "a listener" ? listener : async (event) => listener(event);
      t.is(await rejection(client.get(server.url, { extensions: { trace } })), mine);
      await isAtRest(t, client);
      if (kind === "a listener") t.deepEqual(received, EVENTS.slice(0, EVENTS.indexOf(bad) + 1));
      t.is((await client.get(server.url)).text, "ok");
    });
  }
}

test("a listener that throws while a streamed body is read makes the read fail", async (t) => {
  await using server = await startHttpServer(answering("x".repeat(100_000)));
  await using client = new AsyncClient();
  for (const bad of [...PARTS.BODY, ...PARTS.CLOSED]) {
    const mine = new RangeError(bad);
    const trace = (event: string): void => {
      if (event === bad) throw mine;
    };
    const response = await client.stream("GET", server.url, { extensions: { trace } });
    t.is(await rejection(response.aread()), mine);
    await isAtRest(t, client);
  }
  t.is((await client.get(server.url)).content.length, 100_000);
});

test("the call does not wait for an async listener, and its failure after the call is handled", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  await using client = new AsyncClient();
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  let failures = 0;
  const trace = async (): Promise<void> => {
    await gate;
    failures += 1;
    throw new Error("too late");
  };
  t.is((await client.get(server.url, { extensions: { trace } })).text, "ok");
  t.is(failures, 0);
  open();
  await eventually("every listener failed", () => failures === EVENTS.length);
  // ava fails on an unhandled rejection, which Node.js reports within a turn.
  await turn();
  await isAtRest(t, client);
});

test("an async listener that fails during the call makes the call fail", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient();
  const mine = new RangeError("mine");
  const trace = async (): Promise<void> => {
    await eventually("the request arrived", () => server.requests.length === 1);
    throw mine;
  };
  t.is(await rejection(client.get(server.url, { extensions: { trace } })), mine);
  await eventually("the server's socket is closed", () => server.openSockets === 0);
  await isAtRest(t, client);
});

test("a listener may send requests, and abort its own request", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  await using client = new AsyncClient();
  const abort = new AbortController();
  const others: Promise<unknown>[] = [];
  const trace = (event: string): void => {
    others.push(client.get(server.url));
    if (event === PARTS.HEAD[1]) abort.abort("seen enough");
  };
  t.is(
    await rejection(client.get(server.url, { signal: abort.signal, extensions: { trace } })),
    "seen enough",
  );
  t.true(others.length >= PARTS.TCP.length);
  await Promise.all(others);
  await isAtRest(t, client);
});

test("a trace listener that is not a function is refused", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient();
  const extensions = { trace: "yes" } as unknown as RequestExtensions;
  t.true((await rejection(client.get(server.url, { extensions }))) instanceof TypeError);
  t.is(server.connections, 0);
});

test("extensions may be any record, and null values are ignored", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  await using client = new AsyncClient();
  const record: Record<string, unknown> = { trace: null, target: undefined, sniHostname: null, mine: 1 };
  t.is((await client.get(server.url, { extensions: record })).text, "ok");
  t.is(server.requests[0]?.path, "/");
});

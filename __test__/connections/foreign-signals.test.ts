/**
 * Signals that are not the platform's own: of another realm, of polyfills without a `reason`, of jsdom; and values that
 * are mistaken for a signal.
 */
import vm from "node:vm";
import test from "ava";
import { AsyncClient, AsyncHTTPTransport, type RequestOptions, type TransportOptions } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { startHttpServer } from "../helpers/http-server.js";

type Signal = NonNullable<RequestOptions["signal"]>;

/** As in the package abort-controller 3.0.0: neither `reason` nor `throwIfAborted`. */
class PolyfilledController {
  readonly listeners = new Set<() => void>();
  readonly signal = Object.defineProperty(
    {
      addEventListener: (_type: string, listener: () => void) => void this.listeners.add(listener),
      removeEventListener: (_type: string, listener: () => void) => void this.listeners.delete(listener),
    },
    "aborted",
    { get: () => this.#isAborted },
  ) as unknown as Signal;
  #isAborted = false;

  abort(): void {
    this.#isAborted = true;
    for (const listener of this.listeners) listener();
  }
}

/** Never answers. */
const silent = () => startHttpServer(() => undefined);

test("a signal of a polyfill ends the call with an AbortError", async (t) => {
  await using server = await silent();
  await using client = new AsyncClient();
  const controller = new PolyfilledController();
  const calls = [1, 2].map(() => rejection(client.get(server.url, { signal: controller.signal })));
  t.is(controller.listeners.size, 1);
  controller.abort();
  for (const error of await Promise.all(calls)) t.is((error as Error).name, "AbortError");
  t.is(
    ((await rejection(client.get(server.url, { signal: controller.signal }))) as Error).name,
    "AbortError",
  );
});

test("a signal of another realm ends the call with its own reason", async (t) => {
  await using server = await silent();
  await using client = new AsyncClient();
  const context = vm.createContext({ AbortController, EventTarget });
  const foreign = vm.runInContext(
    `(() => {
      const target = new EventTarget();
      const signal = {
        aborted: false,
        reason: undefined,
        addEventListener: (...given) => target.addEventListener(...given),
        removeEventListener: (...given) => target.removeEventListener(...given),
      };
      return { signal, target };
    })()`,
    context,
  ) as { signal: { aborted: boolean; reason: unknown } & Signal; target: EventTarget };
  const call = rejection(client.get(server.url, { signal: foreign.signal }));
  const reason = new RangeError("enough");
  foreign.signal.aborted = true;
  foreign.signal.reason = reason;
  foreign.target.dispatchEvent(new Event("abort"));
  t.is(await call, reason);
});

test("a transport gets a signal of the platform for every kind of signal", async (t) => {
  await using server = await startHttpServer();
  const seen: unknown[] = [];
  class Seeing extends AsyncHTTPTransport {
    override handleAsyncRequest(...[request, options]: Parameters<AsyncHTTPTransport["handleAsyncRequest"]>) {
      seen.push((options as TransportOptions).signal);
      return super.handleAsyncRequest(request, options);
    }
  }
  await using client = new AsyncClient({ transport: new Seeing() });
  const own = new AbortController().signal;
  await client.get(server.url, { signal: own });
  await client.get(server.url, { signal: new PolyfilledController().signal });
  t.is(seen[0], own);
  t.true(seen[1] instanceof AbortSignal);
});

for (const [name, value, message] of [
  ["a controller", new AbortController(), /not an AbortController: pass its controller\.signal/],
  ["a controller of a polyfill", new PolyfilledController(), /pass its controller\.signal/],
  ["a number", 5000, /must be an AbortSignal, not a number/],
  ["an event target", new EventTarget(), /must be an AbortSignal, not an EventTarget/],
  ["a function", () => undefined, /must be an AbortSignal, not a function/],
] as const) {
  test(`${name} is no signal: a TypeError says so, and nothing is sent`, async (t) => {
    await using server = await startHttpServer();
    await using client = new AsyncClient();
    const options = { signal: value as unknown as Signal };
    for (const call of [
      client.get(server.url, options),
      client.stream("GET", server.url, options),
      client.send(client.buildRequest("GET", server.url), options),
    ]) {
      const error = await rejection(call);
      t.true(error instanceof TypeError);
      t.regex((error as Error).message, message);
    }
    t.is(server.connections, 0);
  });
}

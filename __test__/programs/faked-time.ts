/**
 * Uses a client while nothing of the platform's time moves, and prints what came of each call as JSON, one line each.
 *
 * Arguments: the URL of a server; how time is stopped, `sinon` (every function that `@sinonjs/fake-timers` fakes), `node`
 * (those that `node:test` mocks) or `deaf` (schedulers that never call back and that no library has marked); and `before`
 * or `after` for stopping it before or after the package is loaded.
 */
import { writeSync } from "node:fs";
import { mock } from "node:test";
import { type FakeMethod, install } from "@sinonjs/fake-timers";

const [url = "", how = "", when = ""] = process.argv.slice(2);

const EVERYTHING: FakeMethod[] = [
  "setTimeout",
  "clearTimeout",
  "setImmediate",
  "clearImmediate",
  "setInterval",
  "clearInterval",
  "Date",
  "hrtime",
  "nextTick",
  "performance",
  "queueMicrotask",
];

function stopTime(): void {
  if (how === "sinon") {
    install({ toFake: EVERYTHING });
    return;
  }
  if (how === "node") {
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "setImmediate", "Date"] });
    return;
  }
  const never = (): undefined => undefined;
  Object.assign(globalThis, { setTimeout: never, setImmediate: never, queueMicrotask: never });
  process.nextTick = never;
}

if (when === "before") stopTime();
const { AsyncClient } = await import("httpxide");
const { createFetch } = await import("httpxide/fetch");
const { HttpxideDispatcher } = await import("httpxide/undici");
if (when === "after") stopTime();

/** Standard output needs the platform's time; the file descriptor does not. */
function print(name: string, value: unknown): void {
  writeSync(1, `${JSON.stringify([name, value])}\n`);
}

async function* manyPieces(): AsyncGenerator<string> {
  for (let piece = 0; piece < 1000; piece++) yield "x";
}

async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "no error";
  } catch (error) {
    return (error as Error).name;
  }
}

const client = new AsyncClient();
const first = await client.get(`${url}/`);
print("get", first.text);
print("elapsed moves on", first.elapsed > 0);
const several = await Promise.all([1, 2, 3].map((number) => client.get(`${url}/${number}`)));
print(
  "three at once",
  several.map((response) => response.statusCode),
);

const received: string[] = [];
for await (const line of (await client.stream("GET", `${url}/lines`)).aiterLines()) received.push(line);
print("stream", received);

print("redirect", (await client.get(`${url}/redirect`, { followRedirects: true })).text);
print("upload of bytes", (await client.post(`${url}/length`, { content: "x".repeat(100_000) })).text);
print("upload of pieces", (await client.post(`${url}/length`, { content: manyPieces() })).text);
print("timeout", await failure(client.get(`${url}/silent`, { timeout: { read: 50 } })));
print("total timeout", await failure(client.get(`${url}/silent`, { timeout: { total: 50 } })));

const steps: string[] = [];
const controller = new AbortController();
const trace = (event: string): void => {
  steps.push(event);
  if (event === "http11.receive_response_headers.started") controller.abort();
};
const { signal } = controller;
print("abort", await failure(client.get(`${url}/silent`, { signal, extensions: { trace } })));
print("steps until then", steps.at(-1));

print(
  "redirect with a body that never ends",
  (await client.get(`${url}/stuck`, { followRedirects: true })).text,
);
const app = new AsyncClient({ app: { fetch: () => new Promise<never>(() => {}) }, baseUrl: "http://app" });
print("timeout of an application", await failure(app.get("/", { timeout: { read: 50 } })));
print("its total timeout", await failure(app.get("/", { timeout: { total: 50 } })));
print("its abort by time", await failure(app.get("/", { signal: AbortSignal.timeout(50) })));

const half = await client.stream("GET", `${url}/endless`);
for await (const _ of half.aiterBytes()) break;
print("stream left early", half.isClosed);

const fetch = createFetch(client);
print("fetch", await (await fetch(`${url}/`)).text());
const pieces: string[] = [];
const decoder = new TextDecoder();
for await (const piece of (await fetch(`${url}/lines`)).body!)
  pieces.push(decoder.decode(piece as Uint8Array));
print("fetch, streamed", pieces.join(""));
const body = new Blob(["x".repeat(100_000)]).stream();
print(
  "fetch, upload",
  await (await fetch(`${url}/length`, { method: "POST", body, duplex: "half" } as RequestInit)).text(),
);
const ended = new AbortController();
const slow = failure(fetch(`${url}/silent`, { signal: ended.signal }));
ended.abort();
print("fetch, aborted", await slow);

const dispatcher = new HttpxideDispatcher(client);
const told = new Promise((resolve) => {
  dispatcher.request({ origin: url, path: "/", method: "GET" }, (error, data) => {
    resolve(error?.name ?? data.statusCode);
  });
});
print("callback of a dispatcher", await told);

await client.aclose();
print("aclose", failure(client.get(url)) instanceof Promise);

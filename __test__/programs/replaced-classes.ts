/**
 * Uses the package while the global classes are replaced by others whose constructors throw, and prints what came of each call as
 * JSON, one line each. Arguments: the URL of a server; `timers` to fake them before the package is loaded.
 */
import { writeSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import workerThreads from "node:worker_threads";
import { install } from "@sinonjs/fake-timers";

const [url = "", faked] = process.argv.slice(2);
// an application of node:http needs process.nextTick()
const toFake = ["setTimeout", "clearTimeout", "setInterval", "setImmediate", "clearImmediate"] as const;
if (faked === "timers") install({ toFake: [...toFake] });
const { AsyncClient, AsyncHTTPTransport, MockTransport, Proxy, RetryTransport } = await import("httpxide");
const { createFetch } = await import("httpxide/fetch");
const { HttpxideHttpHandler } = await import("httpxide/smithy");
const { HttpxideDispatcher } = await import("httpxide/undici");
const { createEventSource } = await import("httpxide/eventsource");
const { createWebSocket } = await import("httpxide/websocket");

/** In which what a test has replaced shows. */
class Replaced {
  constructor() {
    throw new Error("a replaced class was used");
  }

  static timeout(): never {
    throw new Error("a replaced class was used");
  }
}
// an application is called once: what it needs of node:http makes objects of the classes when it loads
const answers = (_request: unknown, response: { end(text: string): void }): void => response.end("of an app");
const app = new AsyncClient({ app: answers, baseUrl: "http://app" });
await app.get("/");
const { signal } = new AbortController();
const aborting = new AbortController();
const address = new URL(url);
const blob = new Blob(["four"]);
const names = [
  "AbortController",
  "AbortSignal",
  "MessageChannel",
  "Blob",
  "DOMException",
  "Event",
  "EventTarget",
];
// the platform's own Response makes its body of the global ReadableStream
const more = ["WritableStream", "URL", "URLSearchParams", "FormData", "Headers", "Request"];
for (const name of [
  ...names,
  ...more,
  "Response",
  "TextDecoder",
  "TextEncoder",
  "fetch",
  "FinalizationRegistry",
]) {
  Object.defineProperty(globalThis, name, { value: Replaced, configurable: true, writable: true });
}
Object.assign(workerThreads, { MessageChannel: Replaced });
syncBuiltinESMExports();

async function print(name: string, call: () => unknown): Promise<void> {
  let outcome: unknown;
  try {
    outcome = await call();
  } catch (error) {
    const { name, message } = error as Error;
    outcome = /replaced/.test(message) ? (error as Error).stack : name;
  }
  writeSync(1, `${JSON.stringify([name, outcome])}\n`);
}

const client = new AsyncClient({ baseUrl: url });
await print("get", async () => (await client.get("/", { params: { a: 1 } })).text);
await print("with a signal", async () => (await client.get("/", { signal })).text);
await print("redirect", async () => (await client.get("/redirect", { followRedirects: true })).text);
await print("stuck redirect", async () => (await client.get("/stuck", { followRedirects: true })).text);
await print("read timeout", () => client.get("/silent", { timeout: { read: 50 } }));
await print("total timeout", () => client.get("/silent", { timeout: { total: 50 } }));
await print("abort", () => {
  const answer = client.get("/silent", { signal: aborting.signal });
  aborting.abort();
  return answer;
});
await print("another signal", async () => {
  const listeners: (() => void)[] = [];
  const other = {
    aborted: false,
    reason: new RangeError("enough"),
    addEventListener: (_type: string, run: () => void) => listeners.push(run),
    removeEventListener: () => undefined,
  };
  const answer = client.get("/silent", { signal: other as never });
  for (const run of listeners) run();
  await answer;
});
await print("upload", async () => (await client.post("/length", { data: { a: "b" } })).text);
await print("lines", async () => {
  const lines = [];
  for await (const line of (await client.stream("GET", "/lines")).aiterLines()) lines.push(line);
  return lines;
});
await print("progress", async () => (await client.get("/", { onDownloadProgress: () => undefined })).text);
await print("proxy", () => new Proxy(`http://${address.host}`).url.port === address.port);
const retrying = new AsyncClient({
  baseUrl: url,
  transport: new RetryTransport(new AsyncHTTPTransport(), { attempts: 2 }),
});
await print("retries", async () => (await retrying.get("/")).text);
await print("retries end", () => retrying.aclose());
await print("application", async () => (await app.get("/")).text);
const mock = new MockTransport();
mock.get("http://mock/:id").reply(200, { text: "mocked" });
await print("mock", async () => (await new AsyncClient({ transport: mock }).get("http://mock/1")).text);
const fetch = createFetch(client);
await print("fetch", async () => (await fetch(url)).text());
await print("fetch, streamed", async () => {
  let size = 0;
  for await (const chunk of (await fetch(`${url}/lines`)).body as AsyncIterable<Uint8Array>)
    size += chunk.length;
  return size;
});
await print("smithy", async () => {
  const { hostname, port } = address;
  const headers = {};
  const request = { protocol: "http:", hostname, port: Number(port), method: "GET", path: "/", headers };
  return (await new HttpxideHttpHandler().handle(request)).response.statusCode;
});
await print("undici", async () => {
  const { body } = await new HttpxideDispatcher().request({ origin: url, path: "/", method: "GET" });
  return body.text();
});
await print("events", async () => {
  await using stream = await client.sse("/events");
  const { value } = await stream[Symbol.asyncIterator]().next();
  return value?.data;
});
await print("EventSource", async () => {
  const source = new (createEventSource(client))(`${url}/events`);
  const data = await new Promise((resolve) =>
    source.addEventListener("message", (event) => resolve(event.data)),
  );
  source.close();
  return data;
});
await print("WebSocket", async () => {
  const socket = new (createWebSocket(client))(`${url}/`);
  return new Promise((resolve) => socket.addEventListener("error", (event) => resolve(event.type)));
});
// a mock of the function that Node.js does not have
const mocked = { createObjectURL: () => "blob:mock" };
for (const name of ["URL", "URLSearchParams", "Blob"]) Object.assign(globalThis, { [name]: mocked });
await print("an object for URL: get", async () => (await client.get(url)).text);
await print("an object for URL: given", async () => (await client.get(address)).text);
await print("an object for URL: fetch", async () => (await fetch(url)).text());
await print("an object for Blob: upload", async () => (await client.post("/length", { content: blob })).text);
await print("an object for Blob: fetch", async () => {
  return (await fetch(`${url}/length`, { method: "POST", body: blob })).text();
});
await print("aclose", () => client.aclose());
process.exit();

/**
 * Calls an application many times, in every way in which a call can end. Prints as JSON how much the heap has grown
 * since the first tenth, and which resources keep the process alive. Needs --expose-gc.
 */
import { setTimeout as pause } from "node:timers/promises";
import { AppTransport, AsyncClient, type NodeListener } from "httpxide";

const [kind = "node"] = process.argv.slice(2);
const ROUNDS = 5000;
const failure = new Error("of the application");

const listener: NodeListener = (request, response) => {
  if (request.url === "/throw") throw failure;
  if (request.url === "/endless") return void response.write("x".repeat(20_000));
  request.pipe(response);
};

function handler(request: globalThis.Request): globalThis.Response {
  if (request.url.endsWith("/throw")) throw failure;
  if (request.url.endsWith("/endless")) {
    return new globalThis.Response(
      new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(20_000)) }),
    );
  }
  return new globalThis.Response(request.body);
}

const transport = kind === "node" ? AppTransport.node(listener) : AppTransport.fetch(handler);
const client = new AsyncClient({ transport, baseUrl: "http://testserver" });

async function* pieces(): AsyncGenerator<string> {
  yield "one";
  yield "two";
}

const CALLS: readonly (() => Promise<unknown>)[] = [
  () => client.post("/", { content: "x".repeat(1000) }),
  () => client.post("/", { content: pieces() }),
  () => client.get("/throw").catch(() => undefined),
  async () => (await client.stream("GET", "/endless")).aclose(),
  async () => {
    const controller = new AbortController();
    const response = await client.stream("GET", "/endless", { signal: controller.signal });
    controller.abort();
    await response.aread().catch(() => undefined);
  },
];

async function call(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) await Promise.all(CALLS.map((make) => make()));
}

async function heap(): Promise<number> {
  for (let time = 0; time < 5; time++) {
    globalThis.gc?.();
    await pause(20);
  }
  return process.memoryUsage().heapUsed;
}

await call(ROUNDS / 10);
const before = await heap();
await call(ROUNDS / CALLS.length);
const grown = (await heap()) - before;
console.log(
  JSON.stringify({
    grown,
    handles: process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY/.test(name)),
  }),
);

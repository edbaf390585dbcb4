/**
 * Stacks: whatever fails, and however the call was made, the stack of the error leads to the caller's line
 * (sindresorhus/got#2293, sindresorhus/got#1116). A call that succeeds captures no stack.
 */
import test from "ava";
import {
  AsyncClient,
  BearerAuth,
  type EventHooksInit,
  MockTransport,
  ReadError,
  Request,
  Response,
} from "httpxide";
import { runProgram } from "../helpers/child.js";
import { failing } from "../helpers/failing-listener.js";
import { startHttpServer } from "../helpers/http-server.js";
import { installedRuntimes } from "../helpers/runtimes.js";

/** Errors of the program's own functions: their stacks lead to these, which stand in the caller's file too. */
const OWN = new Set(["app: an upload that throws", "mock: reply's error"]);

/** axios has a folder `dist` as well. */
const OF_THE_PACKAGE = /^(?!.*node_modules).*[\\/](?:src|dist)[\\/][a-z\\/-]+\.(?:ts|cjs):/m;

/** How many frames stand before the caller's, without those of Deno itself. */
function framesBefore(stack: string): number {
  const frames = stack.split("\n").filter((line) => /^\s+at (?!.*\bext:)/.test(line));
  return frames.findIndex((line) => /callers-line|failing-calls|first-frames/.test(line));
}

for (const runtime of installedRuntimes.filter(({ name }) => name !== "deno")) {
  test(`the stack of every error leads to the caller's line (${runtime.name})`, async (t) => {
    await using server = await startHttpServer(failing);
    const { code, stdout, stderr } = await runProgram("callers-line", { args: [server.url], runtime });
    t.is(code, 0, stderr);
    const errors = JSON.parse(stdout) as [what: string, name: string, stack: string][];
    t.true(errors.length > 150, `${errors.length} errors`);
    for (const [what, name, stack] of errors) {
      t.not(name, "no error", what);
      const line = OWN.has(what)
        ? /callers-line\.[jt]s:\d+/
        : /theCallersFunction \(.*callers-line\.[jt]s:\d+/;
      t.regex(stack, line, what);
      if (name === "OwnError") t.regex(stack, /throwsLater/, what);
      else if (runtime.name !== "node") continue;
      else t.is(framesBefore(stack), 0, `${what}: ${stack}`);
    }
  });
}

/** Ways to call, by what the stack has of them. */
const failed = new Response(500, { request: new Request("GET", "http://h/") });
const ways: Record<string, (client: AsyncClient) => unknown> = {
  "a function that goes on after it": function theCaller() {
    const response = failed.raiseForStatus();
    if (response === failed) return;
  },
  "a try block": function theCaller() {
    try {
      return failed.raiseForStatus();
    } finally {
      // nothing to do: a call in a try block is no tail call
    }
  },
  "an async function": async function theCaller() {
    return failed.raiseForStatus();
  },
  "an async function that awaits it": async function theCaller(client) {
    return await client.get("http://[");
  },
};
for (const [way, call] of Object.entries(ways)) {
  test(`the stack has the line of ${way}`, async (t) => {
    await using client = new AsyncClient();
    const error = await t.throwsAsync(async () => void (await call(client)));
    t.regex(error.stack ?? "", /theCaller/);
  });
}

test("the stack has the line of a function that ends with the call", async (t) => {
  function theCaller(): Response {
    return failed.raiseForStatus();
  }
  const error = await t.throwsAsync(async () => void theCaller());
  t.regex(error.stack ?? "", /theCaller/);
});

for (const runOptions of [[], ["--enable-source-maps"]]) {
  test(`no frame of the package stands before the program's, whatever throws (${runOptions.join() || "without maps"})`, async (t) => {
    await using server = await startHttpServer(failing);
    const { code, stdout, stderr } = await runProgram("first-frames", {
      args: [server.url],
      nodeOptions: runOptions,
    });
    t.is(code, 0, stderr);
    const { results, withinOthers } = JSON.parse(stdout) as {
      results: [what: string, name: string, stack: string][];
      withinOthers: string[];
    };
    t.true(results.length > 150, `${results.length} errors`);
    for (const [what, name, stack] of results) {
      t.not(name, "no error", what);
      if (withinOthers.includes(what)) t.notRegex(stack, OF_THE_PACKAGE, what);
      else t.is(framesBefore(stack), 0, `${what}: ${stack}`);
    }
  });
}

test.serial("a call that succeeds captures no stack", async (t) => {
  await using server = await startHttpServer();
  await using network = new AsyncClient({ baseUrl: server.url });
  await using app = new AsyncClient({ app: failing, baseUrl: "http://app" });
  const { captureStackTrace } = Error;
  let captures = 0;
  Error.captureStackTrace = (...parameters) => {
    captures += 1;
    captureStackTrace(...parameters);
  };
  try {
    for (const client of [network, app]) {
      const { signal } = new AbortController();
      await client.get("/", { params: { a: 1 } });
      await client.post("/", { data: { a: 1 }, auth: ["a", "b"], signal });
      const response = await client.stream("GET", "/", { followRedirects: true });
      for await (const _ of response.aiterLines());
    }
    t.is(captures, 0);
    await t.throwsAsync(network.get("http://["));
    t.true(captures > 0);
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
});

test("a signal's reason, and an error that a mock shares, do not grow", async (t) => {
  await using client = new AsyncClient({ app: failing, baseUrl: "http://app" });
  const reason = new Error("mine");
  const { stack } = reason;
  for (let call = 0; call < 3; call++) {
    const controller = new AbortController();
    const pending = client.get("/never", { signal: controller.signal });
    controller.abort(reason);
    t.is(await t.throwsAsync(pending), reason);
  }
  t.is(reason.stack, stack);

  const shared = makeElsewhere();
  await using mocked = new AsyncClient({
    transport: new MockTransport(() => {
      throw shared;
    }),
  });
  const lengths: number[] = [];
  for (let call = 0; call < 5; call++) {
    await t.throwsAsync(mocked.get("http://mock/"));
    lengths.push(shared.stack?.split("\n").length ?? 0);
  }
  t.is(lengths[4], lengths[1]);
});

function makeElsewhere(): ReadError {
  return new ReadError("shared");
}

/** Bodies that break with an exception of the program, made where no line of the reader is on the stack. */
const breaking: readonly (readonly [name: string, client: () => AsyncClient])[] = [
  [
    "a fetch application",
    () =>
      new AsyncClient({
        app: () =>
          new globalThis.Response(
            new ReadableStream({
              start: (controller) => void setImmediate(() => controller.error(new Error("broken"))),
            }),
          ),
      }),
  ],
  [
    "a mock",
    () =>
      new AsyncClient({
        transport: new MockTransport(
          () =>
            new Response(200, {
              content: (async function* () {
                yield "a\n";
                await new Promise((_resolve, reject) => setImmediate(() => reject(new Error("broken"))));
              })(),
            }),
        ),
      }),
  ],
];

for (const [name, make] of breaking) {
  for (const [way, read] of [
    ["aread()", (response: Response) => response.aread()],
    ["aiterBytes()", (response: Response) => readAll(response.aiterBytes())],
    ["aiterRaw()", (response: Response) => readAll(response.aiterRaw(10))],
    ["aiterLines()", (response: Response) => readAll(response.aiterLines())],
  ] as const) {
    test(`the exception that breaks the body of ${name} has the line of its reader by ${way}`, async (t) => {
      await using client = make();
      const response = await client.stream("GET", "http://server/");
      async function readingHere(): Promise<void> {
        await read(response);
      }
      const error = await t.throwsAsync(readingHere(), { message: "broken" });
      t.regex(error.stack ?? "", /readingHere/);
    });
  }
}

async function readAll(pieces: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pieces);
}

test("the reason of an abort keeps its stack in a body that it ends", async (t) => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const { stack } = reason;
  const transport = new MockTransport(
    () =>
      new Response(200, {
        content: (async function* () {
          yield "a";
          await new Promise(() => undefined);
        })(),
      }),
  );
  await using client = new AsyncClient({ transport });
  const response = await client.stream("GET", "http://server/", { signal: controller.signal });
  setImmediate(() => controller.abort(reason));
  t.is(await t.throwsAsync(readAll(response.aiterBytes())), reason);
  t.is(reason.stack, stack);
});

/** Functions of the program that throw within a call. */
const throwing: readonly (readonly [name: string, call: (client: AsyncClient) => Promise<unknown>])[] = [
  ["an auth function", (client) => client.get("http://h/", { auth: fails })],
  ["a function for a token", (client) => client.get("http://h/", { auth: new BearerAuth(fails) })],
  ["an upload", (client) => client.post("http://h/", { content: upload() })],
  ["a request hook", () => hooked({ request: [fails] }).get("http://h/")],
  ["a response hook", () => hooked({ response: [fails] }).get("http://h/")],
  ["a fetch handler", () => new AsyncClient({ app: { fetch: fails } }).get("http://h/")],
  ["a mock", () => new AsyncClient({ transport: new MockTransport(fails) }).get("http://h/")],
  ["a transport", () => new AsyncClient({ transport: { handleAsyncRequest: fails } }).get("http://h/")],
  ["the function of stream()", (client) => client.stream("GET", "http://h/", {}, fails)],
];

function fails(): never {
  throw new Error("of the program");
}

async function* upload(): AsyncGenerator<string> {
  yield* [fails()];
}

function hooked(eventHooks: EventHooksInit): AsyncClient {
  return new AsyncClient({ eventHooks, app: reading });
}

const reading = async (request: globalThis.Request): Promise<globalThis.Response> =>
  new globalThis.Response(await request.text());

for (const [name, call] of throwing) {
  test(`no frame of the package stands between ${name} that throws and the caller`, async (t) => {
    await using client = new AsyncClient({ app: reading });
    async function callingHere(): Promise<void> {
      await call(client);
    }
    const error = await t.throwsAsync(callingHere(), { message: "of the program" });
    const stack = error.stack ?? "";
    t.regex(stack, /fails[^]*callingHere/);
    t.notRegex(stack, /[\\/](?:src|dist)[\\/][a-z\\/-]+\.(?:ts|cjs)/);
  });
}

/** Timeouts and aborts of calls to applications: they hold as over a network. */
import { setTimeout as pause } from "node:timers/promises";
import test from "ava";
import {
  type App,
  AsyncClient,
  type NodeListener,
  ReadTimeout,
  type RequestError,
  TotalTimeout,
  WriteTimeout,
} from "httpxide";
import { withLimit } from "../helpers/limits.js";
import { deferred, settling, turn } from "../helpers/waiting.js";

const BASE = "http://testserver";

function never(): Promise<never> {
  return new Promise(() => undefined);
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(32 * 1024);
}

/** Sends one piece and then stalls. */
function stalling(): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from("x")),
    pull: never,
  });
}

const SHORT_LIMITS = [50, 500, 5000];

const SILENT: Record<string, App> = {
  "a listener": ((_request, _response) => undefined) as NodeListener,
  "a fetch handler": (_request: globalThis.Request) => never(),
};

/** Resolves after the read timeout of another call, `timeout` milliseconds long, has expired twice. */
async function outlast(timeout: number): Promise<void> {
  const [app] = Object.values(SILENT);
  await using client = new AsyncClient({ app: app!, baseUrl: BASE, timeout: { read: timeout } });
  for (let time = 0; time < 2; time++) {
    const reason = await client.get("/").catch((error: unknown) => error);
    if (!(reason instanceof ReadTimeout)) throw new Error("expected a ReadTimeout", { cause: reason });
  }
}

const STALLING: Record<string, App> = {
  "a listener": ((_request, response) => void response.write("x")) as NodeListener,
  "a fetch handler": (_request: globalThis.Request) => new globalThis.Response(stalling()),
};

/** The path is the milliseconds between two of their ten bytes. */
const STEADY: Record<string, App> = {
  "a listener": (async (request, response) => {
    for (let n = 0; n < 10 && !response.destroyed; n++) {
      response.write("x");
      await pause(Number(request.url!.slice(1)));
    }
    response.end();
  }) as NodeListener,
  "a fetch handler": (request: globalThis.Request) => {
    const between = Number(new URL(request.url).pathname.slice(1));
    let n = 0;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      await pause(between);
      n += 1;
      if (n <= 10) controller.enqueue(Buffer.from("x"));
      else controller.close();
    };
    return new globalThis.Response(new ReadableStream<Uint8Array>({ pull }));
  },
};

for (const [name, app] of Object.entries(SILENT)) {
  test(`an application that does not answer causes a ReadTimeout: ${name}`, async (t) => {
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: { read: 50 } });
    const error = await t.throwsAsync<RequestError>(settling(client.get("/")), { instanceOf: ReadTimeout });
    t.is(error?.phase, "headers");
    t.is(error?.requestSent, true);
    t.is(error?.code, "ERR_READ_TIMEOUT");
    t.regex(error?.message ?? "", /^GET http:\/\/testserver\/: /);
  });

  test(`an application that does not read causes a WriteTimeout: ${name}`, async (t) => {
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: { write: 50, read: 10_000 } });
    const call = client.post("/", { content: endless() });
    const error = await t.throwsAsync<RequestError>(settling(call), { instanceOf: WriteTimeout });
    t.is(error?.requestSent, "maybe");
    t.is(error?.phase, "write");
  });

  test(`the total timeout ends a call: ${name}`, async (t) => {
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: { read: null, total: 50 } });
    await t.throwsAsync(settling(client.get("/")), { instanceOf: TotalTimeout });
  });

  test(`an aborted call rejects with the reason: ${name}`, async (t) => {
    const reason = new Error("enough");
    const controller = new AbortController();
    await using client = new AsyncClient({ app, baseUrl: BASE });
    const call = t.throwsAsync(settling(client.get("/", { signal: controller.signal })));
    await turn();
    controller.abort(reason);
    t.is(await call, reason);
    t.is(await t.throwsAsync(client.get("/", { signal: controller.signal })), reason);
  });

  test(`a slow generator causes no timeout: ${name}`, async (t) => {
    const answering: App =
      name === "a listener"
        ? (((request, response) => void request.pipe(response)) as NodeListener)
        : (request: globalThis.Request) => new globalThis.Response(request.body);
    const slow = async function* (limit: number): AsyncGenerator<string> {
      for (let n = 0; n < 3; n++) {
        await outlast(limit);
        yield String(n);
      }
    };
    await using client = new AsyncClient({ app: answering, baseUrl: BASE });
    await withLimit(async (write) => {
      const timeout = { read: 5000, write };
      t.is((await client.post("/", { content: slow(write), timeout })).text, "012");
    }, SHORT_LIMITS);
  });
}

for (const [name, app] of Object.entries(STALLING)) {
  test(`a response that stops in the middle causes a ReadTimeout: ${name}`, async (t) => {
    await using client = new AsyncClient({ app, baseUrl: BASE });
    await withLimit(async (read) => {
      await using response = await client.stream("GET", "/", { timeout: { read } });
      const error = await t.throwsAsync<RequestError>(settling(response.aread()), {
        instanceOf: ReadTimeout,
      });
      t.is(error?.phase, "body");
    }, SHORT_LIMITS);
  });

  test(`a slow reader causes no timeout: ${name}`, async (t) => {
    await using client = new AsyncClient({ app: STEADY[name]!, baseUrl: BASE });
    await withLimit(async (read) => {
      await using response = await client.stream("GET", `/${read / 6}`, { timeout: { read } });
      await outlast(read);
      t.is((await response.aread()).byteLength, 10);
    });
  });
}

for (const [name, app] of Object.entries(STEADY)) {
  test(`the total timeout holds while bytes arrive: ${name}`, async (t) => {
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: { read: 1000, total: 150 } });
    await t.throwsAsync(settling(client.get("/50")), { instanceOf: TotalTimeout });
  });

  test(`a response longer than the read timeout, but never silent for that long, is read: ${name}`, async (t) => {
    await using client = new AsyncClient({ app, baseUrl: BASE });
    await withLimit(async (read) => {
      t.is((await client.get(`/${read / 8}`, { timeout: { read } })).text, "xxxxxxxxxx");
    });
  });
}

test("closing the client ends running calls", async (t) => {
  const called = deferred();
  const closed = deferred();
  const app: NodeListener = (_request, response) => {
    response.once("close", closed.resolve);
    called.resolve();
  };
  const client = new AsyncClient({ app, baseUrl: BASE });
  const call = client.get("/");
  await settling(called.promise);
  const rejected = t.throwsAsync<RequestError>(settling(call), { name: "CloseError" });
  await client.aclose();
  t.is((await rejected)?.code, "ERR_CLIENT_CLOSED");
  await settling(closed.promise);
});

test("a body that is open when the client closes cannot be read further", async (t) => {
  const app: NodeListener = (_request, response) => void response.write("x");
  const client = new AsyncClient({ app, baseUrl: BASE });
  const response = await client.stream("GET", "/");
  await client.aclose();
  const error = await t.throwsAsync<RequestError>(settling(response.aread()), { name: "ReadError" });
  t.is(error?.code, "ERR_CLIENT_CLOSED");
});

test("an application can set the timeout of its socket", async (t) => {
  const app: NodeListener = (_request, response) =>
    void response.setTimeout(30, () => response.end("timed out"));
  await using client = new AsyncClient({ app, baseUrl: BASE });
  t.is((await client.get("/")).text, "timed out");
});

test("a large body in memory that is not read causes a WriteTimeout", async (t) => {
  const app: NodeListener = (_request, _response) => undefined;
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: { write: 50, read: 10_000 } });
  const call = client.post("/", { content: new Uint8Array(1_000_000) });
  const error = await t.throwsAsync<RequestError>(settling(call), { instanceOf: WriteTimeout });
  t.is(error?.phase, "write");
});

test("after an interim response, a slow generator causes no timeout", async (t) => {
  const app: NodeListener = (request, response) => {
    response.writeProcessing();
    request.resume().once("end", () => response.end("heard"));
  };
  const slow = async function* (limit: number): AsyncGenerator<string> {
    yield "a";
    await outlast(limit);
    yield "b";
  };
  await using client = new AsyncClient({ app, baseUrl: BASE });
  await withLimit(async (read) => {
    const timeout = { read, write: 5000 };
    t.is((await client.post("/", { content: slow(read), timeout })).text, "heard");
  });
});

/** Request bodies sent to applications: the client pulls them as the application reads, and stops when it does not. */
import type { IncomingMessage } from "node:http";
import test from "ava";
import { type App, AsyncClient, LocalProtocolError, type NodeListener, StreamConsumed } from "httpxide";
import { bodyOf } from "../helpers/http-server.js";
import { deferred, eventually, settling, steady } from "../helpers/waiting.js";

const BASE = "http://testserver";
const PIECE = 8 * 1024;

/** An upload that counts the pieces pulled and records whether it was stopped. */
class Upload implements AsyncIterable<Uint8Array> {
  pulled = 0;
  isStopped = false;

  constructor(private readonly pieces: number) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let n = 0; n < this.pieces; n++) {
        this.pulled += 1;
        yield new Uint8Array(PIECE);
      }
    } finally {
      this.isStopped = true;
    }
  }
}

async function count(request: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const piece of request) bytes += (piece as Buffer).byteLength;
  return bytes;
}

/** Applications that start to read when `ready` resolves. */
const WAITING: Record<string, (ready: Promise<void>) => App> = {
  "a listener":
    (ready): NodeListener =>
    async (request, response) => {
      await ready;
      response.end(String(await count(request)));
    },
  "a fetch handler": (ready) => async (request: globalThis.Request) => {
    await ready;
    return new globalThis.Response(String((await request.arrayBuffer()).byteLength));
  },
};

for (const [name, make] of Object.entries(WAITING)) {
  test(`an upload is pulled only as the application reads: ${name}`, async (t) => {
    const ready = deferred();
    const upload = new Upload(500);
    await using client = new AsyncClient({ app: make(ready.promise), baseUrl: BASE, timeout: 60_000 });
    const call = client.post("/", { content: upload });
    await steady(() => upload.pulled);
    t.true(upload.pulled < 20, `${upload.pulled} pieces were pulled`);
    ready.resolve();
    t.is((await settling(call)).text, String(500 * PIECE));
    t.is(upload.pulled, 500);
  });
}

const IGNORING: Record<string, App> = {
  "a listener": ((_request, response) => void response.writeHead(413).end("too large")) as NodeListener,
  "a listener that reads a half": (async (request, response) => {
    for await (const piece of request) {
      if ((piece as Buffer).byteLength > 0) break;
    }
    response.writeHead(413).end("too large");
  }) as NodeListener,
  "a fetch handler": (_request: globalThis.Request) => new globalThis.Response("too large", { status: 413 }),
  "a fetch handler that reads a half": async (request: globalThis.Request) => {
    const reader = request.body!.getReader();
    await reader.read();
    await reader.cancel();
    return new globalThis.Response("too large", { status: 413 });
  },
};

for (const [name, app] of Object.entries(IGNORING)) {
  test(`a response that does not wait for the upload arrives, and the upload stops: ${name}`, async (t) => {
    const upload = new Upload(1_000_000);
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
    const response = await settling(client.post("/", { content: upload }));
    t.is(response.statusCode, 413);
    t.is(response.text, "too large");
    await eventually("the generator is stopped", () => upload.isStopped);
    t.true(upload.pulled < 1_000_000);
  });
}

const ECHOING: Record<string, App> = {
  "a listener": (async (request, response) => void response.end(await bodyOf(request))) as NodeListener,
  "a fetch handler": (request: globalThis.Request) => new globalThis.Response(request.body),
};

for (const [name, app] of Object.entries(ECHOING)) {
  test(`an application reads the bytes that the client sent: ${name}`, async (t) => {
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
    t.is((await client.post("/", { content: "Grüße" })).text, "Grüße");
    t.is((await client.post("/", { json: { a: 1 } })).text, '{"a":1}');
    const pieces = async function* (): AsyncGenerator<string | Uint8Array> {
      yield "one ";
      yield "";
      yield new Uint8Array([116, 119, 111]);
    };
    t.is((await client.post("/", { content: pieces() })).text, "one two");
    const form = await client.post("/", { data: { a: "1" }, files: { f: ["f.txt", "content"] } });
    t.regex(form.text, /name="a"\r\n\r\n1\r\n.*filename="f\.txt".*content/s);
  });

  test(`both bodies stream at the same time: ${name}`, async (t) => {
    const heard = deferred();
    const piped: App =
      name === "a listener" ? (((request, response) => void request.pipe(response)) as NodeListener) : app;
    const pieces = async function* (): AsyncGenerator<string> {
      yield "ping";
      await heard.promise;
      yield "pong";
    };
    await using client = new AsyncClient({ app: piped, baseUrl: BASE, timeout: 60_000 });
    await using response = await settling(client.stream("POST", "/", { content: pieces() }));
    const answer = response.aiterText();
    t.is((await settling(answer.next())).value, "ping");
    heard.resolve();
    t.is((await settling(answer.next())).value, "pong");
    t.true((await answer.next()).done);
  });

  test(`the call rejects with the exception of its generator: ${name}`, async (t) => {
    const failure = new Error("the disk is gone");
    const pieces = async function* (): AsyncGenerator<string> {
      yield "one";
      throw failure;
    };
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
    t.is(await t.throwsAsync(settling(client.post("/", { content: pieces() }))), failure);
  });

  for (const [length, problem] of [
    ["2", "Too much"],
    ["9", "Too little"],
  ] as const) {
    test(`a body that contradicts its Content-Length (${length}) is refused: ${name}`, async (t) => {
      const headers = { "Content-Length": length };
      await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
      const pieces = async function* (): AsyncGenerator<string> {
        yield "five ";
      };
      for (const content of ["five ", pieces()]) {
        const error = await t.throwsAsync<LocalProtocolError>(
          settling(client.post("/", { content, headers })),
        );
        t.true(error instanceof LocalProtocolError, String(error));
        t.regex(error?.message ?? "", new RegExp(`${problem} data for declared Content-Length`));
      }
    });
  }

  test(`a generator is sent once: ${name}`, async (t) => {
    const pieces = (async function* () {
      yield "once";
    })();
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
    t.is((await client.post("/", { content: pieces })).text, "once");
    await t.throwsAsync(client.post("/", { content: pieces }), { instanceOf: StreamConsumed });
  });
}

test("a request without a body has no Transfer-Encoding", async (t) => {
  const app: NodeListener = (request, response) => void response.end(JSON.stringify(request.headers));
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  for (const method of ["GET", "DELETE", "OPTIONS", "PROPFIND"]) {
    const headers = (await client.request(method, "/")).json<Record<string, string>>();
    t.is(headers["transfer-encoding"], undefined, method);
  }
});

test("a body that a fetch handler cannot receive is not pulled", async (t) => {
  const upload = new Upload(10);
  const app = (request: globalThis.Request): globalThis.Response =>
    new globalThis.Response(String(request.body));
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is((await client.request("GET", "/", { content: upload })).text, "null");
  t.is(upload.pulled, 0);
});

test("a body in memory is sent in pieces, as the application reads", async (t) => {
  const sizes: number[] = [];
  const app: NodeListener = async (request, response) => {
    for await (const piece of request) sizes.push((piece as Buffer).byteLength);
    response.end();
  };
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  await client.post("/", { content: new Uint8Array(1_000_000) });
  t.is(
    sizes.reduce((sum, size) => sum + size),
    1_000_000,
  );
  t.true(Math.max(...sizes) <= 64 * 1024, `${Math.max(...sizes)} bytes at once`);
});

for (const [name, app] of Object.entries(ECHOING)) {
  test(`a Content-Length that is not a number is refused: ${name}`, async (t) => {
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
    for (const length of ["abc", "0x3", "-3", "3.0"]) {
      const error = await t.throwsAsync<LocalProtocolError>(
        client.post("/", { content: "abc", headers: { "Content-Length": length } }),
      );
      t.true(error instanceof LocalProtocolError, String(error));
      t.is(error?.requestSent, false);
    }
  });
}

test("a request that fetch does not allow is refused", async (t) => {
  await using client = new AsyncClient({
    app: () => new globalThis.Response(),
    baseUrl: BASE,
    timeout: 60_000,
  });
  for (const [method, host] of [
    ["TRACE", "testserver"],
    ["GET", ""],
    ["GET", "two words"],
    ["GET", "elsewhere/path?"],
    ["GET", "me@elsewhere"],
  ] as const) {
    const error = await t.throwsAsync<LocalProtocolError>(
      client.request(method, "/", { headers: { Host: host } }),
    );
    t.true(error instanceof LocalProtocolError, String(error));
    t.is(error?.code, "ERR_INVALID_REQUEST");
    t.is(error?.requestSent, false);
  }
});

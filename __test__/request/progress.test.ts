/** `onUploadProgress` and `onDownloadProgress`: what they report, when, and of which request. */
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import { AppTransport, AsyncClient, MockTransport, type Progress, Response, post, stream } from "httpxide";
import { bodyOf, startHttpServer } from "../helpers/http-server.js";
import { startPlainHttp2Server } from "../helpers/http2-server.js";
import { head, startRawServer } from "../helpers/raw-server.js";
import { eventually } from "../helpers/waiting.js";

const MIB = 1024 * 1024;

/** A server that takes the body, and answers with the number of its bytes. */
const startCounting = () =>
  startHttpServer(async (request, response) => {
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    response.end(String(bytes));
  });

/** Every call: the numbers grow, agree with each other, and end once at the total. */
function complete(
  t: ExecutionContext,
  calls: readonly Progress[],
  bytes: number,
  total: number | null,
): void {
  t.true(calls.length > 0);
  let before = -1;
  for (const { transferred, total: told, percent, rate } of calls) {
    t.true(
      transferred > before || (transferred === bytes && before === bytes),
      `${transferred} after ${before}`,
    );
    before = transferred;
    t.is(told, total);
    t.is(percent, total === null ? null : total === 0 ? 100 : (100 * transferred) / total);
    t.true(Number.isFinite(rate) && rate >= 0, String(rate));
  }
  t.is(calls.at(-1)?.transferred, bytes);
  if (total !== null) t.is(calls.filter(({ transferred }) => transferred === total).length, 1);
}

async function* chunks(count: number, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let number = 0; number < count; number++) yield new Uint8Array(size);
}

test("an upload is reported up to its last byte: bytes, text, forms and streams", async (t) => {
  await using server = await startCounting();
  await using client = new AsyncClient();
  const bodies = [
    [{ content: new Uint8Array(5 * MIB) }, 5 * MIB, 5 * MIB],
    [{ content: "é" }, 2, 2],
    [{ json: { a: 1 } }, 7, 7],
    [{ data: { a: "b" } }, 3, 3],
    [{ content: chunks(40) }, 40 * 65_536, null],
    [{ content: chunks(40), headers: { "Content-Length": String(40 * 65_536) } }, 40 * 65_536, 40 * 65_536],
    [{ content: chunks(0) }, 0, null],
    [{ content: new Blob([new Uint8Array(MIB)]) }, MIB, MIB],
    [{ content: "abc", trailers: { "X-End": "1" } }, 3, 3],
    [{ content: "abc", expectContinue: true }, 3, 3],
  ] as const;
  for (const [body, bytes, total] of bodies) {
    const calls: Progress[] = [];
    const response = await client.post(server.url, { ...body, onUploadProgress: (now) => calls.push(now) });
    t.is(response.text, String(bytes));
    complete(t, calls, bytes, total);
  }
});

test("an upload counts what the connection has taken, not what was read from the source", async (t) => {
  let go!: () => void;
  const gone = new Promise<void>((resolve) => (go = resolve));
  await using server = await startHttpServer(async (request, response) => {
    await gone;
    response.end(String((await bodyOf(request)).length));
  });
  await using client = new AsyncClient({ timeout: null });
  const calls: Progress[] = [];
  const content = new Uint8Array(64 * MIB);
  const answer = client.post(server.url, { content, onUploadProgress: (now) => calls.push(now) });
  await eventually("progress is told", () => calls.length > 0);
  await sleep(300);
  t.true(calls.at(-1)!.transferred < content.length);
  go();
  t.is((await answer).text, String(content.length));
  complete(t, calls, content.length, content.length);
});

test("a download is reported as its bytes arrive: whole, streamed, raw, over HTTP/1.1 and HTTP/2", async (t) => {
  const body = Buffer.alloc(3 * MIB, "x");
  await using one = await startHttpServer((_, response) => {
    response.setHeader("Content-Length", body.length).end(body);
  });
  await using two = await startPlainHttp2Server((http2) => {
    http2.respond({ ":status": 200, "content-length": body.length });
    http2.end(body);
  });
  for (const [server, options] of [
    [one, {}],
    [two, { http1: false, http2: true }],
  ] as const) {
    await using client = new AsyncClient(options);
    const calls: Progress[] = [];
    const onDownloadProgress = (now: Progress) => void calls.push(now);
    t.is((await client.get(server.url, { onDownloadProgress })).content.length, body.length);
    complete(t, calls.splice(0), body.length, body.length);
    await using streamed = await client.stream("GET", server.url, { onDownloadProgress });
    t.is(calls.length, 0);
    for await (const _ of streamed.aiterRaw());
    complete(t, calls.splice(0), body.length, body.length);
  }
  const calls: Progress[] = [];
  await using streamed = await stream("GET", one.url, { onDownloadProgress: (now) => calls.push(now) });
  await streamed.aread();
  complete(t, calls, body.length, body.length);
});

test("a download counts compressed bytes, without the framing of chunks", async (t) => {
  const text = "abc".repeat(100_000);
  const coded = gzipSync(text);
  await using server = await startHttpServer((request, response) => {
    response.setHeader("Content-Encoding", "gzip");
    if (request.url === "/length") response.setHeader("Content-Length", coded.length);
    response.write(coded.subarray(0, 10));
    response.end(coded.subarray(10));
  });
  await using client = new AsyncClient();
  for (const [path, total] of [
    ["/length", coded.length],
    ["/chunked", null],
  ] as const) {
    const calls: Progress[] = [];
    const response = await client.get(server.url + path, { onDownloadProgress: (now) => calls.push(now) });
    t.is(response.text, text);
    complete(t, calls, coded.length, total);
  }
});

test("responses without a body are reported once, and requests without one never", async (t) => {
  await using server = await startHttpServer((request, response) => {
    if (request.method === "HEAD") response.setHeader("Content-Length", 1000);
    else response.statusCode = 204;
    response.end();
  });
  await using client = new AsyncClient();
  for (const method of ["HEAD", "GET"]) {
    const calls: Progress[] = [];
    await client.request(method, server.url, {
      onDownloadProgress: (now) => calls.push(now),
      onUploadProgress: () => t.fail("nothing was uploaded"),
    });
    t.is(calls.length, 1);
    complete(t, calls, 0, 0);
  }
});

test("a long transfer is reported at most ten times a second, and once at the end", async (t) => {
  const calls: Progress[] = [];
  const times: number[] = [];
  let sent = 0;
  await using server = await startHttpServer(async (_, response) => {
    while (calls.length < 4 && !response.destroyed) {
      response.write(Buffer.alloc(1000));
      sent += 1000;
      await sleep(10);
    }
    response.end();
  });
  await using client = new AsyncClient();
  const begun = performance.now();
  await client.get(server.url, {
    onDownloadProgress: (now) => {
      times.push(performance.now());
      calls.push(now);
    },
  });
  const whole = performance.now() - begun;
  complete(t, calls, sent, null);
  t.true(calls.length <= whole / 100 + 2, `${calls.length} calls in ${whole} ms`);
  // the body began after the call and before the first report
  const { rate } = calls.at(-1)!;
  const least = (1000 * sent) / (whole + 1);
  const most = (1000 * sent) / (times.at(-1)! - times[0]! - 1);
  t.true(rate >= least && rate <= most, `${rate} bytes/s, not between ${least} and ${most}`);
});

test("listeners run in the async context of the call", async (t) => {
  await using server = await startCounting();
  await using client = new AsyncClient();
  const context = new AsyncLocalStorage<string>();
  const seen = new Set<string>();
  const hear = (): void => void seen.add(String(context.getStore()));
  await Promise.all(
    ["a", "b"].map((name) =>
      context.run(name, () =>
        client.post(server.url, { content: chunks(20), onUploadProgress: hear, onDownloadProgress: hear }),
      ),
    ),
  );
  t.deepEqual([...seen].sort(), ["a", "b"]);
});

test("the exception of a listener, or the rejection of its promise, is that of the call", async (t) => {
  const server = await startHttpServer(async (request, response) => {
    await bodyOf(request);
    response.write("abc");
    setTimeout(() => response.end("abc"), 300);
  });
  const app = new AppTransport(
    async (request: globalThis.Request) => new globalThis.Response(await request.text()),
  );
  const mock = new MockTransport(() => new Response(200, { text: "abc" }));
  for (const transport of [undefined, app, mock]) {
    await using client = new AsyncClient(transport === undefined ? {} : { transport });
    for (const name of ["onUploadProgress", "onDownloadProgress"]) {
      const boom = new Error("boom");
      let count = 0;
      const listener = (): never => {
        count += 1;
        throw boom;
      };
      t.is(await t.throwsAsync(client.post(server.url, { content: chunks(8), [name]: listener })), boom);
      t.is(count, 1);
      if (transport !== undefined) continue;
      const rejecting = () => Promise.reject(boom);
      t.is(await t.throwsAsync(client.post(server.url, { content: chunks(8), [name]: rejecting })), boom);
    }
  }
  await using client = new AsyncClient();
  await client.stream(
    "GET",
    server.url,
    {
      onDownloadProgress: () => {
        throw new RangeError("mine");
      },
    },
    (response) => t.throwsAsync(response.aread(), { instanceOf: RangeError, message: "mine" }),
  );
  t.is((await client.get(server.url)).text, "abcabc");
  await server[Symbol.asyncDispose]();
});

test("applications in the process and mocks report the same", async (t) => {
  const answer = async (request: globalThis.Request): Promise<globalThis.Response> =>
    new globalThis.Response(await request.arrayBuffer());
  const listener = async (request: never, response: never): Promise<void> => {
    (response as { end(body: Uint8Array): void }).end(await bodyOf(request));
  };
  const transports = [
    new AppTransport(answer),
    AppTransport.node(listener as never),
    new MockTransport(async (request) => new Response(200, { content: await request.aread() })),
  ];
  for (const transport of transports) {
    await using client = new AsyncClient({ transport, baseUrl: "http://testserver" });
    for (const [content, total] of [
      [new Uint8Array(300_000), 300_000],
      [chunks(5, 60_000), null],
      ["abc", 3],
    ] as const) {
      const up: Progress[] = [];
      const down: Progress[] = [];
      const response = await client.post("/", {
        content,
        onUploadProgress: (now) => up.push(now),
        onDownloadProgress: (now) => down.push(now),
      });
      const bytes = total ?? 300_000;
      t.is(response.content.length, bytes);
      t.is(up.at(-1)?.transferred, bytes);
      if (!(transport instanceof MockTransport)) complete(t, up, bytes, total);
      t.is(down.at(-1)?.transferred, bytes);
    }
  }
});

test("each request with the body begins again; bodies of redirects and challenges are no download", async (t) => {
  let attempts = 0;
  await using server = await startHttpServer(async (request, response) => {
    const { length } = await bodyOf(request);
    if (request.url === "/redirect") response.writeHead(307, { Location: "/auth" }).end("elsewhere");
    else if (request.headers.authorization === undefined) {
      const challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256';
      response.writeHead(401, { "WWW-Authenticate": challenge }).end("who?");
    } else if (attempts++ === 0) response.writeHead(503).end("");
    else response.end(`got ${length}`);
  });
  const { DigestAuth } = await import("httpxide");
  await using client = new AsyncClient({ followRedirects: true, auth: new DigestAuth("u", "p") });
  const up: number[] = [];
  const down: (string | number)[] = [];
  const response = await client.put(`${server.url}/redirect`, {
    content: "abcde",
    retry: { attempts: 2, backoff: { initial: 1 } } as never,
    onUploadProgress: ({ transferred }) => up.push(transferred),
    onDownloadProgress: ({ transferred }) => down.push(transferred),
  });
  t.is(response.text, "got 5");
  t.deepEqual(up, [5, 5, 5, 5]);
  t.deepEqual(down, [5]);
});

test("a transfer that breaks off has no last call, and an abort ends both", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    await connection.send(head("200 OK", "Content-Length: 10"));
    await connection.send(Buffer.from("abc"));
  });
  await using client = new AsyncClient();
  const calls: number[] = [];
  const onDownloadProgress = ({ transferred }: Progress): void => void calls.push(transferred);
  await t.throwsAsync(client.get(server.url, { onDownloadProgress }), { name: "RemoteProtocolError" });
  t.deepEqual(calls, [3]);

  await using hanging = await startHttpServer((_, response) => void response.write("abc"));
  const controller = new AbortController();
  const reason = new Error("enough");
  const aborting = (): void => controller.abort(reason);
  const options = { onDownloadProgress: aborting, signal: controller.signal };
  t.is(await t.throwsAsync(client.get(hanging.url, options)), reason);
});

test("a built request keeps its listeners, and a one-shot function takes them", async (t) => {
  await using server = await startCounting();
  await using client = new AsyncClient();
  const calls: Progress[] = [];
  const onUploadProgress = (now: Progress): void => void calls.push(now);
  await client.send(client.buildRequest("POST", server.url, { content: "abc", onUploadProgress }));
  complete(t, calls.splice(0), 3, 3);
  await post(server.url, { content: "abcd", onUploadProgress });
  complete(t, calls, 4, 4);
  await t.throwsAsync(client.get(server.url, { onDownloadProgress: true as never }), {
    instanceOf: TypeError,
    message: /^onDownloadProgress must be a function, not (a )?boolean/,
  });
});

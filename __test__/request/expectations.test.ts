/** `Expect: 100-continue` and interim responses, over HTTP/1.1 and HTTP/2. */
import { AsyncLocalStorage } from "node:async_hooks";
import test from "ava";
import { AsyncClient, type InformationalResponse } from "httpxide";
import { bodyOf, startHttpServer } from "../helpers/http-server.js";
import { startPlainHttp2Server } from "../helpers/http2-server.js";
import { head, ok, replying, startRawServer } from "../helpers/raw-server.js";
import { Recorder } from "../helpers/tracing.js";

test("the body is sent when the server asks for it", async (t) => {
  const seen: string[] = [];
  await using server = await startRawServer(async (connection) => {
    const request = await connection.readHead();
    seen.push(request?.head.includes("\r\nExpect: 100-continue\r\n") ? "expects" : "expects nothing");
    await connection.send(head("100 Continue"));
    seen.push("asked");
    while (connection.held.length < 3 && (await connection.more()));
    seen.push(`body ${connection.take(3).toString()}`);
    await connection.send(ok());
  });
  await using client = new AsyncClient();
  const response = await client.post(server.url, { content: "abc", expectContinue: 60_000 });
  t.is(response.text, "ok");
  t.deepEqual(seen, ["expects", "asked", "body abc"]);
});

test("the body is sent when the time is over, by default after a second", async (t) => {
  await using server = await startHttpServer(async (request, response) => {
    response.end(await bodyOf(request));
  });
  await using silent = await startRawServer(replying(ok("late")));
  await using client = new AsyncClient();
  // node:http answers 100 by itself
  t.is((await client.post(server.url, { content: "abc", expectContinue: true })).text, "abc");
  for (const [expectContinue, least] of [
    [50, 45],
    [true, 950],
  ] as const) {
    const started = performance.now();
    t.is((await client.post(silent.url, { content: "abc", expectContinue })).text, "late");
    const elapsed = performance.now() - started;
    t.true(elapsed >= least, `${elapsed} ms`);
  }
});

test("a 417 is returned, and the source of the body is not touched", async (t) => {
  let received = 0;
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    await connection.send(head("417 Expectation Failed", "Content-Length: 0"));
    while (await connection.more()) received += connection.take(connection.held.length).length;
  });
  await using accepting = await startHttpServer(async (request, response) => {
    response.end(await bodyOf(request));
  });
  await using client = new AsyncClient();
  let pulled = 0;
  async function* chunks(): AsyncGenerator<string> {
    pulled += 1;
    yield "abc";
  }
  const content = chunks();
  const refused = await client.post(server.url, { content, expectContinue: 60_000 });
  t.is(refused.statusCode, 417);
  t.is(pulled, 0);
  t.is((await client.post(accepting.url, { content })).text, "abc");
  await client.aclose();
  t.is(received, 0);
});

test("a request without a body expects nothing", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  await client.get(server.url, { expectContinue: true });
  await client.post(server.url, { expectContinue: true });
  await client.post(server.url, { content: "abc", expectContinue: false });
  for (const { headers } of server.requests) t.false(headers.some(([name]) => name === "Expect"));
});

test("HTTP/2 servers ask for the body too", async (t) => {
  await using server = await startPlainHttp2Server((stream, headers) => {
    let body = "";
    if (headers[":path"] === "/refuse") return stream.respond({ ":status": 417 }, { endStream: true });
    t.is(headers["expect"], "100-continue");
    stream.additionalHeaders({ ":status": 100 });
    stream.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    stream.on("end", () => {
      stream.respond({ ":status": 200 });
      stream.end(body);
    });
  });
  await using client = new AsyncClient({ http1: false, http2: true });
  const started = performance.now();
  t.is((await client.post(server.url, { content: "abc", expectContinue: 30_000 })).text, "abc");
  const refused = await client.post(`${server.url}/refuse`, { content: "abc", expectContinue: 30_000 });
  t.is(refused.statusCode, 417);
  t.true(performance.now() - started < 25_000);
  t.is((await client.post(server.url, { content: "abc", expectContinue: true })).extensions["streamId"], 5);
});

test("an abort ends the wait", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    await connection.closed();
  });
  await using client = new AsyncClient();
  const controller = new AbortController();
  const call = client.post(server.url, {
    content: (async function* () {
      yield "never";
    })(),
    expectContinue: 60_000,
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(new Error("enough")), 20);
  await t.throwsAsync(call, { message: "enough" });
});

for (const version of ["HTTP/1.1", "HTTP/2"]) {
  test(`interim responses over ${version} reach their listener in the context of the call`, async (t) => {
    await using server =
      version === "HTTP/2"
        ? await startPlainHttp2Server((stream) => {
            stream.additionalHeaders({ ":status": 103, link: "</style.css>; rel=preload" });
            stream.additionalHeaders({ ":status": 102 });
            stream.respond({ ":status": 200 });
            stream.end("ok");
          })
        : await startHttpServer((_request, response) => {
            response.writeEarlyHints({ link: "</style.css>; rel=preload" });
            response.writeProcessing();
            response.end("ok");
          });
    await using client = new AsyncClient(version === "HTTP/2" ? { http1: false, http2: true } : {});
    const store = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const onInformational = ({ statusCode, headers }: InformationalResponse): void => {
      seen.push([statusCode, headers.get("link"), store.getStore()]);
    };
    const recorder = new Recorder();
    const response = await store.run("mine", () =>
      client.get(server.url, { onInformational, extensions: { trace: recorder.trace } }),
    );
    t.is(response.text, "ok");
    t.deepEqual(seen, [
      [103, "</style.css>; rel=preload", "mine"],
      [102, null, "mine"],
    ]);
    const name = `${version === "HTTP/2" ? "http2" : "http11"}.receive_informational_headers.complete`;
    const { status, httpVersion } = recorder.infoOf(name);
    t.deepEqual([status, httpVersion], [103, version]);
  });
}

test("a listener of interim responses that throws fails the call", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeProcessing();
  });
  await using client = new AsyncClient();
  const failing = (): void => {
    throw new Error("not wanted");
  };
  await t.throwsAsync(client.get(server.url, { onInformational: failing }), { message: "not wanted" });
  const rejecting = async (): Promise<void> => failing();
  await t.throwsAsync(client.get(server.url, { onInformational: rejecting }), { message: "not wanted" });
});

test("values that these options cannot have are refused", async (t) => {
  await using client = new AsyncClient();
  const refused = async (options: object, message: RegExp): Promise<void> => {
    const error = await client.post("http://127.0.0.1:1", { content: "a", ...options }).catch(String);
    t.regex(error as string, message);
  };
  await refused({ expectContinue: 0 }, /RangeError: expectContinue must be true, false or a positive number/);
  await refused(
    { expectContinue: "100" },
    /TypeError: expectContinue must be true, false or a positive number/,
  );
  await refused({ onInformational: true }, /TypeError: onInformational must be a function/);
  await refused(
    { extensions: { expectContinue: -1 } },
    /RangeError: extensions.expectContinue must be true, false or a positive/,
  );
});

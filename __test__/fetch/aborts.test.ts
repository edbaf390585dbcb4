// An abort ends a fetch at every moment: the caller gets the signal's reason, the server sees its connection close, and the
// body of the request is cancelled.
import test from "ava";
import { fetch } from "httpxide/fetch";
import { rejection } from "../helpers/failures.js";
import { startHttpServer } from "../helpers/http-server.js";
import { silent, startRawServer } from "../helpers/raw-server.js";
import { eventually } from "../helpers/waiting.js";

test("while the server is silent", async (t) => {
  await using server = await startRawServer(silent);
  const controller = new AbortController();
  const answer = fetch(server.url, { signal: controller.signal });
  await eventually("the request arrived", () => server.requests.length === 1);
  controller.abort();
  const error = await rejection(answer);
  t.is((error as Error).name, "AbortError");
  t.is(error, controller.signal.reason);
});

test("with a reason of its own", async (t) => {
  await using server = await startRawServer(silent);
  const controller = new AbortController();
  const answer = fetch(server.url, { signal: controller.signal });
  const reason = { any: "value" };
  await eventually("the request arrived", () => server.requests.length === 1);
  controller.abort(reason);
  await answer.then(
    () => t.fail(),
    (error: unknown) => t.is(error, reason),
  );
});

test("by AbortSignal.timeout", async (t) => {
  await using server = await startRawServer(silent);
  const error = await rejection(fetch(server.url, { signal: AbortSignal.timeout(30) }));
  t.is((error as Error).name, "TimeoutError");
});

test("by the signal of a Request, and by that of init instead", async (t) => {
  await using server = await startRawServer(silent);
  const ofRequest = new AbortController();
  const ofInit = new AbortController();
  const request = new Request(server.url, { signal: ofRequest.signal });
  const first = fetch(request);
  const second = fetch(request, { signal: ofInit.signal });
  let isSecondOver = false;
  void second.catch(() => (isSecondOver = true));
  ofRequest.abort(new Error("of the request"));
  await t.throwsAsync(first, { message: "of the request" });
  t.false(isSecondOver);
  ofInit.abort(new Error("of init"));
  await t.throwsAsync(second, { message: "of init" });
});

for (const how of ["text()", "the stream", "a clone"] as const) {
  test(`in the middle of a body, read by ${how}`, async (t) => {
    let isClosed = false;
    await using server = await startHttpServer((_request, response) => {
      response.on("close", () => (isClosed = true));
      response.write("first");
    });
    const controller = new AbortController();
    const response = await fetch(server.url, { signal: controller.signal });
    const read = async (): Promise<void> => {
      if (how === "text()") await response.text();
      if (how === "a clone") await response.clone().text();
      if (how === "the stream") for await (const _ of response.body!);
    };
    const reading = read();
    setTimeout(() => controller.abort(), 20);
    t.is(await rejection(reading), controller.signal.reason);
    await eventually("the connection is closed", () => isClosed);
  });
}

test("between two reads of a stream", async (t) => {
  await using server = await startHttpServer((_request, response) => void response.write("first"));
  const controller = new AbortController();
  const response = await fetch(server.url, { signal: controller.signal });
  const reader = response.body!.getReader();
  await reader.read();
  controller.abort();
  t.is(await rejection(reader.read()), controller.signal.reason);
});

test("after the response was read, an abort does nothing", async (t) => {
  await using server = await startHttpServer();
  const controller = new AbortController();
  const response = await fetch(server.url, { signal: controller.signal });
  const text = await response.text();
  controller.abort();
  t.true(text.length > 0);
});

test("between two redirects", async (t) => {
  const controller = new AbortController();
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/second") controller.abort();
    else response.writeHead(302, { location: "/second" }).end();
  });
  t.is(await rejection(fetch(server.url, { signal: controller.signal })), controller.signal.reason);
});

test("the stream of an upload is cancelled with the reason", async (t) => {
  await using server = await startRawServer(silent);
  const controller = new AbortController();
  let reason: unknown;
  const body = new ReadableStream({
    pull: (stream) => stream.enqueue(new Uint8Array(64 * 1024)),
    cancel: (given) => void (reason = given),
  });
  const init = { method: "POST", body, duplex: "half", signal: controller.signal } as RequestInit;
  const answer = fetch(server.url, init);
  await eventually("the upload arrives", () => server.bytesReceived > 64 * 1024);
  controller.abort();
  await rejection(answer);
  await eventually("the stream is cancelled", () => reason !== undefined);
  t.is(reason, controller.signal.reason);
});

test("the stream of an upload that waits for its source is cancelled too", async (t) => {
  await using server = await startRawServer(silent);
  const controller = new AbortController();
  let reason: unknown;
  const body = new ReadableStream({ cancel: (given) => void (reason = given) });
  const init = { method: "POST", body, duplex: "half", signal: controller.signal } as RequestInit;
  const answer = fetch(new Request(server.url, init));
  await eventually("the request arrived", () => server.requests.length === 1);
  controller.abort();
  t.is(await rejection(answer), controller.signal.reason);
  await eventually("the stream is cancelled", () => reason !== undefined);
});

test("a signal that is shared by many calls gets one listener, and none when they are over", async (t) => {
  await using server = await startHttpServer();
  const { signal } = new AbortController();
  const counts = { added: 0, removed: 0 };
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    counts.added++;
    addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    counts.removed++;
    removeEventListener.apply(signal, given);
  };
  await Promise.all(Array.from({ length: 50 }, async () => (await fetch(server.url, { signal })).text()));
  t.is(counts.added, counts.removed);
  t.true(counts.added <= 50);
});

for (const read of ["text", "json", "arrayBuffer", "blob"] as const) {
  test(`in the turn in which ${read}() was called, although the body is here`, async (t) => {
    await using server = await startHttpServer((_request, response) => void response.end("1"));
    const controller = new AbortController();
    const response = await fetch(server.url, { signal: controller.signal });
    const body = response[read]();
    controller.abort();
    t.is(await rejection(body), controller.signal.reason);
  });
}

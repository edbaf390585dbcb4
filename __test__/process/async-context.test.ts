/**
 * Async context: user functions see the `AsyncLocalStorage` stores of the call that they belong to, in every runtime that
 * is installed. The engine's completion loop, timers and foreign abort signals have another context, or none
 * (napi-rs/napi-rs#2456).
 */
import test from "ava";
import { runProgram } from "../helpers/child.js";
import { bodyOf, type Handler, startHttpServer } from "../helpers/http-server.js";
import { installedRuntimes } from "../helpers/runtimes.js";

const handler: Handler = async (request, response, { path }) => {
  await bodyOf(request);
  if (path === "/silent") return;
  if (path !== "/slow") return void response.end("ok");
  response.write("a");
  setTimeout(() => response.end("b"), 10);
};

const PLACES = [
  "trace: connection.connect_tcp.started",
  "trace: http11.response_closed.complete",
  "trace of a failure",
  "trace of an abort elsewhere",
  "request hook",
  "response hook",
  "auth function",
  "auth flow after the response",
  "token function",
  "upload at its end",
  "reading",
  "the function that a stream is given to",
  "resolver",
  "resolver, given up",
  "reply function",
  "body of a mock's response at its end",
  "body of a mock's response, aborted elsewhere",
  "handler of a mock",
  "request listener",
  "request listener, reading",
  "fetch handler",
  "fetch handler, aborted elsewhere",
];

for (const runtime of installedRuntimes) {
  test(`user functions see the stores of their call (${runtime.name})`, async (t) => {
    await using server = await startHttpServer(handler);
    const { code, stdout, stderr } = await runProgram("async-context", { args: [server.url], runtime });
    t.is(code, 0, stderr);
    const seen = JSON.parse(stdout) as [place: string, store: string][];
    t.deepEqual(
      seen.filter(([, store]) => store !== "its own"),
      [],
    );
    const places = new Set(seen.map(([place]) => place));
    t.deepEqual(
      PLACES.filter((place) => !places.has(place)),
      [],
    );
  });
}

/**
 * Fake timers: a program whose test has stopped every clock and every scheduler still gets its responses, its timeouts
 * and its aborts, because the engine's time is its own.
 *
 * Each program is a process of its own, since the test server and the test runner need time.
 */
import test from "ava";
import { runProgram } from "../helpers/child.js";
import { bodyOf, type Handler, startHttpServer } from "../helpers/http-server.js";

const handler: Handler = async (request, response, { path }) => {
  if (path === "/silent") return;
  if (path === "/redirect") return void response.writeHead(302, { Location: "/there" }).end();
  if (path === "/stuck") return void response.writeHead(302, { Location: "/there" }).write("…");
  if (path === "/length") return void response.end(`${(await bodyOf(request)).byteLength} bytes`);
  if (path === "/events") {
    response.setHeader("Content-Type", "text/event-stream");
    return void response.write("data: an event\n\n");
  }
  if (path === "/endless") return void response.write("x".repeat(100_000));
  if (path !== "/lines") return void response.end(`at ${path}`);
  response.write("one\ntw");
  setTimeout(() => response.end("o\n"), 20);
};

const expected = [
  ["get", "at /"],
  ["elapsed moves on", true],
  ["three at once", [200, 200, 200]],
  ["stream", ["one", "two"]],
  ["redirect", "at /there"],
  ["upload of bytes", "100000 bytes"],
  ["upload of pieces", "1000 bytes"],
  ["timeout", "ReadTimeout"],
  ["total timeout", "TotalTimeout"],
  ["abort", "AbortError"],
  ["steps until then", "http11.receive_response_headers.started"],
  ["redirect with a body that never ends", "at /there"],
  ["timeout of an application", "ReadTimeout"],
  ["its total timeout", "TotalTimeout"],
  ["its abort by time", "TimeoutError"],
  ["stream left early", true],
  ["fetch", "at /"],
  ["fetch, streamed", "one\ntwo\n"],
  ["fetch, upload", "100000 bytes"],
  ["fetch, aborted", "AbortError"],
  ["callback of a dispatcher", 200],
  ["aclose", true],
];

const waysToStopTime = [
  ["sinon", "after"],
  ["sinon", "before"],
  ["node", "after"],
  ["node", "before"],
  ["deaf", "after"],
  ["deaf", "before"],
] as const;

for (const [how, when] of waysToStopTime) {
  test(`everything works while time is stopped (${how}, ${when} the package was loaded)`, async (t) => {
    await using server = await startHttpServer(handler);
    const run = await runProgram("faked-time", { args: [server.url, how, when] });
    const lines = run.stdout.split("\n").filter((line) => line !== "");
    t.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      expected,
      run.stderr,
    );
    t.is(run.code, 0, run.stderr);
  });
}

/** Of each call of the program, what comes of it; the others are errors that it expects. */
const withReplacedClasses = [
  ["get", "at /?a=1"],
  ["with a signal", "at /"],
  ["redirect", "at /there"],
  ["stuck redirect", "at /there"],
  ["read timeout", "ReadTimeout"],
  ["total timeout", "TotalTimeout"],
  ["abort", "AbortError"],
  ["another signal", "RangeError"],
  ["upload", "3 bytes"],
  ["lines", ["one", "two"]],
  ["progress", "at /"],
  ["proxy", true],
  ["retries", "at /"],
  ["retries end", null],
  ["application", "of an app"],
  ["mock", "mocked"],
  ["fetch", "at /"],
  ["fetch, streamed", 8],
  ["smithy", 200],
  ["undici", "at /"],
  ["events", "an event"],
  ["EventSource", "an event"],
  ["WebSocket", "error"],
  ["an object for URL: get", "at /"],
  ["an object for URL: given", "at /"],
  ["an object for URL: fetch", "at /"],
  ["an object for Blob: upload", "4 bytes"],
  ["an object for Blob: fetch", "4 bytes"],
  ["aclose", null],
];

for (const timers of ["", "timers"]) {
  test(`classes that a test replaces after loading are not used${timers && ", though time is stopped"}`, async (t) => {
    await using server = await startHttpServer(handler);
    const { code, stdout, stderr } = await runProgram("replaced-classes", { args: [server.url, timers] });
    const lines = stdout.split("\n").filter((line) => line !== "");
    t.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      withReplacedClasses,
      stderr,
    );
    t.is(code, 0, stderr);
  });
}

test("without queueMicrotask only the platform's own body of a Response does not end, and a timeout ends that", async (t) => {
  const { code, stdout, stderr } = await runProgram("faked-microtasks");
  t.is(code, 0, stderr);
  const { streamed, text, ofPlatform, callers } = JSON.parse(stdout) as Record<string, string> & {
    callers: string[];
  };
  t.is(streamed, "streamed");
  t.is(ofPlatform, "no end");
  t.is(text, "TotalTimeout");
  t.true(callers.length > 0);
  for (const caller of callers) t.regex(caller, /node:internal\/deps\/undici/);
});

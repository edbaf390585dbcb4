/**
 * When a process that uses the client exits: pending work keeps it alive, idle connections and unclosed clients do not.
 * A process that stays alive is killed after a limit, and its exit code is then null.
 */
import test, { type ExecutionContext } from "ava";
import { programPath, type ProgramRun, runProgram } from "../helpers/child.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { chunk, chunkedHead, silent, startRawServer } from "../helpers/raw-server.js";
import { eventually, pause, turn } from "../helpers/waiting.js";
import { TEXT, frame, startWebSocketServer } from "../helpers/websocket-server.js";

function endsByItself(t: ExecutionContext, run: ProgramRun, stdout: string): void {
  t.is(run.code, 0, run.stderr);
  t.is(run.stdout, stdout);
  t.is(run.stderr, "");
}

test.serial("a process that makes requests and closes nothing exits by itself", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const run = await runProgram("requests-without-closing", { args: [server.url] });
  endsByItself(t, run, "100 answers\n");
});

test.serial("a process that makes a client and no request exits by itself", async (t) => {
  const run = await runProgram("client-unused");
  endsByItself(t, run, "made\n");
});

test.serial("a process with a request in flight lives until the response arrives", async (t) => {
  await using server = await startHttpServer(async (_request, response) => {
    // Slow on purpose: meanwhile only the request keeps the process alive.
    await pause(1000);
    response.end("late");
  });
  const run = await runProgram("get-once", { args: [server.url] });
  endsByItself(t, run, "200 late\n");
});

test.serial("a process with an upload in flight lives until the response arrives", async (t) => {
  await using server = await startHttpServer(async (request, response) => {
    let length = 0;
    for await (const piece of request) length += (piece as Buffer).length;
    response.end(String(length));
  });
  const run = await runProgram("upload-slowly", { args: [server.url] });
  endsByItself(t, run, "200 50\n");
});

test.serial("a process with an unread stream exits by itself", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead());
    while (await connection.send(chunk("x".repeat(10_000)))) await turn();
  });
  const run = await runProgram("stream-unread", { args: [server.url] });
  endsByItself(t, run, "200\n");
  await eventually("the server's socket is closed", () => server.openSockets === 0);
});

test.serial("a process with an open WebSocket session that waits for nothing exits by itself", async (t) => {
  await using server = await startWebSocketServer(async (session) => {
    await session.send(frame(TEXT, "first"));
    while ((await session.receive()) !== null);
  });
  const run = await runProgram("websocket-open", { args: [server.url, "quiet"] });
  endsByItself(t, run, "first\n");
  await eventually("the server's socket is closed", () => server.openSockets === 0);
});

test.serial("a process that waits for a message of a WebSocket session lives until it comes", async (t) => {
  await using server = await startWebSocketServer(async (session) => {
    await session.send(frame(TEXT, "first"));
    // Slow on purpose: meanwhile only the receive() keeps the process alive.
    await pause(1000);
    await session.send(frame(TEXT, "second"));
    while ((await session.receive()) !== null);
  });
  const run = await runProgram("websocket-open", { args: [server.url, "waiting"] });
  endsByItself(t, run, "first\nsecond\n");
});

test.serial("process.exit() with an open WebSocket session exits with its code", async (t) => {
  await using server = await startWebSocketServer(async (session) => {
    await session.send(frame(TEXT, "first"));
    while ((await session.receive()) !== null);
  });
  const run = await runProgram("websocket-open", { args: [server.url, "exit"] });
  t.is(run.code, 7, run.stderr);
  t.is(run.stderr, "");
  await eventually("the server's socket is closed", () => server.openSockets === 0);
});

test.serial("process.exit() with requests in flight exits with its code", async (t) => {
  await using server = await startRawServer(silent);
  const run = await runProgram("exit-in-flight", { args: [server.url] });
  t.is(run.code, 7, run.stderr);
  t.is(run.stderr, "");
});

test.serial("an uncaught error of the client ends the process like any other", async (t) => {
  const run = await runProgram("get-uncaught", { args: ["http://127.0.0.1:1/"] });
  t.is(run.code, 1);
  t.regex(run.stderr, /ConnectError: GET http:\/\/127\.0\.0\.1:1\//);
  t.regex(run.stderr, /ECONNREFUSED/);
  t.true(
    run.stderr.includes(programPath("get-uncaught").split("/").at(-1) ?? ""),
    "the stack names the program",
  );
});

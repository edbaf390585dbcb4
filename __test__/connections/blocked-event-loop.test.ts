/**
 * Timeouts run off the JavaScript thread: a program that blocks its event loop gets no false ones. These tests have
 * their own file because nothing else can run in this thread meanwhile.
 */
import test from "ava";
import { AsyncClient } from "httpxide";
import { gatherBytes } from "../helpers/bytes.js";
import { blockEventLoop, startServerThread } from "../helpers/server-thread.js";
import { eventually } from "../helpers/waiting.js";

const TIMEOUT = { connect: 400, read: 400, write: 400, pool: 400 };
const THREE_TIMEOUTS = 1200;

test.serial("no timeout fires while the event loop is blocked right after the call", async (t) => {
  await using server = await startServerThread(50);
  await using client = new AsyncClient({ timeout: TIMEOUT });
  const call = client.get(server.url);
  blockEventLoop(THREE_TIMEOUTS);
  t.is((await call).text, "first second");
});

test.serial("no timeout fires while the event loop is blocked before the server answers", async (t) => {
  await using server = await startServerThread(50);
  await using client = new AsyncClient({ timeout: TIMEOUT });
  const call = client.get(server.url);
  await eventually("the request arrived", () => server.requests === 1);
  blockEventLoop(THREE_TIMEOUTS);
  t.is((await call).text, "first second");
});

test.serial("no timeout fires while the event loop is blocked before the body is read", async (t) => {
  await using server = await startServerThread(50);
  await using client = new AsyncClient({ timeout: TIMEOUT });
  await using response = await client.stream("GET", server.url);
  blockEventLoop(THREE_TIMEOUTS);
  t.is((await gatherBytes(response.aiterBytes())).toString(), "first second");
});

test.serial("no timeout fires while the generator of an upload blocks the event loop", async (t) => {
  await using server = await startServerThread(50);
  await using client = new AsyncClient({ timeout: TIMEOUT });
  function* upload(): Generator<string> {
    yield "one";
    blockEventLoop(THREE_TIMEOUTS);
    yield "two";
  }
  t.is((await client.post(server.url, { content: upload() })).text, "first second");
});

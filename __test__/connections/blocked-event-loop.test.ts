/**
 * Timeouts run off the JavaScript thread: a program that blocks its event loop gets no false ones. These tests have
 * their own file because nothing else can run in this thread meanwhile. A timeout is no false one if the server was late: the
 * limit is longer then, and so is the time for which the loop is blocked.
 */
import test from "ava";
import { AsyncClient } from "httpxide";
import { gatherBytes } from "../helpers/bytes.js";
import { withLimit } from "../helpers/limits.js";
import { blockEventLoop, startServerThread } from "../helpers/server-thread.js";
import { eventually } from "../helpers/waiting.js";

const LIMITS = [400, 4000];

test.serial("no timeout fires while the event loop is blocked right after the call", async (t) => {
  await using server = await startServerThread(50);
  await using client = new AsyncClient();
  await withLimit(async (timeout) => {
    const call = client.get(server.url, { timeout });
    blockEventLoop(3 * timeout);
    t.is((await call).text, "first second");
  }, LIMITS);
});

test.serial("no timeout fires while the event loop is blocked before the server answers", async (t) => {
  await using server = await startServerThread(50);
  await using client = new AsyncClient();
  await withLimit(async (timeout) => {
    const before = server.requests;
    const call = client.get(server.url, { timeout });
    await Promise.race([eventually("the request arrived", () => server.requests > before), call]);
    blockEventLoop(3 * timeout);
    t.is((await call).text, "first second");
  }, LIMITS);
});

test.serial("no timeout fires while the event loop is blocked before the body is read", async (t) => {
  await using server = await startServerThread(50);
  await using client = new AsyncClient();
  await withLimit(async (timeout) => {
    await using response = await client.stream("GET", server.url, { timeout });
    blockEventLoop(3 * timeout);
    t.is((await gatherBytes(response.aiterBytes())).toString(), "first second");
  }, LIMITS);
});

test.serial("no timeout fires while the generator of an upload blocks the event loop", async (t) => {
  await using server = await startServerThread(50);
  await using client = new AsyncClient();
  function* upload(timeout: number): Generator<string> {
    yield "one";
    blockEventLoop(3 * timeout);
    yield "two";
  }
  await withLimit(async (timeout) => {
    t.is((await client.post(server.url, { content: upload(timeout), timeout })).text, "first second");
  }, LIMITS);
});

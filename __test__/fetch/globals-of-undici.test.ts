// What programs set by undici for the platform's fetch, and what holds for httpxide/fetch too.
import test from "ava";
import { AsyncClient } from "httpxide";
import { createFetch, fetch } from "httpxide/fetch";
import { Agent, MockAgent, setGlobalDispatcher, setGlobalOrigin } from "undici-7";
import { startHttpServer } from "../helpers/http-server.js";

test.serial("a MockAgent answers, and nothing leaves the process", async (t) => {
  await using server = await startHttpServer();
  const mocks = new MockAgent();
  mocks.disableNetConnect();
  mocks.get("http://example.org").intercept({ path: "/" }).reply(200, "mocked");
  setGlobalDispatcher(mocks);
  try {
    t.is(await (await fetch("http://example.org/")).text(), "mocked");
    await t.throwsAsync(fetch(server.url), { instanceOf: TypeError, message: "fetch failed" });
    t.is(server.requests.length, 0);
    // a client that the program names is what it wants
    await using client = new AsyncClient();
    t.is((await createFetch(client)(server.url)).status, 200);
  } finally {
    setGlobalDispatcher(new Agent());
    await mocks.close();
  }
  t.is((await fetch(server.url)).status, 200);
});

test.serial("relative URLs have the origin that setGlobalOrigin gives", async (t) => {
  await using server = await startHttpServer();
  setGlobalOrigin(server.url);
  try {
    t.is((await fetch("/relative")).url, `${server.url}/relative`);
  } finally {
    setGlobalOrigin(undefined);
  }
  await t.throwsAsync(fetch("/relative"), { message: "Failed to parse URL from /relative" });
});

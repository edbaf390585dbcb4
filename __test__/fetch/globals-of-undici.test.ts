// What programs set by undici for the platform's fetch, and what holds for httpxide/fetch too.
import test from "ava";
import { AsyncClient } from "httpxide";
import { createFetch, fetch } from "httpxide/fetch";
import { Agent, Dispatcher, MockAgent, setGlobalDispatcher, setGlobalOrigin } from "undici-7";
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

test.serial("a MockAgent inside a dispatcher of the program answers too", async (t) => {
  class OwnDispatcher extends Dispatcher {
    readonly inner: MockAgent;
    constructor(inner: MockAgent) {
      super();
      this.inner = inner;
    }
    override dispatch(...args: Parameters<Dispatcher["dispatch"]>): boolean {
      return this.inner.dispatch(...args);
    }
  }
  const mocks = new MockAgent();
  mocks.disableNetConnect();
  mocks.get("http://example.org").intercept({ path: "/" }).reply(200, "mocked");
  setGlobalDispatcher(new OwnDispatcher(mocks));
  try {
    t.is(await (await fetch("http://example.org/")).text(), "mocked");
  } finally {
    setGlobalDispatcher(new Agent());
    await mocks.close();
  }
});

test.serial(
  "credentials that another origin puts into a URL are refused, also on the way back",
  async (t) => {
    await using server = await startHttpServer();
    await using other = await startHttpServer((_request, response) => {
      response.writeHead(302, { location: server.url.replace("://", "://user:password@") }).end();
    });
    setGlobalOrigin(server.url);
    try {
      await t.throwsAsync(fetch(other.url), { instanceOf: TypeError, message: "fetch failed" });
      t.is(server.requests.length, 0);
    } finally {
      setGlobalOrigin(undefined);
    }
  },
);

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

test.serial("setGlobalOrigin gives requests an Origin and a Referer, by their mode and policy", async (t) => {
  await using other = await startHttpServer();
  await using server = await startHttpServer((request, response) => {
    if (request.url === "/away") response.writeHead(302, { location: `${other.url}/there` }).end();
    else response.end();
  });
  await using returning = await startHttpServer((_request, response) => {
    response.writeHead(302, { location: `${server.url}/there` }).end();
  });
  /** The two fields of the last request. */
  const fieldsOf = async ({ requests }: typeof server, url: string, init?: RequestInit) => {
    await (await fetch(url, init)).text();
    const { origin, referer } = Object.fromEntries(
      requests.at(-1)!.headers.map(([name, value]) => [name.toLowerCase(), value]),
    );
    return { origin, referer };
  };
  const page = `${server.url}/page`;
  setGlobalOrigin(page);
  try {
    const same = { origin: undefined, referer: page };
    t.deepEqual(await fieldsOf(server, "/x"), same);
    t.deepEqual(await fieldsOf(server, "/x", { referrer: "" }), { ...same, referer: undefined });
    t.deepEqual(await fieldsOf(server, "/x", { method: "POST" }), { origin: server.url, referer: page });
    const own = { mode: "same-origin" } as const;
    t.deepEqual(await fieldsOf(server, "/x", own), same);
    for (const url of [other.url, "/away"]) {
      const error = (await t.throwsAsync(fetch(url, own), { message: "fetch failed" })) as TypeError;
      t.is((error.cause as Error).message, 'request mode cannot be "same-origin"');
    }
    const silent = { method: "POST", referrerPolicy: "no-referrer" } as const;
    t.deepEqual(await fieldsOf(server, "/x", silent), { origin: "null", referer: undefined });

    const cross = { origin: server.url, referer: `${server.url}/` };
    t.deepEqual(await fieldsOf(other, `${other.url}/x`), cross);
    t.deepEqual(await fieldsOf(other, "/away"), cross);
    t.deepEqual(await fieldsOf(other, `${other.url}/x`, { mode: "no-cors" }), {
      ...cross,
      origin: undefined,
    });
    // after a redirect by another origin, `Origin` is opaque and `Referer` stays shortened
    t.deepEqual(await fieldsOf(server, returning.url), { ...cross, origin: "null" });
    // the standard forbids a program to give them itself
    const headers = { origin: "http://own", referer: "http://own/page" };
    t.deepEqual(await fieldsOf(other, `${other.url}/x`, { headers }), cross);
  } finally {
    setGlobalOrigin(undefined);
  }
  t.deepEqual(await fieldsOf(other, `${other.url}/x`), { origin: undefined, referer: undefined });
});

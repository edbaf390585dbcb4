// The interceptors of undici 6, 7 and 8, each alone, below the request and fetch of each of them and below the platform's fetch.
// undici 6 knows handlers of the old generation only, and the interceptors of the others those of the new one only.
import { gzipSync } from "node:zlib";
import test from "ava";
import { HttpxideDispatcher } from "httpxide/undici";
import { type Handler, startHttpServer } from "../helpers/http-server.js";
import { undiciOf, versions } from "./versions.js";

const LARGE = "large ".repeat(100_000);

/** Counts the requests for each path. */
function counting(seen: Map<string, number>): Handler {
  return (_request, response, { path }) => {
    const count = (seen.get(path) ?? 0) + 1;
    seen.set(path, count);
    if (path === "/moved") return void response.writeHead(302, { location: "/there" }).end("moved");
    if (path === "/flaky" && count === 1) return void response.writeHead(503).end();
    if (path === "/cached") response.setHeader("cache-control", "max-age=60");
    if (path === "/zipped")
      return void response.setHeader("content-encoding", "gzip").end(gzipSync("zipped"));
    if (path === "/missing")
      return void response.writeHead(404, { "content-type": "text/plain" }).end("none");
    response.end(path === "/large" ? LARGE : path);
  };
}

/** How a program asks for a URL: the text of the answer, or the code or message of the error. */
type Ask = (url: string, dispatcher: object) => Promise<string>;

const asks: [name: string, ask: Ask][] = [
  ...versions.map((version): [string, Ask] => [
    `the request of undici ${version}`,
    async (url, dispatcher) => await (await undiciOf(version).request(url, { dispatcher })).body.text(),
  ]),
  ...versions.map((version): [string, Ask] => [
    `the fetch of undici ${version}`,
    async (url, dispatcher) =>
      await (await undiciOf(version).fetch(url, { dispatcher } as RequestInit)).text(),
  ]),
  [
    "the platform's fetch",
    async (url, dispatcher) => await (await fetch(url, { dispatcher } as RequestInit)).text(),
  ],
  [
    "its own request",
    async (url, dispatcher) => {
      const { origin, pathname } = new URL(url);
      const options = { origin, path: pathname, method: "GET" };
      return await (await (dispatcher as HttpxideDispatcher).request(options)).body.text();
    },
  ],
];

interface Case {
  readonly path: string;
  readonly options?: object;
  readonly text: string;
  /** How often the server is asked for the path, of two calls. @default 2 */
  readonly requests?: number;
}

const cases: Readonly<Record<string, Case>> = {
  redirect: { path: "/moved", options: { maxRedirections: 3 }, text: "/there" },
  retry: { path: "/flaky", options: { minTimeout: 1, maxRetries: 3 }, text: "/flaky", requests: 3 },
  dump: { path: "/plain", options: { maxSize: 1_000_000 }, text: "" },
  dns: {
    path: "/plain",
    options: {
      lookup: (_origin: URL, _options: object, done: (error: null, found: object[]) => void) =>
        done(null, [{ address: "127.0.0.1", family: 4 }]),
    },
    text: "/plain",
  },
  cache: { path: "/cached", text: "/cached", requests: 1 },
  decompress: { path: "/zipped", text: "zipped" },
  deduplicate: { path: "/large", text: LARGE },
};

for (const version of versions) {
  const { interceptors } = undiciOf(version);
  for (const [name, { path, options, text, requests = 2 }] of Object.entries(cases)) {
    const interceptor = interceptors[name];
    if (interceptor === undefined) continue;
    for (const [asker, ask] of asks) {
      // fetch decodes by itself, and follows redirects
      const isOfFetch = asker.includes("fetch");
      if (isOfFetch && (name === "redirect" || name === "dump")) continue;
      test(`${name} of undici ${version} below ${asker}`, async (t) => {
        const seen = new Map<string, number>();
        await using server = await startHttpServer(counting(seen));
        const dispatcher = new HttpxideDispatcher({}).compose(interceptor(options));
        t.is(await ask(`${server.url}${path}`, dispatcher), text);
        t.is(await ask(`${server.url}${path}`, dispatcher), text);
        t.is(seen.get(path), requests);
        await dispatcher.close();
      });
    }
  }
}

for (const version of versions.filter((one) => one >= 7)) {
  test(`responseError of undici ${version} rejects, with the body`, async (t) => {
    await using server = await startHttpServer(counting(new Map()));
    const { interceptors, request } = undiciOf(version);
    const dispatcher = new HttpxideDispatcher({}).compose(interceptors["responseError"]!());
    const error = await t.throwsAsync<Error & { statusCode?: number; body?: string }>(
      request(`${server.url}/missing`, { dispatcher }),
    );
    t.is(error.statusCode, 404);
    t.is(error.body, "none");
    await dispatcher.close();
  });

  test(`its own request has the history of the redirect interceptor of undici ${version}`, async (t) => {
    await using server = await startHttpServer(counting(new Map()));
    const redirect = undiciOf(version).interceptors["redirect"]!({ maxRedirections: 3 });
    const dispatcher = new HttpxideDispatcher({}).compose(redirect);
    const { body, context } = await dispatcher.request({ origin: server.url, path: "/moved", method: "GET" });
    await body.dump();
    const { history } = context as { history: URL[] };
    t.true(history.some(({ pathname }) => pathname === "/there"));
    await dispatcher.close();
  });
}

test("interceptors of all versions wrap one another, and null is none", async (t) => {
  const seen = new Map<string, number>();
  await using server = await startHttpServer(counting(seen));
  const dispatcher = new HttpxideDispatcher({}).compose([
    ...versions.map((version) => undiciOf(version).interceptors["retry"]!({ minTimeout: 1 })),
    null,
    ...versions.map((version) => undiciOf(version).interceptors["redirect"]!({ maxRedirections: 2 })),
  ] as never);
  for (const [, ask] of asks) {
    t.is(await ask(`${server.url}/moved`, dispatcher), "/there");
    seen.clear();
    t.is(await ask(`${server.url}/flaky`, dispatcher), "/flaky");
    t.is(seen.get("/flaky"), 2);
    t.is(await ask(`${server.url}/large`, dispatcher), LARGE);
  }
  await dispatcher.close();
});

test("what is no interceptor is refused", (t) => {
  t.throws(() => new HttpxideDispatcher().compose({} as never), {
    instanceOf: TypeError,
    message: "An interceptor must be a function, not an Object.",
  });
});

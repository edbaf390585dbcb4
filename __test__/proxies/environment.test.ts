/** The proxies that environment variables name. */
import test from "ava";
import { AsyncClient, AsyncHTTPTransport, InvalidURL, MockTransport, Response, get } from "httpxide";
import { firstHop } from "../helpers/first-hop.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { clientIn, type Environment } from "../helpers/proxy-environment.js";
import { startUnixServer } from "../helpers/unix-server.js";
import { ALL, except, furtherRows, PROXY, rowsOfHttpx, rowsUnlikeHttpx } from "./environment-rows.js";

/** The proxy for a URL, or null. */
async function proxyFor(url: string, environment: Environment): Promise<string | null> {
  await using client = clientIn(environment);
  const hop = await firstHop(client, url);
  const { hostname } = new URL(url);
  return hop.startsWith(`${hostname.replace(/^\[|\]$/g, "")}:`) ? null : hop;
}

for (const [url, environment, proxy] of [
  ...rowsOfHttpx,
  ...furtherRows,
  ...Object.values(rowsUnlikeHttpx).flat(),
]) {
  test.serial(
    `${url} goes ${proxy === null ? "straight there" : `through ${proxy}`} with ${JSON.stringify(environment)}`,
    async (t) => {
      t.is(await proxyFor(url, environment), proxy);
    },
  );
}

const onWindows = process.platform === "win32";
// on Windows, both spellings are one variable
const cased = onWindows ? test.serial.skip : test.serial;

cased("the lower case wins, and unsets the other if it is empty", async (t) => {
  const upper = { HTTP_PROXY: "http://upper.example:1" };
  t.is(await proxyFor("http://a.example", upper), "upper.example:1");
  t.is(
    await proxyFor("http://a.example", { ...upper, http_proxy: "http://lower.example:1" }),
    "lower.example:1",
  );
  t.is(
    await proxyFor("http://a.example", { http_proxy: "http://lower.example:1", ...upper }),
    "lower.example:1",
  );
  t.is(await proxyFor("http://a.example", { ...upper, http_proxy: "" }), null);
  t.is(await proxyFor("http://a.example", { ...upper, no_proxy: "a.example" }), null);
});

cased("a CGI script takes no proxy from HTTP_PROXY, which is a header of its request", async (t) => {
  const cgi = { REQUEST_METHOD: "GET", HTTP_PROXY: "http://evil.example:1" };
  t.is(await proxyFor("http://a.example", cgi), null);
  t.is(await proxyFor("http://a.example", { ...cgi, http_proxy: "http://good.example:1" }), "good.example:1");
  t.is(
    await proxyFor("https://a.example", { ...cgi, HTTPS_PROXY: "http://good.example:1" }),
    "good.example:1",
  );
});

test.serial("the environment is read when the client is made", async (t) => {
  await using before = clientIn({});
  await using after = clientIn(ALL);
  t.is(await firstHop(before, "http://a.example"), "a.example:80");
  t.is(await firstHop(after, "http://a.example"), PROXY);
});

test.serial(
  "trustEnv: false and proxy: null ignore the environment, and a proxy of the client replaces it",
  async (t) => {
    for (const [options, hop] of [
      [{ trustEnv: false }, "a.example:80"],
      [{ proxy: null }, "a.example:80"],
      [{ proxy: "http://own.example:4" }, "own.example:4"],
      [{ proxy: undefined }, PROXY],
    ] as const) {
      await using client = clientIn(ALL, () => new AsyncClient(options));
      t.is(await firstHop(client, "http://a.example"), hop, JSON.stringify(options));
    }
    await using client = clientIn(
      except("a.example"),
      () => new AsyncClient({ proxy: "http://own.example:4" }),
    );
    t.is(
      await firstHop(client, "http://a.example"),
      "own.example:4",
      "NO_PROXY is for the environment's proxies",
    );
  },
);

test.serial("a call's own proxy, or null, replaces the environment's", async (t) => {
  await using client = clientIn(ALL);
  t.is(await firstHop(client, "http://a.example", { proxy: "http://own.example:4" }), "own.example:4");
  t.is(await firstHop(client, "http://a.example", { proxy: null }), "a.example:80");
});

test.serial(
  "transports, applications and Unix sockets of the caller take no proxy from the environment",
  async (t) => {
    await using server = await startHttpServer(answering("direct"));
    const dead = { ALL_PROXY: "http://127.0.0.1:1" };
    await using given = clientIn(dead, () => new AsyncClient({ transport: new AsyncHTTPTransport() }));
    t.is((await given.get(server.url)).text, "direct");
    await using app = clientIn(dead, () => new AsyncClient({ app: () => new globalThis.Response("app") }));
    t.is((await app.get("http://a.example/")).text, "app");
    if (onWindows) return;
    await using unix = await startUnixServer(answering("unix"));
    await using local = clientIn(dead, () => new AsyncClient({ uds: unix.path }));
    t.is((await local.get("http://a.example/")).text, "unix");
  },
);

test.serial(
  "mounts and the environment's proxies are one table: a mount replaces a proxy with the same pattern",
  async (t) => {
    const named = (name: string): MockTransport => new MockTransport(() => new Response(200, { text: name }));
    const environment = { ...ALL, HTTP_PROXY: "http://plain.example:5", NO_PROXY: "free.example" };
    const mounts = {
      "all://": named("all"),
      "all://*free.example": named("free"),
      "all://kept.example": null,
      "http://mock.example": named("mock"),
    };
    await using client = clientIn(environment, () => new AsyncClient({ mounts }));
    t.is((await client.get("https://a.example/")).text, "all");
    t.is((await client.get("http://www.free.example/")).text, "free");
    t.is((await client.get("http://mock.example/")).text, "mock");
    // the scheme is the longer pattern, as in HTTPX
    t.is(await firstHop(client, "http://a.example"), "plain.example:5");
    t.is(await firstHop(client, "http://kept.example"), "kept.example:80");
  },
);

test.serial("a variable that names no proxy is refused by its name, without its password", (t) => {
  for (const [environment, instanceOf, message] of [
    [{ HTTP_PROXY: "ftp://user:secret@p.example" }, TypeError, /^HTTP_PROXY: Unknown scheme for proxy URL/],
    [{ ALL_PROXY: "socks://p.example" }, TypeError, /^ALL_PROXY: .* the version of SOCKS: socks5:/],
    [{ ALL_PROXY: "http://user:secret@p.example:x" }, InvalidURL, /^ALL_PROXY: Invalid proxy URL/],
  ] as const) {
    const error = t.throws(() => clientIn(environment), { instanceOf, message });
    t.false(error.stack?.includes("secret"));
  }
});

test.serial("a one-shot function uses the environment too", async (t) => {
  await using proxy = await startHttpServer(answering("forwarded"));
  const response = clientIn({ HTTP_PROXY: proxy.url }, () => get("http://a.example/") as never) as unknown;
  t.is((await (response as Promise<Response>)).text, "forwarded");
  t.is(proxy.requests[0]?.path, "http://a.example/");
});

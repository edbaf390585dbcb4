// The Referer that a program names, by its policy (Referrer Policy, 8.3). Versions of the platform differ in it.
import test from "ava";
import { fetch } from "httpxide/fetch";
import { startHttpServer } from "../helpers/http-server.js";

/** By policy: to the same origin, to another one, and from https to http. `host` is that of the page. */
const POLICIES: Readonly<
  Record<
    string,
    readonly ["full" | "origin" | "none", "full" | "origin" | "none", "full" | "origin" | "none"]
  >
> = {
  "no-referrer": ["none", "none", "none"],
  "no-referrer-when-downgrade": ["full", "full", "full"],
  "same-origin": ["full", "none", "none"],
  origin: ["origin", "origin", "origin"],
  "strict-origin": ["origin", "origin", "origin"],
  "origin-when-cross-origin": ["full", "origin", "origin"],
  "strict-origin-when-cross-origin": ["full", "origin", "origin"],
  "unsafe-url": ["full", "full", "full"],
  "": ["full", "origin", "origin"],
};

const refererOf = (request: { readonly headers: readonly (readonly [string, string])[] }): string | null =>
  new Headers(request.headers.map(([name, value]) => [name, value])).get("referer");

const shownAs = (page: string, part: "full" | "origin" | "none"): string | null => {
  const { origin, pathname, search } = new URL(page);
  if (part === "none") return null;
  return part === "full" ? `${origin}${pathname}${search}` : `${origin}/`;
};

for (const [policy, parts] of Object.entries(POLICIES)) {
  test(`by the policy "${policy}", without credentials and fragment`, async (t) => {
    await using server = await startHttpServer();
    const host = server.url.slice("http://".length);
    const pages = [
      `http://${host}/page?q#part`,
      "http://example.org/page?q#part",
      "https://example.org/page?q",
    ];
    for (const [at, page] of pages.entries()) {
      const referrer = page.replace("://", "://user:password@");
      await fetch(server.url, { referrer, referrerPolicy: policy } as RequestInit);
      // 127.0.0.1 is trustworthy: https to it is no downgrade
      t.is(refererOf(server.requests.at(-1)!), shownAs(page, parts[at]!), page);
    }
  });
}

test("none is sent unless the program names one: a header of the program stays only without", async (t) => {
  await using server = await startHttpServer();
  const sent = async (init: RequestInit): Promise<string | null> => {
    await fetch(server.url, init);
    return refererOf(server.requests.at(-1)!);
  };
  t.is(await sent({}), null);
  t.is(await sent({ referrer: "" }), null);
  t.is(await sent({ referrer: "about:client" }), null);
  t.is(await sent({ headers: { referer: "own" } }), "own");
  t.is(await sent({ headers: { referer: "own" }, referrer: "" }), "own");
  const page = `${server.url}/page`;
  t.is(await sent({ headers: { referer: "own" }, referrer: page }), page);
});

test("a Request's referrer is sent", async (t) => {
  // Node.js 24 forgets it
  await using server = await startHttpServer();
  await fetch(new Request(server.url, { referrer: `${server.url}/page` }));
  t.is(refererOf(server.requests[0]!), `${server.url}/page`);
});

test("a redirect's policy holds from there on", async (t) => {
  await using server = await startHttpServer((request, response) => {
    const isFirst = request.url === "/";
    response.writeHead(
      isFirst ? 302 : 200,
      isFirst ? { location: "/next", "referrer-policy": "unknown, origin, of-tomorrow" } : {},
    );
    response.end();
  });
  await fetch(`${server.url}/`, { referrer: `${server.url}/page`, referrerPolicy: "unsafe-url" });
  t.deepEqual(server.requests.map(refererOf), [`${server.url}/page`, `${server.url}/`]);
});

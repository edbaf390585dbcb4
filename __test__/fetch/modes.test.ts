// What a program sees of the response that a redirect to another origin leads to, by the mode of its request.
import test from "ava";
import { fetch } from "httpxide/fetch";
import { type HttpServer, startHttpServer } from "../helpers/http-server.js";

let other: HttpServer;
let server: HttpServer;
test.before(async () => {
  other = await startHttpServer((_request, response) => {
    response.setHeader("x-secret", "1").end("secret");
  });
  server = await startHttpServer((request, response) => {
    const location = { "/away": other.url, "/with-password": other.url.replace("://", "://user:password@") };
    const to = location[request.url as keyof typeof location];
    if (to === undefined) response.end("own");
    else response.writeHead(302, { location: to }).end();
  });
});
test.after.always(async () => {
  await other?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

test("nothing of it in the mode no-cors", async (t) => {
  const response = await fetch(`${server.url}/away`, { mode: "no-cors" });
  for (const shown of [response, response.clone()]) {
    const { type, status, statusText, ok, url, redirected, body } = shown;
    t.deepEqual(
      { type, status, statusText, ok, url, redirected, body },
      { type: "opaque", status: 0, statusText: "", ok: false, url: "", redirected: false, body: null },
    );
    t.deepEqual([...shown.headers], []);
    t.is(await shown.text(), "");
    t.true(shown instanceof Response);
    t.is(shown.constructor.name, "Response");
  }
});

test("its integrity cannot be checked in the mode no-cors", async (t) => {
  const integrity = "sha256-uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=";
  const call = fetch(`${server.url}/away`, { mode: "no-cors", integrity });
  await t.throwsAsync(call, { instanceOf: TypeError, message: "fetch failed" });
});

test("credentials in its URL are an error in the mode cors only", async (t) => {
  await t.throwsAsync(fetch(`${server.url}/with-password`), {
    instanceOf: TypeError,
    message: "fetch failed",
  });
  t.is((await fetch(`${server.url}/with-password`, { mode: "no-cors" })).type, "opaque");
});

test("all of it in the mode cors, and in any mode without another origin", async (t) => {
  const response = await fetch(`${server.url}/away`);
  t.is(response.type, "cors");
  t.is(response.headers.get("x-secret"), "1");
  t.is(await response.text(), "secret");
  for (const mode of ["cors", "no-cors", "same-origin"] as const) {
    const own = await fetch(server.url, { mode });
    t.is(own.type, "basic");
    t.is(await own.text(), "own");
  }
});

test("an error in the mode same-origin", async (t) => {
  const call = fetch(`${server.url}/away`, { mode: "same-origin" });
  const error = await t.throwsAsync<TypeError>(call, { message: "fetch failed" });
  t.is((error!.cause as Error).message, 'request mode cannot be "same-origin"');
});

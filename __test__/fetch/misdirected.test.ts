// A response 421: the server does not answer for the origin (RFC 9110, 15.5.20).
import test from "ava";
import { fetch } from "httpxide/fetch";
import { bodyOf, type HttpServer, startHttpServer } from "../helpers/http-server.js";

/** Answers 421 on every connection but that of this number. */
function answeringOn(connection: number): Promise<HttpServer> {
  return startHttpServer(async (request, response, seen) => {
    const body = await bodyOf(request);
    response.statusCode = seen.connection === connection ? 200 : 421;
    response.end(`${seen.method} ${body.toString()}`);
  });
}

test("it is sent once more, over another connection", async (t) => {
  for (const init of [{}, { method: "POST", body: "text" }, { method: "PUT", body: new Blob(["blob"]) }]) {
    await using server = await answeringOn(2);
    const response = await fetch(server.url, init);
    t.is(response.status, 200);
    t.is(
      await response.text(),
      `${init.method ?? "GET"} ${init.body === "text" ? "text" : init.body ? "blob" : ""}`,
    );
    t.deepEqual(
      server.requests.map(({ connection }) => connection),
      [1, 2],
    );
  }
});

test("the second one is returned", async (t) => {
  await using server = await answeringOn(3);
  const response = await fetch(server.url);
  t.is(response.status, 421);
  t.is(await response.text(), "GET ");
  t.is(server.requests.length, 2);
});

test("a stream, which cannot be sent again, is sent once", async (t) => {
  await using server = await answeringOn(2);
  const body = new Blob(["streamed"]).stream();
  const response = await fetch(server.url, { method: "POST", body, duplex: "half" } as RequestInit);
  t.is(response.status, 421);
  t.is(server.requests.length, 1);
});

test("each request of a redirect has its own second time", async (t) => {
  const times = new Map<string, number>();
  await using server = await startHttpServer((request, response) => {
    const path = request.url!;
    const time = (times.get(path) ?? 0) + 1;
    times.set(path, time);
    if (time === 1) response.writeHead(421).end();
    else if (path === "/") response.writeHead(302, { location: "/next" }).end();
    else response.end("arrived");
  });
  const response = await fetch(`${server.url}/`);
  t.is(await response.text(), "arrived");
  t.true(response.redirected);
  t.deepEqual(
    server.requests.map(({ path }) => path),
    ["/", "/", "/next", "/next"],
  );
});

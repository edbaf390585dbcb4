// The request handler of Smithy's clients: requests as they were signed, streams both ways, and errors by the names that the
// AWS SDK's retries know.
import { Readable } from "node:stream";
import test from "ava";
import { AsyncClient } from "httpxide";
import { HttpxideHttpHandler } from "httpxide/smithy";
import { type Echo, beginning, startHttpServer } from "../helpers/http-server.js";
import { withLimit } from "../helpers/limits.js";
import { head, ok, startRawServer } from "../helpers/raw-server.js";
import { deferred } from "../helpers/waiting.js";

const requestTo = (url: string, more: object = {}) => {
  const { protocol, hostname, port } = new URL(url);
  return { method: "GET", protocol, hostname, port: Number(port), path: "/", headers: {}, ...more };
};

async function textOf(body: Readable): Promise<string> {
  let text = "";
  for await (const chunk of body) text += String(chunk);
  return text;
}

test("a header with a line break is refused, also where spaces would be stripped", async (t) => {
  await using server = await startHttpServer();
  const handler = new HttpxideHttpHandler();
  for (const value of ["\n", "x\r\n", "\r x"]) {
    await t.throwsAsync(handler.handle(requestTo(server.url, { headers: { a: value } })), {
      message: /header value for a/,
    });
  }
  t.is(server.requests.length, 0);
  const { response } = await handler.handle(requestTo(server.url, { headers: { a: " \t b  c\t " } }));
  const { headers } = JSON.parse(await textOf(response.body)) as Echo;
  t.deepEqual(
    headers.filter(([name]) => name === "a"),
    [["a", "b  c"]],
  );
});

test("a header may be a number, and one without a value is refused", async (t) => {
  await using server = await startHttpServer();
  const handler = new HttpxideHttpHandler();
  const { response } = await handler.handle(requestTo(server.url, { headers: { a: 5 } }));
  await textOf(response.body);
  t.deepEqual(server.requests[0]?.headers.at(-1), ["a", "5"]);
  for (const value of [undefined, null]) {
    await t.throwsAsync(handler.handle(requestTo(server.url, { headers: { a: value } })), {
      instanceOf: TypeError,
      message: `The header a must be a string, not ${value}.`,
    });
  }
  t.is(server.requests.length, 1);
});

test("path, query and headers are sent exactly as they were signed", async (t) => {
  await using server = await startHttpServer();
  const handler = new HttpxideHttpHandler();
  const { response } = await handler.handle(
    requestTo(server.url, {
      method: "PUT",
      path: "/bucket/a//b/../k%20(1)",
      query: { "x-id": "PutObject", "a b": ["1", "ü*"], acl: null },
      headers: { host: "bucket.example", "X-Amz-Date": "20260101T000000Z", "content-length": "4" },
      body: "text",
    }),
  );
  t.is(response.statusCode, 200);
  t.is(response.reason, "OK");
  t.is(response.headers["content-type"], "application/json");
  const echo = JSON.parse(await textOf(response.body)) as Echo;
  t.is(echo.path, "/bucket/a//b/../k%20(1)?a%20b=1&a%20b=%C3%BC%2A&acl&x-id=PutObject");
  t.is(echo.body, "text");
  t.deepEqual(echo.headers, [
    ["host", "bucket.example"],
    ["X-Amz-Date", "20260101T000000Z"],
    ["content-length", "4"],
  ]);
});

test("streams go up with their announced length, and chunked without one", async (t) => {
  await using server = await startHttpServer();
  const handler = new HttpxideHttpHandler();
  for (const headers of [{ "content-length": "6" }, { "transfer-encoding": "chunked" }, {}]) {
    const body = Readable.from([Buffer.from("one"), Buffer.from("two")]);
    const { response } = await handler.handle(requestTo(server.url, { method: "PUT", headers, body }));
    t.is((JSON.parse(await textOf(response.body)) as Echo).body, "onetwo");
  }
});

test("a body waits for the 100 (Continue) that its headers expect, and is not sent after an error", async (t) => {
  let begun = 0;
  await using server = await startRawServer(async (connection) => {
    const request = await connection.readHead();
    if (request?.line.startsWith("PUT /refused"))
      return void (await connection.send(ok("", "Connection: close")));
    t.is(begun, 0, "the body is not read before it is asked for");
    await connection.send(head("100 Continue"));
    while (connection.held.toString() !== "content" && (await connection.more()));
    await connection.send(ok());
  });
  const handler = new HttpxideHttpHandler();
  const put = (path: string) => {
    const headers = { "content-length": "7", expect: "100-continue" };
    const body = Readable.from(
      (function* () {
        begun++;
        yield Buffer.from("content");
      })(),
    );
    return handler.handle(requestTo(server.url, { method: "PUT", path, headers, body }));
  };
  t.is((await put("/refused")).response.statusCode, 200);
  t.is((await put("/taken")).response.statusCode, 200);
  t.is(begun, 1);
});

test("a body is not decoded, and comes as it is read", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(200, { "content-encoding": "aws-chunked,gzip" }).write("raw");
    setTimeout(() => response.end(" bytes"), 30);
  });
  const { response } = await new HttpxideHttpHandler().handle(requestTo(server.url));
  t.true(response.body instanceof Readable);
  t.is(await textOf(response.body), "raw bytes");
});

test("redirects are returned", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(307, { location: "https://elsewhere.example/" }).end();
  });
  const { response } = await new HttpxideHttpHandler().handle(requestTo(server.url));
  t.is(response.statusCode, 307);
  response.body.destroy();
});

test("requestTimeout rejects with a TimeoutError, of the call and of the configuration", async (t) => {
  await using server = await startHttpServer(() => undefined);
  const handler = new HttpxideHttpHandler();
  const ofCall = await t.throwsAsync(handler.handle(requestTo(server.url), { requestTimeout: 30 }));
  t.is(ofCall?.name, "TimeoutError");
  t.is((ofCall as { code?: string }).code, "ETIMEDOUT");
  handler.updateHttpClientConfig("requestTimeout", 30);
  t.deepEqual(handler.httpHandlerConfigs(), { requestTimeout: 30 });
  const configured = await t.throwsAsync(handler.handle(requestTo(server.url)));
  t.is(configured?.name, "TimeoutError");
});

test("requestTimeout does not cut a body that is slower", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    response.write("first ");
    setTimeout(() => response.end("last"), 1.5 * Number(path.slice(1)));
  });
  await withLimit(
    async (requestTimeout) => {
      const request = requestTo(server.url, { path: `/${requestTimeout}` });
      const { response } = await new HttpxideHttpHandler().handle(request, { requestTimeout });
      t.is(await textOf(response.body), "first last");
    },
    [500, 3000],
  );
});

test("an abort rejects with an AbortError, also in the body, by signals of every kind", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/body") response.write("first");
  });
  const handler = new HttpxideHttpHandler();
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 30);
  const error = await t.throwsAsync(
    handler.handle(requestTo(server.url), { abortSignal: controller.signal }),
  );
  t.is(error?.name, "AbortError");

  const legacy: { aborted: boolean; onabort: (() => void) | null } = { aborted: false, onabort: null };
  const { response } = await handler.handle(requestTo(server.url, { path: "/body" }), {
    abortSignal: legacy,
  });
  setTimeout(() => legacy.onabort?.(), 30);
  const ofBody = await t.throwsAsync(textOf(response.body));
  t.is(ofBody?.name, "AbortError");
});

test("a connection that breaks is a TimeoutError, which is repeated; a refused one keeps its code", async (t) => {
  await using raw = await startRawServer(async (connection) => {
    await connection.readRequest();
  });
  const handler = new HttpxideHttpHandler();
  const broken = await t.throwsAsync(handler.handle(requestTo(raw.url, { method: "POST" })));
  t.is(broken?.name, "TimeoutError");
  const refused = await t.throwsAsync(handler.handle(requestTo("http://127.0.0.1:1234")));
  t.is((refused as { code?: string }).code, "ECONNREFUSED");
});

test("destroy closes connections of its own, and leaves a given client open", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  const handler = new HttpxideHttpHandler(client);
  const { response } = await handler.handle(requestTo(server.url));
  await textOf(response.body);
  handler.destroy();
  t.false(client.isClosed);
  const own = new HttpxideHttpHandler({});
  await textOf((await own.handle(requestTo(server.url))).response.body);
  own.destroy();
  await t.throwsAsync(own.handle(requestTo(server.url)));
});

test("a stream that is left while its next chunk is awaited closes the response", async (t) => {
  const gone = deferred();
  await using server = await startHttpServer(beginning(gone.resolve));
  const { response } = await new HttpxideHttpHandler().handle(requestTo(server.url));
  for await (const _ of response.body) break;
  await t.notThrowsAsync(gone.promise);
});

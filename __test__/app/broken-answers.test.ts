/** Invalid responses of applications: they are distinct from exceptions and from valid responses. */
import { createServer } from "node:http";
import test from "ava";
import {
  AppTransport,
  AsyncClient,
  type FetchHandler,
  type NodeListener,
  RemoteProtocolError,
} from "httpxide";

const BASE = "http://testserver";

/** Gives the parameters their types. */
function listener(app: NodeListener): NodeListener {
  return app;
}

test("a connection that the application closes without a response is a protocol error", async (t) => {
  await using client = new AsyncClient({
    app: listener((_request, response) => response.destroy()),
    baseUrl: BASE,
  });
  const error = await t.throwsAsync<RemoteProtocolError>(client.get("/"), {
    instanceOf: RemoteProtocolError,
  });
  t.is(error?.code, "ERR_INCOMPLETE_RESPONSE");
  t.is(error?.phase, "headers");
});

test("a response that is not HTTP is a protocol error", async (t) => {
  await using client = new AsyncClient({
    app: listener((_request, response) => response.socket?.write("garbage\r\n\r\n")),
    baseUrl: BASE,
  });
  const error = await t.throwsAsync<RemoteProtocolError>(client.get("/"), {
    instanceOf: RemoteProtocolError,
  });
  t.is(error?.code, "ERR_INVALID_RESPONSE");
});

const NO_ANSWERS: Record<string, () => unknown> = {
  "no Response": () => ({ status: 200 }),
  "Response.error()": () => globalThis.Response.error(),
  "a Response that was read": async () => {
    const response = new globalThis.Response("read");
    await response.text();
    return response;
  },
  "a Response that is being read": () => {
    const response = new globalThis.Response("being read");
    response.body?.getReader();
    return response;
  },
};

for (const [name, handler] of Object.entries(NO_ANSWERS)) {
  test(`a response that no server could send is an exception, or status 500: ${name}`, async (t) => {
    const app = handler as FetchHandler;
    await using raising = new AsyncClient({
      transport: AppTransport.fetch(app),
      baseUrl: BASE,
      timeout: 60_000,
    });
    await t.throwsAsync(raising.get("/"), { instanceOf: TypeError, message: /^The application / });
    const transport = AppTransport.fetch(app, { raiseAppExceptions: false });
    await using client = new AsyncClient({ transport, baseUrl: BASE, timeout: 60_000 });
    t.is((await client.get("/")).statusCode, 500);
  });
}

test("a body that yields something other than bytes is an exception, or truncates the response", async (t) => {
  const app = (): globalThis.Response =>
    new globalThis.Response(new ReadableStream({ start: (controller) => controller.enqueue(12 as never) }));
  await using raising = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  await t.throwsAsync(raising.get("/"), { instanceOf: TypeError, message: /Uint8Array, not a number/ });
  const transport = new AppTransport(app, { raiseAppExceptions: false });
  await using client = new AsyncClient({ transport, baseUrl: BASE, timeout: 60_000 });
  await t.throwsAsync(client.get("/"), { instanceOf: RemoteProtocolError });
});

test("a response with a head that is too large is an error that says so", async (t) => {
  const app = listener((_request, response) => void response.setHeader("X-A", "a".repeat(200_000)).end());
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  const error = await t.throwsAsync<RemoteProtocolError>(client.get("/"), {
    instanceOf: RemoteProtocolError,
  });
  t.is(error?.code, "ERR_HEAD_TOO_LARGE");
});

test("bytes after the end of a response do not belong to it", async (t) => {
  const app = listener(
    (_request, response) => void response.writeHead(200, { "Content-Length": 2 }).end("okay"),
  );
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is((await client.get("/")).text, "ok");
});

test("an application that switches protocols unasked causes a protocol error", async (t) => {
  const app = createServer(({ socket }) =>
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"),
  );
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  const error = await t.throwsAsync<RemoteProtocolError>(client.get("/"), {
    instanceOf: RemoteProtocolError,
  });
  t.is(error?.code, "ERR_UPGRADED");
});

// Requests that a MockTransport passes on, to the network or to another transport.
import test from "ava";
import { AsyncClient, type AsyncTransport, MockTransport, Response } from "httpxide";
import { type Echo, startHttpServer } from "../helpers/http-server.js";

test("a route passes requests on to the network, including streamed bodies", async (t) => {
  await using server = await startHttpServer();
  const mock = new MockTransport();
  mock.get("/mocked").reply(200, { text: "mocked" });
  const passed = mock.route({ url: `${server.url}/*` }).passThrough();
  await using client = new AsyncClient({ transport: mock, baseUrl: server.url });
  t.is((await client.get("/mocked")).text, "mocked");
  const content = async function* (): AsyncGenerator<string> {
    yield "a";
    yield "b";
  };
  const echoed = (await client.post("/real?x=1", { content: content() })).json<Echo>();
  t.is(echoed.path, "/real?x=1");
  t.is(echoed.body, "ab");
  t.deepEqual(
    server.requests.map(({ path }) => path),
    ["/real?x=1"],
  );
  t.is(passed.calls[0]?.response?.statusCode, 200);
});

test("a passed-on response is streamed, and its connection closes with the mock", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.write("first");
  });
  const mock = new MockTransport();
  mock.route().passThrough();
  const client = new AsyncClient({ transport: mock });
  const response = await client.stream("GET", server.url);
  for await (const text of response.aiterText()) {
    t.is(text, "first");
    break;
  }
  await client.aclose();
  t.is(mock.calls[0]?.response, response);
});

test("single replies come before pass-through", async (t) => {
  await using server = await startHttpServer();
  const mock = new MockTransport();
  mock.get("/*").replyOnce(503).passThrough();
  await using client = new AsyncClient({ transport: mock, baseUrl: server.url });
  t.is((await client.get("/a")).statusCode, 503);
  t.is((await client.get("/b")).json<Echo>().path, "/b");
});

test("the transport given to passThrough gets the requests and their options, and is closed once", async (t) => {
  const seen: unknown[] = [];
  const other: AsyncTransport = {
    async handleAsyncRequest(request, options) {
      seen.push([request.url.pathname, options?.stream]);
      return new Response(200);
    },
    async aclose() {
      seen.push("closed");
    },
  };
  const mock = new MockTransport();
  mock.get("/a").passThrough(other);
  mock.get("/b").passThrough(other);
  const client = new AsyncClient({ transport: mock, baseUrl: "http://h" });
  await client.get("/a");
  await client.stream("GET", "/b");
  await client.aclose();
  t.deepEqual(seen, [["/a", false], ["/b", true], "closed"]);
});

test("a mock that was closed with its client can serve another client", async (t) => {
  await using server = await startHttpServer();
  const mock = new MockTransport();
  mock.get("/mocked");
  mock.route().passThrough();
  for (let round = 0; round < 2; round++) {
    await using client = new AsyncClient({ transport: mock, baseUrl: server.url });
    t.is((await client.get("/mocked")).statusCode, 200);
    t.is((await client.get("/real")).json<Echo>().path, "/real");
  }
});

// What has to hold in every runtime and test runner: one short check for each part of the surface. CommonJS and without
// imports but Node.js's, so that each of them can load it. httpxide is passed in, since how it is loaded is what differs.
"use strict";
const { deepEqual, equal, ok, rejects } = require("node:assert/strict");
const { Readable } = require("node:stream");

/** The checks by name; each is called with the URL of the server that `server.mjs` starts. */
module.exports = (httpxide) => {
  const { AsyncClient, MockTransport, Response } = httpxide;

  async function withClient(options, use) {
    const client = new AsyncClient(options);
    try {
      return await use(client);
    } finally {
      await client.aclose();
    }
  }
  const echoed = (url, options) =>
    withClient({}, async (client) => (await client.post(`${url}/echo`, options)).json());
  const fails = (url, type, options = {}, path = "/slow") =>
    withClient(options, (client) =>
      rejects(client.get(`${url}${path}`), (error) => {
        ok(error instanceof httpxide[type], `${error.name}: ${error.message}`);
        equal(error.name, type);
        return true;
      }),
    );
  const coded = (coding) => async (url) => {
    await withClient({}, async (client) => {
      const response = await client.get(`${url}/coded/${coding}`);
      equal(response.headers.get("content-encoding"), coding);
      deepEqual(response.json(), { coding });
    });
  };
  const listed = async (values) => {
    const list = [];
    for await (const value of values) list.push(value);
    return list;
  };
  const streamed = (url, read) =>
    withClient({}, (client) => client.stream("GET", `${url}/lines`, {}, (response) => read(response)));

  return {
    "a GET is read as JSON": (url) =>
      withClient({}, async (client) => {
        const response = await client.get(`${url}/echo`, { params: { a: 1, b: ["x", "y"] } });
        equal(response.statusCode, 200);
        equal(response.json().url, "/echo?a=1&b=x&b=y");
      }),
    "each verb is sent": (url) =>
      withClient({ baseUrl: url }, async (client) => {
        for (const verb of ["get", "post", "put", "patch", "delete", "options"])
          equal((await client[verb]("/echo")).json().method, verb.toUpperCase());
        equal((await client.head("/echo")).content.length, 0);
      }),
    "the one-shot functions work": async (url) => equal((await httpxide.get(`${url}/echo`)).statusCode, 200),
    "headers are sent and read": (url) =>
      withClient({ headers: { "X-One": "1" } }, async (client) => {
        const response = await client.get(`${url}/echo`, { headers: { "X-Two": "2" } });
        const { headers } = response.json();
        deepEqual([headers["x-one"], headers["x-two"]], ["1", "2"]);
        equal(response.headers.get("Content-Type"), "application/json");
      }),
    "JSON is sent": async (url) => equal((await echoed(url, { json: { a: "ü" } })).body, '{"a":"ü"}'),
    "a form is sent": async (url) =>
      equal((await echoed(url, { data: { a: "1 2", b: true } })).body, "a=1+2&b=true"),
    "files are sent": async (url) => {
      const { body, headers } = await echoed(url, { files: { file: ["a.txt", new Blob(["content"])] } });
      ok(headers["content-type"].startsWith("multipart/form-data; boundary="));
      ok(body.includes('filename="a.txt"') && body.includes("content"));
    },
    "bytes are sent": async (url) =>
      equal((await echoed(url, { content: new Uint8Array([97, 98]) })).body, "ab"),
    "an ArrayBuffer is sent": async (url) =>
      equal((await echoed(url, { content: new Uint8Array([97, 98]).buffer })).body, "ab"),
    "a Buffer is sent": async (url) => equal((await echoed(url, { content: Buffer.from("ab") })).body, "ab"),
    "URLSearchParams are sent": async (url) =>
      equal((await echoed(url, { content: new URLSearchParams({ a: "1" }) })).body, "a=1"),
    "FormData is sent": async (url) => {
      const form = new FormData();
      form.set("field", "value");
      ok((await echoed(url, { content: form })).body.includes('name="field"'));
    },
    "a generator is sent in chunks": async (url) => {
      const { body, headers } = await echoed(url, {
        content: (async function* () {
          yield "one ";
          yield new TextEncoder().encode("two");
        })(),
      });
      equal(body, "one two");
      equal(headers["transfer-encoding"], "chunked");
    },
    "a web stream is sent": async (url) =>
      equal((await echoed(url, { content: new Blob(["web"]).stream() })).body, "web"),
    "a Node.js stream is sent": async (url) =>
      equal((await echoed(url, { content: Readable.from(["no", "de"]) })).body, "node"),
    "5 MB go there and back": async (url) =>
      withClient({}, async (client) => {
        const sent = new Uint8Array(5_000_000).map((_, index) => index % 251);
        const { content } = await client.post(`${url}/mirror`, { content: sent });
        equal(Buffer.compare(content, sent), 0);
      }),
    "gzip is decoded": coded("gzip"),
    "deflate is decoded": coded("deflate"),
    "br is decoded": coded("br"),
    "a body is streamed as bytes": (url) =>
      streamed(url, async (response) => {
        equal(Buffer.concat(await listed(response.aiterBytes())).toString(), "one\ntwo\nthree\n");
      }),
    "a body is streamed as it came": (url) =>
      streamed(url, async (response) => {
        equal(Buffer.concat(await listed(response.aiterRaw())).toString(), "one\ntwo\nthree\n");
      }),
    "a body is streamed as text": (url) =>
      streamed(url, async (response) =>
        equal((await listed(response.aiterText())).join(""), "one\ntwo\nthree\n"),
      ),
    "a body is streamed as lines": (url) =>
      streamed(url, async (response) =>
        deepEqual(await listed(response.aiterLines()), ["one", "two", "three"]),
      ),
    "a body is streamed as JSON lines": (url) =>
      withClient({}, (client) =>
        client.stream("GET", `${url}/records`, {}, async (response) =>
          deepEqual(await listed(response.aiterJsonLines()), [{ n: 1 }, { n: 2 }]),
        ),
      ),
    "server-sent events are read": (url) =>
      withClient({}, async (client) => {
        const events = await client.sse(`${url}/events`, { reconnect: false });
        deepEqual(
          (await listed(events)).map(({ event, data, id }) => [event, data, id]),
          [
            ["message", "one", "1"],
            ["second", "two", "1"],
          ],
        );
      }),
    "messages go over a WebSocket": (url) =>
      withClient({}, (client) =>
        client.websocket(`${url}/socket`, {}, async (session) => {
          await session.send("text");
          equal(await session.receiveText(), "text");
          await session.sendJson({ n: 1 });
          deepEqual(await session.receiveJson(), { n: 1 });
        }),
      ),
    "progress of a download is told": (url) =>
      withClient({}, async (client) => {
        const seen = [];
        const onDownloadProgress = ({ transferred }) => void seen.push(transferred);
        await client.get(`${url}/lines`, { onDownloadProgress });
        equal(seen.at(-1), 14);
      }),
    "an endless body can be left": (url) =>
      withClient({}, (client) =>
        client.stream("GET", `${url}/endless`, {}, async (response) => {
          for await (const chunk of response.aiterBytes()) {
            ok(chunk.length > 0);
            break;
          }
        }),
      ),
    "redirects are followed on demand": (url) =>
      withClient({}, async (client) => {
        equal((await client.get(`${url}/redirect`)).statusCode, 302);
        const response = await client.get(`${url}/redirect`, { followRedirects: true });
        equal(response.url.pathname, "/echo");
        deepEqual(
          response.history.map(({ statusCode }) => statusCode),
          [302],
        );
      }),
    "cookies are kept": (url) =>
      withClient({}, async (client) => {
        await client.get(`${url}/cookie`);
        equal((await client.get(`${url}/echo`)).json().headers.cookie, "session=abc");
      }),
    "basic credentials are sent": (url) =>
      withClient({ auth: ["user", "password"] }, async (client) => {
        const { headers } = (await client.get(`${url}/echo`)).json();
        equal(headers.authorization, `Basic ${Buffer.from("user:password").toString("base64")}`);
      }),
    "event hooks are called": async (url) => {
      const seen = [];
      const eventHooks = {
        request: [(request) => void seen.push(request.method)],
        response: [(response) => void seen.push(response.statusCode)],
      };
      await withClient({ eventHooks }, (client) => client.get(`${url}/echo`));
      deepEqual(seen, ["GET", 200]);
    },
    "a step is traced": async (url) => {
      const events = [];
      await withClient({}, (client) =>
        client.get(`${url}/echo`, { extensions: { trace: (event) => void events.push(event) } }),
      );
      ok(
        events.some((event) => event.startsWith("connection.")),
        events.join(", "),
      );
    },
    "connections are used again": (url) =>
      withClient({}, async (client) => {
        for (let count = 0; count < 5; count++) await client.get(`${url}/echo`);
        equal(client.stats().connections.idle, 1);
      }),
    "many requests run at once": (url) =>
      withClient({}, async (client) => {
        const paths = Array.from({ length: 100 }, (_, index) => `/echo?${index}`);
        const got = await Promise.all(paths.map(async (path) => (await client.get(url + path)).json().url));
        deepEqual(got, paths);
      }),
    "a read timeout is an error of its class": (url) => fails(url, "ReadTimeout", { timeout: { read: 50 } }),
    "a total timeout is an error of its class": (url) =>
      fails(url, "TotalTimeout", { timeout: { total: 50 } }),
    // Nothing listens at TCP's port 1. A port that was just closed may still listen in the primary of a cluster.
    "a refused connection is an error of its class": () => fails("http://127.0.0.1:1", "ConnectError"),
    "a connection that breaks is an error of its class": (url) =>
      fails(url, "RemoteProtocolError", {}, "/broken"),
    "a bad URL is an error of its class": () => fails("http://[", "InvalidURL"),
    "a bad status can be raised": (url) =>
      withClient({}, async (client) => {
        const response = await client.get(`${url}/status/404`);
        try {
          response.raiseForStatus();
          ok(false, "nothing was raised");
        } catch (error) {
          ok(error instanceof httpxide.HTTPStatusError, String(error));
          equal(error.response, response);
        }
      }),
    "a request can be aborted": (url) =>
      withClient({}, async (client) => {
        const controller = new AbortController();
        const request = client.get(`${url}/slow`, { signal: controller.signal });
        controller.abort(new Error("enough"));
        await rejects(request, /enough/);
      }),
    "a closed client refuses requests": async (url) => {
      const client = new AsyncClient();
      await client.aclose();
      equal(client.isClosed, true);
      await rejects(client.get(url));
    },
    "a mock answers": async () => {
      const mock = new MockTransport();
      mock.get("/users/:id").reply((_request, { id }) => new Response(200, { json: { id } }));
      await withClient({ transport: mock, baseUrl: "https://api.example.org" }, async (client) =>
        deepEqual((await client.get("/users/7")).json(), { id: "7" }),
      );
    },
    "a listener answers in this process": () =>
      withClient(
        { baseUrl: "http://app", app: (request, response) => void response.end(request.url) },
        async (client) => equal((await client.get("/inside")).text, "/inside"),
      ),
    "a fetch handler answers in this process": () =>
      withClient(
        { baseUrl: "http://app", app: { fetch: (request) => new globalThis.Response(request.url) } },
        async (client) => equal((await client.get("/inside")).text, "http://app/inside"),
      ),
  };
};

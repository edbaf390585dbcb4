// ReplayTransport records the responses of a real server to a file, and the same program runs on the file alone.
import { readdir } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import test from "ava";
import { AsyncClient, ConnectError, MockError, MockTransport, ReplayTransport, Response } from "httpxide";
import { bodyOf, startHttpServer } from "../helpers/http-server.js";
import { counting, makeRecordings, through, twice, type Use } from "../helpers/recordings.js";
import { eventually } from "../helpers/waiting.js";

test("a program gets the same results from its recording as from the server", async (t) => {
  const [recorded, replayed] = await twice(
    async (request, response) => {
      const body = (await bodyOf(request)).toString();
      response.writeHead(
        request.method === "POST" ? 201 : 200,
        "Fine",
        [
          ["Content-Type", "application/json"],
          ["X-Twice", "a"],
          ["X-Twice", "b"],
          ["x-LATIN", "\xe9"],
        ].flat(),
      );
      response.end(JSON.stringify({ path: request.url, body }));
    },
    async (client, url) => {
      const seen: unknown[] = [];
      for (const response of [
        await client.get(`${url}/users`, { params: { page: 2 } }),
        await client.post(`${url}/users`, { json: { name: "Ada" } }),
        await client.put(`${url}/notes`, { content: ["a", "b"] }),
      ]) {
        const { statusCode, reasonPhrase, httpVersion, headers } = response;
        const ownHeaders = headers.raw.filter(([name]) => /^(x-|content-type)/i.test(name));
        seen.push([statusCode, reasonPhrase, httpVersion, response.json(), ownHeaders]);
      }
      return seen;
    },
  );
  t.is(recorded.length, 3);
  t.deepEqual(replayed, recorded);
});

test("redirects and their cookies are replayed", async (t) => {
  const [recorded, replayed] = await twice(
    (request, response) => {
      if (request.url === "/old")
        response.writeHead(302, { Location: "/new", "Set-Cookie": "seen=1; Path=/" });
      response.end(request.headers.cookie ?? "no cookie");
    },
    async (client, url) => {
      const response = await client.get(`${url}/old`, { followRedirects: true });
      return [
        response.url.pathname,
        response.history.map(({ statusCode }) => statusCode),
        client.cookies.has("seen"),
      ];
    },
  );
  t.deepEqual(recorded, ["/new", [302], true]);
  t.deepEqual(replayed, recorded);
});

const bodies: Record<string, { body: string | Uint8Array; encoding?: string; as: RegExp }> = {
  "compact JSON": { body: '{"a":[1,{"b":null}],"ü":"\\n"}', as: /"json": \{\n\s+"a": \[/ },
  "spaced JSON": { body: '{ "a": 1 }\n', as: /"text": "\{ \\"a\\": 1 \}\\n"/ },
  "JSON with a number that JavaScript does not have": {
    body: '{"a":12345678901234567890}',
    as: /"text": .*12345678901234567890/,
  },
  "JSON whose keys would change places": { body: '{"2":1,"1":2}', as: /"text"/ },
  text: { body: "\uFEFFline\r\n\tü", as: /"text": "\uFEFFline\\r\\n\\tü"/ },
  bytes: { body: new Uint8Array([0, 255, 128]), as: /"base64": "AP\+A"/ },
  "control characters": { body: "a\0b", as: /"base64"/ },
  nothing: { body: "", as: /"status": 200,\n\s+"headers": \[[^\]]*\]\n/ },
  gzip: { body: gzipSync("hello"), encoding: "gzip", as: /"text": "hello"/ },
  "two codings": { body: brotliCompressSync(gzipSync("hello")), encoding: "gzip, br", as: /"text": "hello"/ },
};

for (const [name, { body, encoding, as }] of Object.entries(bodies)) {
  for (const isStreamed of [false, true]) {
    test(`a body of ${name} is recorded ${isStreamed ? "while it is streamed" : "whole"}, and replayed byte by byte`, async (t) => {
      const [recorded, replayed, text] = await twice(
        (_request, response) => {
          if (encoding !== undefined) response.setHeader("Content-Encoding", encoding);
          response.end(body);
        },
        async (client, url) => {
          if (!isStreamed) return Buffer.from((await client.get(url)).content).toString("hex");
          await using response = await client.stream("GET", url);
          return Buffer.from(await response.aread()).toString("hex");
        },
      );
      if (encoding === undefined) t.is(recorded, Buffer.from(body).toString("hex"));
      t.is(replayed, recorded);
      t.regex(text, as);
      t.notRegex(
        text.slice(text.indexOf('"response"')),
        /content-encoding|content-length: [1-9]|transfer-encoding/i,
      );
    });
  }
}

test("a recorded response to HEAD keeps its Content-Length and Content-Encoding", async (t) => {
  const [recorded, replayed] = await twice(
    (_request, response) => {
      response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": "1234" }).end();
    },
    async (client, url) => {
      const { headers, content } = await client.head(url);
      return [headers.get("content-encoding"), headers.get("content-length"), content.byteLength];
    },
  );
  t.deepEqual(recorded, ["gzip", "1234", 0]);
  t.deepEqual(replayed, recorded);
});

test("a streamed response to HEAD keeps them too", async (t) => {
  const [recorded, replayed] = await twice(
    (_request, response) => {
      response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": "1234" }).end();
    },
    async (client, url) => {
      await using response = await client.stream("HEAD", url);
      await response.aread();
      return [response.headers.get("content-encoding"), response.headers.get("content-length")];
    },
  );
  t.deepEqual(recorded, ["gzip", "1234"]);
  t.deepEqual(replayed, recorded);
});

test("a streamed body can be read raw from a recording, once, as from the network", async (t) => {
  const [recorded, replayed] = await twice(
    (_request, response) => {
      response.setHeader("Content-Encoding", "gzip");
      response.end(gzipSync("hello"));
    },
    async (client, url) => {
      const response = await client.stream("GET", url);
      const before = response.isStreamConsumed;
      const chunks: Uint8Array[] = [];
      for await (const chunk of response.aiterRaw()) chunks.push(chunk);
      return [before, Buffer.concat(chunks).toString(), response.isStreamConsumed, response.isClosed];
    },
  );
  t.deepEqual(recorded, [false, "hello", true, true]);
  t.deepEqual(replayed, recorded);
});

test("recording a streamed body reads nothing ahead, and a reader that leaves early can do so in the replay", async (t) => {
  await using recordings = await makeRecordings();
  await using server = await startHttpServer((_request, response) => {
    response.write("first");
  });
  const leave: Use<void> = async (client) => {
    const response = await client.stream("GET", server.url);
    for await (const text of response.aiterText()) {
      t.is(text, "first");
      break;
    }
    await client.stream("GET", `${server.url}/unread`, {}, (response) => t.is(response.statusCode, 200));
  };
  await through(recordings.path(), { mode: "record" }, leave);
  await through(recordings.path(), { mode: "replay" }, leave);
});

test("a body that was recorded in part is never replayed as a whole one", async (t) => {
  await using recordings = await makeRecordings();
  await using server = await startHttpServer((_request, response) => {
    response.write("first");
  });
  await through(recordings.path(), { mode: "record" }, async (client) => {
    const response = await client.stream("GET", server.url);
    for await (const _text of response.aiterText()) break;
  });
  t.true((await recordings.read()).exchanges[0]?.response.incomplete);
  await through(recordings.path(), { mode: "replay" }, async (client) => {
    const error = await t.throwsAsync<MockError>(client.get(server.url), { instanceOf: MockError });
    t.is(error.code, "ERR_MOCK_NOT_RECORDED");
    t.is(
      error.message,
      `The recording ${recordings.path()} has no more of this response than the first 5 bytes: its reader stopped there when it was recorded`,
    );
  });
});

test("equal concurrent requests are recorded and replayed in order", async (t) => {
  const [recorded, replayed] = await twice(counting(), async (client, url) => {
    const responses = await Promise.all(Array.from({ length: 20 }, () => client.get(url)));
    return responses.map(({ text }) => text);
  });
  t.deepEqual(replayed, recorded);
});

test("a broken body and a failed call are not recorded; the exchanges before and after are", async (t) => {
  await using recordings = await makeRecordings();
  await using server = await startHttpServer((request, response) => {
    if (request.url !== "/broken") return void response.end("fine");
    response.writeHead(200, { "Content-Length": "10" }).write("half");
    request.socket.end();
  });
  await t.throwsAsync(
    through(recordings.path(), { mode: "record" }, async (client) => {
      await client.get(`${server.url}/1`);
      await t.throwsAsync(client.get(`${server.url}/broken`));
      const response = await client.stream("GET", `${server.url}/broken`);
      await t.throwsAsync(response.aread());
      await client.get(`${server.url}/2`);
      throw new Error("the test failed");
    }),
    { message: "the test failed" },
  );
  const { exchanges } = await recordings.read();
  t.deepEqual(
    exchanges.map(({ request }) => new URL(request.url ?? "").pathname),
    ["/1", "/2"],
  );
});

test("the file is JSON with one line per header, exchanges in the order of their requests", async (t) => {
  await using recordings = await makeRecordings();
  const mock = new MockTransport();
  const slow = mock.get("/slow").reply(async () => {
    await eventually("the other response", () => mock.calls.some(({ response }) => response !== null));
    return new Response(200, { json: { slow: true } });
  });
  mock.post("/fast").reply(418, {
    headers: { "X-A": "1" },
    text: "tea",
    extensions: { reasonPhrase: "Odd", httpVersion: "HTTP/2" },
  });
  await through(recordings.path(), { transport: mock }, async (client) => {
    const first = client.get("http://me:pw@h/slow?a=1#top", { auth: null });
    await eventually("the slow request", () => slow.called);
    await client.post("http://h/fast", { json: { b: 2 } });
    await first;
  });
  t.deepEqual(await recordings.read(), {
    version: 1,
    exchanges: [
      {
        request: {
          method: "GET",
          url: "http://h/slow?a=1",
          headers: [...defaultHeaders("h"), "Authorization: Basic [secure]"],
        },
        response: {
          status: 200,
          headers: ["Content-Type: application/json"],
          body: { json: { slow: true } },
        },
      },
      {
        request: {
          method: "POST",
          url: "http://h/fast",
          headers: [...defaultHeaders("h"), "Content-Length: 7", "Content-Type: application/json"],
          body: { json: { b: 2 } },
        },
        response: {
          status: 418,
          reason: "Odd",
          httpVersion: "HTTP/2",
          headers: ["X-A: 1", "Content-Type: text/plain; charset=utf-8"],
          body: { text: "tea" },
        },
      },
    ],
  } as never);
});

/** The headers that every client sends. */
function defaultHeaders(host: string): string[] {
  const request = new AsyncClient({ transport: new MockTransport() }).buildRequest("GET", `http://${host}/`);
  return request.headers.raw.map(([name, value]) => `${name}: ${value}`);
}

test("a replay opens no connection and uses no inner transport", async (t) => {
  await using recordings = await makeRecordings();
  const mock = new MockTransport();
  mock.get("https://nowhere.invalid/").reply(200, { text: "recorded" });
  await through(recordings.path(), { mode: "record", transport: mock }, (client) =>
    client.get("https://nowhere.invalid/"),
  );
  const text = await through(
    recordings.path(),
    { mode: "replay", transport: mock },
    async (client) => (await client.get("https://nowhere.invalid/")).text,
  );
  t.is(text, "recorded");
  t.is(mock.callCount, 1);
});

test("mode record sends every request and replaces the file, unless there was no request", async (t) => {
  await using recordings = await makeRecordings();
  await using server = await startHttpServer(counting());
  const get = async (client: AsyncClient): Promise<string> => (await client.get(server.url)).text;
  t.is(await through(recordings.path(), { mode: "record" }, get), "1");
  t.is(await through(recordings.path(), { mode: "record" }, get), "2");
  await through(recordings.path(), { mode: "record" }, async () => undefined);
  await through(recordings.path(), { mode: "record" }, (client) =>
    t.throwsAsync(client.get("http://127.0.0.1:1/")),
  );
  t.is(await through(recordings.path(), { mode: "replay" }, get), "2");
  t.is((await recordings.read()).exchanges.length, 1);
});

test("mode once, the default, records if there is no file, and otherwise only replays", async (t) => {
  await using recordings = await makeRecordings();
  await using server = await startHttpServer(counting());
  const get = async (client: AsyncClient): Promise<string> => (await client.get(server.url)).text;
  t.is(await through(recordings.path(), {}, get), "1");
  t.is(await through(recordings.path(), {}, get), "1");
  await through(recordings.path(), {}, (client) =>
    t.throwsAsync(client.get(`${server.url}/other`), { instanceOf: MockError }),
  );
  t.is(server.requests.length, 1);
});

test("mode update replays recorded requests, sends the others, and adds them", async (t) => {
  await using recordings = await makeRecordings();
  await using server = await startHttpServer(counting());
  const get =
    (path: string): Use<string> =>
    async (client) =>
      (await client.get(server.url + path)).text;
  t.is(await through(recordings.path(), { mode: "update" }, get("/a")), "1");
  const both: Use<string[]> = async (client) => [
    await get("/a")(client),
    await get("/b")(client),
    await get("/a")(client),
  ];
  t.deepEqual(await through(recordings.path(), { mode: "update" }, both), ["1", "2", "3"]);
  t.deepEqual(await through(recordings.path(), { mode: "replay" }, both), ["1", "2", "3"]);
  t.is(server.requests.length, 3);
});

test("mode replay without a file fails with the file's name", async (t) => {
  await using recordings = await makeRecordings();
  await through(recordings.path(), { mode: "replay" }, async (client) => {
    const error = await t.throwsAsync<MockError>(client.get("http://h/"), { instanceOf: MockError });
    t.is(error.code, "ERR_MOCK_RECORDING");
    t.is(error.message, `The recording ${recordings.path()} cannot be used: there is no such file`);
  });
  t.deepEqual(await readdir(recordings.folder), []);
});

test("a failure of the inner transport reaches the caller unchanged", async (t) => {
  await using recordings = await makeRecordings();
  const failure = new ConnectError("refused");
  const transport = new MockTransport();
  transport.route().throws(failure);
  await through(recordings.path(), { transport }, async (client) => {
    t.is(await t.throwsAsync(client.get("http://h/")), failure);
  });
  t.deepEqual(await readdir(recordings.folder), []);
});

test("a route of a mock can pass requests on to a recording", async (t) => {
  await using recordings = await makeRecordings();
  await using server = await startHttpServer(counting());
  for (let round = 0; round < 2; round++) {
    const mock = new MockTransport();
    mock.get("/mocked").reply(200, { text: "mocked" });
    mock.route().passThrough(new ReplayTransport(recordings.path()));
    await using client = new AsyncClient({ transport: mock, baseUrl: server.url });
    t.is((await client.get("/mocked")).text, "mocked");
    t.is((await client.get("/real")).text, "1");
  }
  t.is(server.requests.length, 1);
});

// The recorded response that a request gets from a ReplayTransport, and the error if there is none.
import test from "ava";
import {
  AsyncClient,
  MockError,
  MockTransport,
  ReplayTransport,
  type RequestOptions,
  Response,
} from "httpxide";
import { startHttpServer } from "../helpers/http-server.js";
import { counting, makeRecordings, through, twice } from "../helpers/recordings.js";

test("equal requests get their responses in order, each once", async (t) => {
  const [recorded, replayed] = await twice(counting(), async (client, url) => {
    const seen: string[] = [];
    for (const path of ["/a", "/b", "/a", "/a"]) seen.push((await client.get(url + path)).text);
    return seen;
  });
  t.deepEqual(recorded, ["1", "2", "3", "4"]);
  t.deepEqual(replayed, recorded);
});

test("a request that comes more often than it was recorded fails, or with repeat gets the last response again", async (t) => {
  await using recordings = await makeRecordings();
  await using server = await startHttpServer(counting());
  const get = async (client: AsyncClient): Promise<string> => (await client.get(server.url)).text;
  await through(recordings.path(), {}, async (client) => [await get(client), await get(client)]);
  await through(recordings.path(), {}, async (client) => {
    await get(client);
    await get(client);
    const error = await t.throwsAsync<MockError>(get(client), { instanceOf: MockError });
    t.is(error.code, "ERR_MOCK_NOT_RECORDED");
    t.is(
      error.message,
      `The recording ${recordings.path()} has no further response to GET ${server.url}/: all 2 of them were replayed`,
    );
  });
  const repeated = await through(recordings.path(), { repeat: true }, async (client) => [
    await get(client),
    await get(client),
    await get(client),
  ]);
  t.deepEqual(repeated, ["1", "2", "2"]);
});

/** A recorded request, a later request, and the difference in the error; null: the requests are equal. */
const requests: [name: string, recorded: Sent, sent: Sent, difference: string | null][] = [
  ["the same", ["GET", "/a"], ["GET", "/a"], null],
  ["another method", ["GET", "/a"], ["POST", "/a"], "the method is POST"],
  ["another path", ["GET", "/a"], ["GET", "/b"], "the URL is http://h/b"],
  ["a query in another order", ["GET", "/a?x=1&y=2"], ["GET", "/a?y=2&x=1"], null],
  ["another query", ["GET", "/a?x=1"], ["GET", "/a?x=2"], "the query is ?x=2"],
  ["no query", ["GET", "/a?x=1"], ["GET", "/a"], "there is no query"],
  ["other headers", ["GET", "/a"], ["GET", "/a", { headers: { "X-Id": "1" } }], null],
  [
    "JSON in another order",
    ["POST", "/a", { json: { a: 1, b: 2 } }],
    ["POST", "/a", { json: { b: 2, a: 1 } }],
    null,
  ],
  [
    "other JSON",
    ["POST", "/a", { json: { a: 1 } }],
    ["POST", "/a", { json: { a: 2 } }],
    "the JSON at a is 2, not 1",
  ],
  [
    "another text",
    ["POST", "/a", { content: "a" }],
    ["POST", "/a", { content: "bc" }],
    "the body is another (2 bytes)",
  ],
  ["no body", ["POST", "/a", { content: "a" }], ["POST", "/a"], "there is no body"],
  [
    "a multipart body with a boundary of its own",
    ["POST", "/a", { files: { file: ["a.bin", new Uint8Array([0, 255])] } }],
    ["POST", "/a", { files: { file: ["a.bin", new Uint8Array([0, 255])] } }],
    null,
  ],
];

type Sent = [method: string, path: string, options?: RequestOptions];

for (const [name, recorded, sent, difference] of requests) {
  test(`a request with ${name} is ${difference === null ? "replayed" : "refused, with the difference"}`, async (t) => {
    await using recordings = await makeRecordings();
    const transport = new MockTransport(() => new Response(200, { text: "recorded" }));
    const send = (client: AsyncClient, [method, path, options]: Sent): Promise<Response> =>
      client.request(method, `http://h${path}`, options);
    await through(recordings.path(), { transport }, (client) => send(client, recorded));
    await through(recordings.path(), { mode: "replay" }, async (client) => {
      if (difference === null) return t.is((await send(client, sent)).text, "recorded");
      const error = await t.throwsAsync<MockError>(send(client, sent), { instanceOf: MockError });
      t.is(error.code, "ERR_MOCK_NOT_RECORDED");
      return t.true(
        error.message.endsWith(
          `: the nearest is number 1, ${recorded[0]} http://h${recorded[1]}: ${difference}`,
        ),
        error.message,
      );
    });
  });
}

test("the option match compares fewer parts of a request", async (t) => {
  await using recordings = await makeRecordings();
  const transport = new MockTransport(() => new Response(200, { text: "recorded" }));
  await through(recordings.path(), { transport }, (client) =>
    client.post("http://h/a?now=1", { json: { now: 1 } }),
  );
  const post = (client: AsyncClient): Promise<Response> =>
    client.post("http://h/a?now=2", { json: { now: 2 } });
  await through(recordings.path(), {}, (client) => t.throwsAsync(post(client), { instanceOf: MockError }));
  t.is((await through(recordings.path(), { match: ["method", "url"] }, post)).text, "recorded");
});

test("hosts are compared in URLs of any scheme", async (t) => {
  await using recordings = await makeRecordings();
  const transport = new MockTransport((request) => new Response(200, { text: request.url.host }));
  for (const [mode, host] of [
    ["record", "one"],
    ["replay", "other"],
  ] as const) {
    const replay = new ReplayTransport(recordings.path(), { mode, transport });
    await using client = new AsyncClient({ mounts: { "odd://": replay } });
    const sent = client.get(`odd://${host}/a`);
    if (mode === "record") t.is((await sent).text, "one");
    else await t.throwsAsync(sent, { message: /GET odd:\/\/one\/a: the URL is odd:\/\/other\/a$/ });
  }
});

// One at a time: it keeps the event loop busy, and other tests have time limits.
test.serial("a long recording is replayed in time that grows linearly with its length", async (t) => {
  // Comparing each request with the whole recording took 9 s for 1,000 requests: 15 minutes for these.
  t.timeout(90_000);
  await using recordings = await makeRecordings();
  const transport = new MockTransport(() => new Response(204));
  const use = async (client: AsyncClient): Promise<void> => {
    for (let index = 0; index < 10_000; index++) await client.post("http://h/", { json: { index } });
  };
  await through(recordings.path(), { transport }, use);
  await through(recordings.path(), { mode: "replay" }, use);
  t.pass();
});

test("the nearest recording is the one with the most in common", async (t) => {
  await using recordings = await makeRecordings();
  const transport = new MockTransport(() => new Response(200));
  await through(recordings.path(), { transport }, async (client) => {
    await client.get("http://h/a");
    await client.post("http://h/b", { json: { a: 1 } });
    await client.post("http://h/b?x=1", { json: { a: 2 } });
  });
  await through(recordings.path(), {}, (client) =>
    t.throwsAsync(client.post("http://h/b?x=1", { json: { a: 3 } }), {
      message: /nearest is number 3, POST http:\/\/h\/b\?x=1: the JSON at a is 3, not 2$/,
    }),
  );
});

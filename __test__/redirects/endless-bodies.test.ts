/** Bodies of redirects and challenges that never end: the next request is sent all the same. */
import test from "ava";
import {
  AsyncClient,
  DigestAuth,
  MockTransport,
  Response,
  ResponseNotRead,
  StreamClosed,
  TotalTimeout,
} from "httpxide";
import { failsByLimit } from "../helpers/limits.js";
import { head, ok, type Script, startRawServer } from "../helpers/raw-server.js";
import { settling, turn } from "../helpers/waiting.js";

const redirect = head("302 Found", "Location: /target", "Transfer-Encoding: chunked");

const bodies: readonly (readonly [name: string, body: Script])[] = [
  ["that never comes", (connection) => connection.closed()],
  [
    "that never ends",
    async (connection) => {
      const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
      while (await connection.send(chunk)) await turn();
    },
  ],
];

for (const [name, body] of bodies) {
  test(`a redirect with a body ${name} is followed, and its response has no body`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      const request = await connection.readRequest();
      if (request?.line.includes("/target")) {
        await connection.send(ok("the target"));
        return;
      }
      await connection.send(redirect);
      await body(connection);
    });
    await using client = new AsyncClient({ followRedirects: true, timeout: null });
    const response = await settling(client.get(`${server.url}/start`));
    t.is(response.text, "the target");
    const [first] = response.history;
    t.true(first?.isClosed);
    const error = t.throws(() => first?.content, { any: true });
    t.true(error instanceof ResponseNotRead || error instanceof StreamClosed, String(error));
  });
}

const never = (): Promise<never> => new Promise(() => undefined);

/** Bodies made in JavaScript that give nothing more, or that do not come to an end of closing. */
const silent: readonly (readonly [name: string, body: () => AsyncIterable<Uint8Array | string>])[] = [
  [
    "a generator that goes silent",
    async function* () {
      yield "x";
      await never();
    },
  ],
  ["an iterator that stays silent", () => ({ [Symbol.asyncIterator]: () => ({ next: never }) })],
  ["a ReadableStream that stays silent", () => new ReadableStream<Uint8Array>({ pull: never })],
  [
    "an endless iterator that does not close",
    () => ({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false as const, value: new Uint8Array(0x10000) }),
        return: never,
      }),
    }),
  ],
];

for (const [name, body] of silent) {
  test(`${name}, as the body of a mock's redirect, does not hold up the next request`, async (t) => {
    const transport = new MockTransport((request) =>
      request.url.pathname === "/target"
        ? new Response(200, { text: "the target" })
        : new Response(302, { headers: { Location: "/target" }, content: body() }),
    );
    await using client = new AsyncClient({ transport, followRedirects: true });
    const response = await settling(client.get("http://server/"));
    t.is(response.text, "the target");
    const [first] = response.history;
    t.true(first?.isClosed);
    await t.throwsAsync(settling(first!.aread()), { instanceOf: StreamClosed });
  });

  test(`${name}, as the body of a custom transport's challenge, does not hold up the next request`, async (t) => {
    const transport = {
      handleAsyncRequest: (request: { headers: { has(name: string): boolean } }) =>
        Promise.resolve(
          request.headers.has("Authorization")
            ? new Response(200, { text: "let in" })
            : new Response(401, {
                headers: { "WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"' },
                content: body(),
              }),
        ),
    };
    await using client = new AsyncClient({ transport, auth: new DigestAuth("user", "password") });
    t.is((await settling(client.get("http://server/"))).text, "let in");
  });

  // a flood is cut for its bytes
  if (name.includes("endless")) continue;
  for (const [what, status, header, value] of [
    ["redirect", 302, "Location", "/target"],
    ["challenge", 401, "WWW-Authenticate", 'Digest realm="r", nonce="n", qop="auth"'],
  ] as const) {
    test(`${name}, as the body of a ${what}, lasts no longer than the total timeout`, async (t) => {
      let requests = 0;
      const transport = new MockTransport(() => {
        requests++;
        return new Response(status, { headers: { [header]: value }, content: body() });
      });
      await using client = new AsyncClient({
        transport,
        auth: new DigestAuth("user", "password"),
        followRedirects: true,
      });
      let limit = 0;
      const call = (total: number): Promise<unknown> => {
        [limit, requests] = [total, 0];
        return client.get("http://server/", { timeout: { total } });
      };
      const expected = { as: TotalTimeout, code: "ERR_TOTAL_TIMEOUT", phase: "body" } as const;
      // after a second, the next request would be sent all the same
      const error = await failsByLimit(t, call, expected, [150, 500, 900, 900, 900]);
      t.true(error.message.includes(`total timeout of ${limit} ms`), error.message);
      t.is(requests, 1);
    });
  }
}

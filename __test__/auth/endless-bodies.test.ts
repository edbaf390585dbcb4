/** Responses within an auth flow whose bodies never end: the flow goes on all the same. */
import test from "ava";
import { AsyncClient, Auth, DigestAuth, type Request, type Response } from "httpxide";
import { head, ok, type Script, startRawServer } from "../helpers/raw-server.js";
import { settling, turn } from "../helpers/waiting.js";

const challenge = head(
  "401 Unauthorized",
  'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"',
  "Transfer-Encoding: chunked",
);

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

/** Asks again after any status, unlike a challenge. */
class Twice extends Auth {
  *authFlow(request: Request): Generator<Request, void, Response> {
    yield request;
    request.headers.set("Authorization", "second");
    yield request;
  }
}

for (const [name, body] of bodies) {
  for (const auth of [new DigestAuth("user", "password"), new Twice()]) {
    test(`${auth.constructor.name}: a response with a body ${name} does not hold up the flow`, async (t) => {
      await using server = await startRawServer(async (connection) => {
        const request = await connection.readRequest();
        if (request?.values("authorization").length === 1) {
          await connection.send(ok("welcome"));
          return;
        }
        await connection.send(challenge);
        await body(connection);
      });
      await using client = new AsyncClient({ auth, timeout: null });
      const response = await settling(client.get(server.url));
      t.is(response.text, "welcome");
      t.true(response.history[0]?.isClosed);
    });
  }
}

test("a short body within a flow is in history", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(ok("first"));
    await connection.readRequest();
    await connection.send(ok("second"));
  });
  await using client = new AsyncClient({ auth: new Twice() });
  const response = await client.get(server.url);
  t.deepEqual(
    [...response.history, response].map(({ text }) => text),
    ["first", "second"],
  );
  t.is(server.connections, 1);
});

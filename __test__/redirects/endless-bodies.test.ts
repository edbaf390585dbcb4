/** Bodies of redirects that never end: the client follows the redirect all the same. */
import test from "ava";
import { AsyncClient, ResponseNotRead, StreamClosed } from "httpxide";
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

/** The Keep-Alive header of responses: a request goes over a connection only while the server surely keeps it. */
import test from "ava";
import { AsyncClient } from "httpxide";
import { ok, type Script, startRawServer } from "../helpers/raw-server.js";
import { eventually, pause } from "../helpers/waiting.js";

/** Answers every request with these header lines. */
function keeping(...headerLines: string[]): Script {
  return async (connection) => {
    while ((await connection.readRequest()) !== null) await connection.send(ok("ok", ...headerLines));
  };
}

test("a connection that the server keeps for long enough is used again", async (t) => {
  await using server = await startRawServer(keeping("Keep-Alive: timeout=60, max=1"));
  await using client = new AsyncClient();
  for (let time = 0; time < 3; time++) await client.post(server.url, { content: "body" });
  t.is(server.connections, 1);
});

test("a connection closes before the time that the server has announced", async (t) => {
  await using server = await startRawServer(keeping("Connection: keep-alive", "Keep-Alive: timeout=1"));
  await using client = new AsyncClient({ limits: { keepaliveExpiry: null } });
  await client.post(server.url);
  await eventually("it has closed", () => client.stats().connections.idle === 0);
  await client.post(server.url);
  t.is(server.connections, 2);
});

for (const value of ["timeout=0", "timeout=0.5", "max=0", "timeout=5, max=0"]) {
  test(`Keep-Alive: ${value} leaves nothing to use again`, async (t) => {
    await using server = await startRawServer(keeping(`Keep-Alive: ${value}`));
    await using client = new AsyncClient();
    await client.get(server.url);
    await client.get(server.url);
    t.is(server.connections, 2);
  });
}

for (const value of ["", "timeout", "timeout=-5", "timeout=x", "max=many", "0"]) {
  test(`Keep-Alive: ${JSON.stringify(value)} says nothing`, async (t) => {
    await using server = await startRawServer(keeping(`Keep-Alive: ${value}`));
    await using client = new AsyncClient();
    await client.get(server.url);
    await client.get(server.url);
    t.is(server.connections, 1);
  });
}

test("no POST fails on a server that keeps connections for as long as it says", async (t) => {
  await using server = await startRawServer(async (connection) => {
    let timer: NodeJS.Timeout | undefined;
    let look: NodeJS.Immediate | undefined;
    for (;;) {
      const request = await connection.readRequest();
      clearTimeout(timer);
      clearImmediate(look);
      if (request === null) return;
      await connection.send(ok("ok", "Keep-Alive: timeout=1"));
      // after a look at the socket: what came while the machine stopped has come in time
      timer = setTimeout(() => (look = setImmediate(() => connection.socket.destroy())), 1000);
    }
  });
  await using client = new AsyncClient({ timeout: 30_000, limits: { keepaliveExpiry: null } });
  const posts = async (): Promise<void> => {
    for (let time = 0; time < 4; time++) {
      t.is((await client.post(server.url, { content: "body" })).text, "ok");
      await pause(Math.random() * 1200);
    }
  };
  await Promise.all(Array.from({ length: 40 }, posts));
  t.is(server.requests.length, 160);
});

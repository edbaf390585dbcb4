/** Abstract Unix sockets, which Linux has, and the paths that no socket can have. */
import { createServer } from "node:http";
import test from "ava";
import { AsyncClient, ConnectError, type TraceInfo } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { answering, serveHttp } from "../helpers/http-server.js";

const isLinux = process.platform === "linux";
const linuxTest = isLinux ? test : test.skip;

/** A name that no other process has. */
const name = `httpxide-test-${process.pid}`;

linuxTest("a path that begins with a NUL is an abstract socket", async (t) => {
  const path = `\0${name}`;
  await using server = await serveHttp((listener) => createServer(listener), "http://x", answering("ok"), {
    path,
  });
  await using client = new AsyncClient({ uds: path, connectPolicy: "public" });
  const traced: [string, TraceInfo][] = [];
  const trace = (event: string, info: TraceInfo): void => void traced.push([event, info]);
  const response = await client.get("http://localhost/", { extensions: { trace } });
  t.is(response.text, "ok");
  t.is(server.connections, 1);
  const [, started] = traced.find(([event]) => event === "connection.connect_unix_socket.started") ?? [];
  t.is(started?.["path"], path);
});

linuxTest(
  "an abstract socket that does not exist is a ConnectError, which shows its name with an @",
  async (t) => {
    await using client = new AsyncClient({ uds: `\0${name}-missing` });
    const error = await failsAs(t, client.get("http://localhost/"), {
      as: ConnectError,
      code: "ECONNREFUSED",
      phase: "connect",
      requestSent: false,
    });
    t.true(error.message.includes(`@${name}-missing`), error.message);
  },
);

linuxTest("the name of an abstract socket that is too long is an error with the system's code", async (t) => {
  await using client = new AsyncClient({ uds: `\0${"x".repeat(200)}` });
  await failsAs(t, client.get("http://localhost/"), { as: ConnectError, code: "ENAMETOOLONG" });
});

linuxTest("a path that begins with an @ is a path, as in Node.js", async (t) => {
  await using client = new AsyncClient({ uds: `@${name}` });
  await failsAs(t, client.get("http://localhost/"), { as: ConnectError, code: "ENOENT" });
});

for (const uds of ["", "/run/a\0b.sock", 7]) {
  test(`uds ${JSON.stringify(uds)} is refused when the client is made`, (t) => {
    t.throws(() => new AsyncClient({ uds: uds as string }), { instanceOf: TypeError, message: /uds/ });
  });
}

(isLinux ? test.skip : test)("abstract sockets are refused where the system has none", (t) => {
  t.throws(() => new AsyncClient({ uds: "\0name" }), { instanceOf: TypeError, message: /Linux/ });
});

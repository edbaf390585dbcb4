/** Named pipes of Windows, such as that of the Docker Engine. */
import { createServer } from "node:http";
import test from "ava";
import { AsyncClient, ConnectError } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { echo, type Echo, serveHttp } from "../helpers/http-server.js";

const windowsTest = process.platform === "win32" ? test : test.skip;

/** A name that no other process has. */
const pipe = String.raw`\\.\pipe\httpxide-test-${process.pid}`;

windowsTest("a client with uds sends every request over the named pipe", async (t) => {
  await using server = await serveHttp((listener) => createServer(listener), "http://localhost", echo, {
    path: pipe,
  });
  await using client = new AsyncClient({ uds: pipe });
  for (let time = 0; time < 3; time++) {
    const response = await client.post("http://docker/containers", { content: "x".repeat(100_000) });
    t.is(response.json<Echo>().body.length, 100_000);
  }
  t.is(server.connections, 1);
  await Promise.all(Array.from({ length: 20 }, () => client.get("http://docker/")));
});

windowsTest("a named pipe that does not exist is a ConnectError with ENOENT", async (t) => {
  await using client = new AsyncClient({ uds: `${pipe}-missing` });
  await failsAs(t, client.get("http://docker/"), { as: ConnectError, code: "ENOENT", phase: "connect" });
});

windowsTest("any other path is refused when the client is made", (t) => {
  t.throws(() => new AsyncClient({ uds: "/run/docker.sock" }), {
    instanceOf: TypeError,
    message: /named pipe/,
  });
});

/**
 * Requests over a Unix domain socket, as to the Docker Engine's API.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { AsyncClient, ConnectError } from "httpxide";
import { gather } from "../helpers/bytes.js";
import { failsAs } from "../helpers/failures.js";
import { bodyOf, type Handler } from "../helpers/http-server.js";
import { startUnixServer, temporaryFolder } from "../helpers/unix-server.js";
import { eventually, turn } from "../helpers/waiting.js";

/** A small part of the Docker Engine's API. */
const docker: Handler = async (request, response, seen) => {
  if (seen.path === "/v1.43/containers/json?all=true") {
    response.setHeader("Content-Type", "application/json").end('[{"Id":"8dfafdbc3a40","State":"running"}]');
  } else if (seen.path === "/v1.43/events") {
    for (const action of ["create", "start", "die"]) {
      response.write(`${JSON.stringify({ Type: "container", Action: action })}\n`);
      await turn();
    }
    response.end();
  } else if (seen.method === "POST" && seen.path === "/v1.43/build") {
    response.end(`built from ${(await bodyOf(request)).length} bytes`);
  } else {
    response.writeHead(404, { "Content-Type": "application/json" }).end('{"message":"no such container"}');
  }
};

test("a client with uds sends every request over the socket", async (t) => {
  await using server = await startUnixServer(docker);
  await using client = new AsyncClient({ uds: server.path, baseUrl: "http://docker/v1.43" });
  const response = await client.get("/containers/json", { params: { all: true } });
  t.deepEqual(response.json(), [{ Id: "8dfafdbc3a40", State: "running" }]);
  t.is(response.url.href, "http://docker/v1.43/containers/json?all=true");
  const missing = await client.delete("/containers/nope");
  t.is(missing.statusCode, 404);
  t.is(missing.json<{ message: string }>().message, "no such container");
});

test("Host is the URL's, not the socket's", async (t) => {
  await using server = await startUnixServer(docker);
  await using client = new AsyncClient({ uds: server.path });
  await client.get("http://docker/x");
  await client.get("http://other.example:8080/x");
  const hosts = server.requests.map(({ headers }) => headers.find(([name]) => name === "Host")?.[1]);
  t.deepEqual(hosts, ["docker", "other.example:8080"]);
});

test("events are streamed line by line", async (t) => {
  await using server = await startUnixServer(docker);
  await using client = new AsyncClient({ uds: server.path, baseUrl: "http://localhost/v1.43" });
  await using response = await client.stream("GET", "/events");
  const lines = await gather(response.aiterLines());
  const actions = lines.map((line) => (JSON.parse(line) as { Action: string }).Action);
  t.deepEqual(actions, ["create", "start", "die"]);
});

test("a build context is uploaded from a generator", async (t) => {
  await using server = await startUnixServer(docker);
  await using client = new AsyncClient({ uds: server.path, baseUrl: "http://localhost/v1.43" });
  function* context(): Generator<Uint8Array> {
    for (let piece = 0; piece < 100; piece++) yield new Uint8Array(10_000);
  }
  t.is((await client.post("/build", { content: context() })).text, "built from 1000000 bytes");
});

test("connections over a socket are kept, limited and closed as any other", async (t) => {
  await using server = await startUnixServer(docker);
  const client = new AsyncClient({ uds: server.path, limits: { maxConnections: 3 }, timeout: 30_000 });
  for (let time = 0; time < 5; time++) await client.get("http://localhost/x");
  t.is(server.connections, 1);
  await Promise.all(Array.from({ length: 30 }, () => client.get("http://localhost/x")));
  t.true(server.mostOpenSockets <= 3);
  await client.aclose();
  await eventually("the sockets are closed", () => server.openSockets === 0);
});

test("a missing socket is a ConnectError with ENOENT", async (t) => {
  await using folder = await temporaryFolder();
  await using client = new AsyncClient({ uds: join(folder.path, "nope.sock") });
  await failsAs(t, client.get("http://localhost/"), {
    as: ConnectError,
    code: "ENOENT",
    phase: "connect",
    requestSent: false,
  });
});

test("a file that is not a socket is a ConnectError with ECONNREFUSED", async (t) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  await writeFile(path, "");
  await using client = new AsyncClient({ uds: path });
  await failsAs(t, client.get("http://localhost/"), {
    as: ConnectError,
    code: "ECONNREFUSED",
    phase: "connect",
    requestSent: false,
  });
});

test("a path too long for a socket is an error, not a crash", async (t) => {
  await using client = new AsyncClient({ uds: `/tmp/${"x".repeat(300)}` });
  await failsAs(t, client.get("http://localhost/"), {
    as: ConnectError,
    phase: "connect",
    requestSent: false,
  });
});

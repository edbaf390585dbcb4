/**
 * Errors of the system keep its own names, which Node.js uses as well. Each expected code is the one that Node.js's own
 * sockets report for the same target.
 */
import { symlink, writeFile } from "node:fs/promises";
import { connect, type NetConnectOpts } from "node:net";
import { join } from "node:path";
import test from "ava";
import { AsyncClient, ConnectError } from "httpxide";
import { runProgram } from "../helpers/child.js";
import { failsAs } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { temporaryFolder } from "../helpers/unix-server.js";

/** The code with which Node.js's own socket fails. */
function nodeCode(target: NetConnectOpts): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(target, () => {
      socket.destroy();
      reject(new Error("connected"));
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

const onUnix = process.platform === "win32" ? test.skip : test;

onUnix("a Unix socket that cannot be opened has the code of Node.js's sockets", async (t) => {
  await using folder = await temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  await writeFile(at("file"), "");
  await symlink(at("loop"), at("loop"));
  const expected = {
    [at("missing")]: "ENOENT",
    [at("file")]: "ECONNREFUSED",
    [join(at("file"), "below")]: "ENOTDIR",
    [at("loop")]: "ELOOP",
  };
  for (const [uds, code] of Object.entries(expected)) {
    t.is(await nodeCode({ path: uds }), code);
    await using client = new AsyncClient({ uds });
    await failsAs(t, client.get("http://localhost/"), { as: ConnectError, code, phase: "connect" });
  }
});

onUnix("a path that is too long for a Unix socket is ENAMETOOLONG", async (t) => {
  await using folder = await temporaryFolder();
  await using client = new AsyncClient({ uds: join(folder.path, "x".repeat(200)) });
  const expected = { as: ConnectError, code: "ENAMETOOLONG", phase: "connect", requestSent: false } as const;
  await failsAs(t, client.get("http://localhost/"), expected);
});

test("an address that no route leads to has the code of Node.js's sockets", async (t) => {
  // broadcast addresses are not for TCP
  const code = await nodeCode({ host: "255.255.255.255", port: 80 });
  t.regex(code ?? "", /^E[A-Z]+$/);
  await using client = new AsyncClient();
  await failsAs(t, client.get("http://255.255.255.255/"), {
    as: ConnectError,
    code: code ?? "",
    phase: "connect",
    requestSent: false,
  });
});

onUnix("without a free descriptor requests are EMFILE, and with one they succeed again", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const run = await runProgram("get-without-descriptors", { args: [server.url], maxOpenFiles: 256 });
  t.is(run.stdout, "ConnectError EMFILE in connect, 200\n", run.stderr);
});

onUnix("an engine that cannot start for want of descriptors is EMFILE, and starts later", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const run = await runProgram("get-without-descriptors", { args: [server.url, "cold"], maxOpenFiles: 256 });
  t.is(run.stdout, "Error EMFILE in undefined, 200\n", run.stderr);
});

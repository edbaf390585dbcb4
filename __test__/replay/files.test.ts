// The file of a ReplayTransport: when it is written, and which files are refused.
import { lstat, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import test from "ava";
import { AsyncClient, MockError, MockTransport, ReplayTransport, Response } from "httpxide";
import { startHttpServer } from "../helpers/http-server.js";
import { counting, makeRecordings, through } from "../helpers/recordings.js";

test("flush writes the exchanges so far, makes missing folders, and leaves no other file behind", async (t) => {
  await using recordings = await makeRecordings();
  await using server = await startHttpServer(counting());
  const transport = new ReplayTransport(pathToFileURL(recordings.path("deep/er/test.json")));
  await using client = new AsyncClient({ transport });
  await transport.flush();
  t.deepEqual(await readdir(recordings.folder), []);
  await client.get(server.url);
  await Promise.all([transport.flush(), transport.flush()]);
  t.is((await recordings.read("deep/er/test.json")).exchanges.length, 1);
  await client.get(server.url);
  await client.aclose();
  t.is((await recordings.read("deep/er/test.json")).exchanges.length, 2);
  t.deepEqual(await readdir(recordings.path("deep/er")), ["test.json"]);
});

test("a file that cannot be written makes aclose() fail, which still closes the inner transport", async (t) => {
  await using recordings = await makeRecordings();
  await writeFile(recordings.path("file"), "");
  let isClosed = false;
  const transport = {
    handleAsyncRequest: async () => new Response(200),
    aclose: async () => {
      isClosed = true;
    },
  };
  const replay = new ReplayTransport(recordings.path("file/test.json"), { mode: "record", transport });
  await new AsyncClient({ transport: replay }).get("http://h/");
  await t.throwsAsync(replay.aclose(), { message: /EEXIST|ENOTDIR/ });
  t.true(isClosed);
  t.deepEqual(await readdir(recordings.folder), ["file"]);
});

const unusable: [text: string, reason: RegExp][] = [
  ["", /JSON/],
  ["[]", /it has no list of exchanges/],
  ['{"version":2,"exchanges":[]}', /it is of version 2, not 1/],
  [exchange({}), /exchange 1: the request has no method/],
  [exchange({ method: "GET", url: "/a" }), /exchange 1: the request has no URL/],
  [exchange({ method: "GET", url: "http://h/", headers: "A: 1" }), /exchange 1: headers are no lines/],
  [
    exchange({ method: "GET", url: "http://h/", headers: ["A: 1\r\nB: 2"] }),
    /exchange 1: headers are no lines/,
  ],
  [
    exchange({ method: "GET", url: "http://h/", headers: [], body: { html: "" } }),
    /exchange 1: a body has neither/,
  ],
  [
    exchange({ method: "GET", url: "http://h/", headers: [] }, { status: "200" }),
    /exchange 1: the response has no status/,
  ],
  [
    exchange(
      { method: "GET", url: "http://h/", headers: [] },
      { status: 200, headers: [], incomplete: "yes" },
    ),
    /exchange 1: incomplete is neither true nor false/,
  ],
  [
    exchange(
      { method: "GET", url: "http://h/", headers: [] },
      { status: 200, headers: [], body: { base64: "!" } },
    ),
    /exchange 1: a body has neither/,
  ],
];

function exchange(request: object, response: object = { status: 200, headers: [] }): string {
  return JSON.stringify({ version: 1, exchanges: [{ request, response }] });
}

test("a file that is not a recording is refused with the reason, and stays unchanged", async (t) => {
  await using recordings = await makeRecordings();
  for (const [text, reason] of unusable) {
    await writeFile(recordings.path(), text);
    for (const mode of ["replay", "once", "update"] as const) {
      await through(recordings.path(), { mode }, async (client) => {
        const error = await t.throwsAsync<MockError>(client.get("http://h/"), { instanceOf: MockError });
        t.is(error.code, "ERR_MOCK_RECORDING");
        t.regex(error.message, reason);
      });
    }
    t.is(await recordings.text(), text);
  }
});

test("invalid options are refused", (t) => {
  t.throws(() => new ReplayTransport("a.json", { mode: "rec" as never }), {
    instanceOf: TypeError,
    message: /mode/,
  });
  t.throws(() => new ReplayTransport("a.json", { match: ["path" as never] }), {
    instanceOf: TypeError,
    message: /match/,
  });
  t.throws(() => new ReplayTransport("a.json", { sensitive: "X-Account" }), {
    instanceOf: TypeError,
    message: /sensitive must be a list/,
  });
  t.throws(() => new ReplayTransport("" as never), { instanceOf: TypeError, message: /file/ });
  t.throws(() => new ReplayTransport(7 as never), { instanceOf: TypeError, message: /file/ });
});

const onPosix = process.platform === "win32" ? test.skip : test;

onPosix("a recording that is written anew stays where a link leads, and as private as it was", async (t) => {
  await using recordings = await makeRecordings();
  const transport = new MockTransport(() => new Response(204));
  const record = (): Promise<Response> =>
    through(recordings.path("link.json"), { mode: "record", transport }, (client) => client.get("http://h/"));
  await writeFile(recordings.path("real.json"), "", { mode: 0o600 });
  await symlink("real.json", recordings.path("link.json"));
  await record();
  t.true((await lstat(recordings.path("link.json"))).isSymbolicLink());
  t.is((await recordings.read("real.json")).exchanges.length, 1);
  t.is((await stat(recordings.path("real.json"))).mode & 0o777, 0o600);
  t.deepEqual((await readdir(recordings.folder)).toSorted(), ["link.json", "real.json"]);
});

for (const delay of [0, 10, 40]) {
  test(`a program killed ${delay} ms after it began to write leaves a whole file, the old or the new one`, async (t) => {
    await using recordings = await makeRecordings();
    const old = new MockTransport(() => new Response(200, { text: "old" }));
    await through(recordings.path(), { transport: old }, (client) => client.get("http://h/"));
    const program = `
      const { AsyncClient, MockTransport, ReplayTransport, Response } = await import(${JSON.stringify(import.meta.resolve("httpxide"))});
      const transport = new MockTransport(() => new Response(200, { text: "new".repeat(10_000_000) }));
      const replay = new ReplayTransport(${JSON.stringify(recordings.path())}, { mode: "record", transport });
      const client = new AsyncClient({ transport: replay });
      await client.get("http://h/");
      void client.aclose();
      setTimeout(() => process.kill(process.pid, "SIGKILL"), ${delay});`;
    const signal = await new Promise<unknown>((resolve) => {
      execFile(process.execPath, ["--input-type=module", "--eval", program], (error) =>
        resolve(error?.signal),
      );
    });
    t.is(signal, "SIGKILL");
    const text = (await recordings.read()).exchanges[0]?.response.body?.text;
    t.true(text === "old" || text?.length === 30_000_000, `${text?.length} characters`);
  });
}

// Stable codes of errors: the table in docs/errors.md against the classes, the sources and failures over real sockets.
import { readFileSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import * as httpxide from "httpxide";
import { AsyncClient, AsyncHTTPTransport, Cookies, NetRCAuth, Request, Response } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { startHttpServer } from "../helpers/http-server.js";

const root = dirname(createRequire(import.meta.url).resolve("httpxide/package.json"));
const page = readFileSync(join(root, "docs", "errors.md"), "utf8");

interface Row {
  readonly code: string;
  readonly classes: readonly string[];
}

function rowsOf(heading: string): Row[] {
  const section = page.slice(page.indexOf(`## ${heading}`)).split("\n## ", 2)[0] ?? "";
  return [...section.matchAll(/^\| `(ERR_\w+)` *\| ([^|]+)\|/gm)].map(([, code = "", classes = ""]) => ({
    code,
    classes: classes.trim().split(", "),
  }));
}

type ErrorClass = new (message: string, init?: object) => Error & { code?: string };
const exported = httpxide as unknown as Readonly<Record<string, ErrorClass>>;
const classes = Object.keys(exported).filter((name) => exported[name]!.prototype instanceof Error);

test("each class of errors has the code of the table, and the table has each class", (t) => {
  const rows = rowsOf("Classes");
  t.deepEqual(
    rows.map(({ classes: [name] }) => name).toSorted(),
    // the root has no code of its own, a MockError is given one, and that of a WebSocketDisconnect is a number
    classes.filter((name) => !["HTTPError", "MockError", "WebSocketDisconnect"].includes(name)).toSorted(),
  );
  for (const {
    code,
    classes: [name = ""],
  } of rows)
    t.is(new exported[name]!("words", {}).code, code, name);
  t.is(new Set(rows.map(({ code }) => code)).size, rows.length);
});

function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(extension) && !/tests?(\.rs$|[/\\])/.test(path))
    .map((path) => join(folder, path));
}

test("the page lists every code that the sources have, and no other", (t) => {
  const sources = [
    ...filesBelow(join(root, "src"), ".ts"),
    ...filesBelow(join(root, "crates", "core", "src"), ".rs"),
    ...filesBelow(join(root, "crates", "binding", "src"), ".rs"),
  ];
  // codes of Node.js, which the sources compare with, and axios's own, which its adapter gives
  const ofOthers = new Set([
    "ERR_DLOPEN_DISABLED",
    "ERR_DLOPEN_FAILED",
    "ERR_ACCESS_DENIED",
    "ERR_FR_REDIRECTION_FAILURE",
    "ERR_OSSL_EVP_UNSUPPORTED",
  ]);
  const inSources = new Set<string>();
  for (const path of sources) {
    for (const [, code] of readFileSync(path, "utf8").matchAll(/"(ERR_[A-Z0-9_]+)"/g)) inSources.add(code!);
  }
  for (const code of ofOthers) t.true(inSources.delete(code), code);
  const byName = new Set(rowsOf("Classes").map(({ code }) => code));
  const listed = new Set([...page.matchAll(/`(ERR_\w+)`/g)].map(([, code]) => code!));
  t.deepEqual(
    [...inSources].filter((code) => !listed.has(code)),
    [],
  );
  t.deepEqual(
    [...listed].filter((code) => !inSources.has(code) && !byName.has(code)),
    [],
  );
});

async function thrown(run: () => unknown): Promise<{ name: string; code?: string; message: string }> {
  return (await rejection((async () => run())())) as { name: string; code?: string; message: string };
}

test("mistakes of the program have codes", async (t) => {
  const twice = new Cookies();
  twice.set("a", "1", { domain: "example.org" });
  twice.set("a", "2", { domain: "example.com" });
  const decoded = new Response(200, { text: "x" });
  void decoded.text;
  const closed = new AsyncClient();
  await closed.aclose();
  const transport = new AsyncHTTPTransport();
  await transport.aclose();
  const request = new Request("GET", "http://127.0.0.1:1/");
  const cases: [string, () => unknown][] = [
    ["ERR_INVALID_URL", () => new Request("GET", "http://[")],
    ["ERR_COOKIE_CONFLICT", () => twice.get("a")],
    ["ERR_CLIENT_CLOSED", () => closed.get("http://127.0.0.1:1/")],
    ["ERR_CLIENT_CLOSED", () => closed.send(request)],
    ["ERR_CLIENT_CLOSED", () => transport.handleAsyncRequest(request)],
    ["ERR_INVALID_JSON", () => new Response(200, { text: "{" }).json()],
    ["ERR_REQUEST_NOT_SET", () => new Response(200).request],
    ["ERR_REQUEST_NOT_SET", () => new httpxide.ReadError("x").request],
    ["ERR_TEXT_DECODED", () => (decoded.encoding = "latin1")],
    ["ERR_COOKIE_FILE", () => Cookies.fromNetscape("nonsense")],
    ["ERR_HTTP_STATUS", () => new Response(500, { request }).raiseForStatus()],
    [
      "ERR_REQUEST_NOT_READ",
      () => new Request("POST", "http://h/", { content: (async function* () {})() }).content,
    ],
  ];
  for (const [code, run] of cases) t.is((await thrown(run)).code, code);
});

test("a streamed response that is misused has codes", async (t) => {
  await using server = await startHttpServer((_request, response) => void response.end("body"));
  await using client = new AsyncClient();
  const response = await client.stream("GET", server.url);
  t.is((await thrown(() => response.text)).code, "ERR_RESPONSE_NOT_READ");
  t.is((await thrown(() => new Response(200).elapsed)).code, "ERR_RESPONSE_NOT_READ");
  for await (const _ of response.aiterBytes());
  t.is((await thrown(() => response.aread())).code, "ERR_STREAM_CONSUMED");
  const unread = await client.stream("GET", server.url);
  await unread.aclose();
  t.is((await thrown(() => unread.aread())).code, "ERR_STREAM_CLOSED");
});

test("a malformed netrc file has a code", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "httpxide-netrc-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, "netrc");
  await writeFile(file, "machine", { mode: 0o600 });
  await using client = new AsyncClient({ auth: new NetRCAuth(file) });
  t.is((await thrown(() => client.get("http://127.0.0.1:1/"))).code, "ERR_NETRC");
});

test("a timeout's message has its limit, and the unit of one that looks like seconds", async (t) => {
  await using server = await startHttpServer(() => undefined);
  await using client = new AsyncClient();
  const seconds = await thrown(() => client.get(server.url, { timeout: { read: 5 } }));
  t.regex(seconds.message, /within the read timeout of 5 ms: times are milliseconds$/);
  const milliseconds = await thrown(() => client.get(server.url, { timeout: { read: 75 } }));
  t.regex(milliseconds.message, /within the read timeout of 75 ms$/);
  const total = await thrown(() => client.get(server.url, { timeout: { total: 80 } }));
  t.regex(total.message, /within the total timeout of 80 ms$/);
});

test("the limits of the pool, of a mock and of an application are named too", async (t) => {
  await using server = await startHttpServer(() => undefined);
  const limits = { maxConnections: 1 };
  await using client = new AsyncClient({ limits, timeout: { read: null, pool: 30 } });
  const holding = rejection(client.get(server.url));
  t.regex(
    (await thrown(() => client.get(server.url))).message,
    /within the pool timeout of 30 ms: times are/,
  );
  await client.aclose();
  await holding;
  await using mocked = new AsyncClient({ transport: delayedMock(), timeout: 10 });
  t.regex(
    (await thrown(() => mocked.get("http://h/"))).message,
    /within the read timeout of 10 ms: times are milliseconds$/,
  );
  const app = () => new Promise<never>(() => undefined);
  await using inProcess = new AsyncClient({ app, timeout: 70 });
  t.regex((await thrown(() => inProcess.get("http://h/"))).message, /within the read timeout of 70 ms$/);
});

function delayedMock(): httpxide.MockTransport {
  const mock = new httpxide.MockTransport();
  mock.get("/").reply(200, { delay: 60_000 });
  return mock;
}

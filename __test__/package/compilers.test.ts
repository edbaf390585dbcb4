// index.d.ts in the programs of users: with and without the types of Node.js, with and without those of the web, as an ES
// module and from CommonJS, under `strict` and without `skipLibCheck`.
import { copyFile, cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import ts from "typescript";

const require = createRequire(import.meta.url);
const root = dirname(require.resolve("httpxide/package.json"));

const EVERYWHERE = `
import {
  type App, AppTransport, type AsyncTransport, AsyncClient, Auth, type ContentTypes, type FetchHandler, type HeadersInit,
  get, Headers, type NodeListener, QueryParams, Request, type RequestOptions, Response, type TransportOptions, type URLTypes,
} from "httpxide";

type IsAny<Type> = 0 extends 1 & Type ? true : false;
type Known = [
  IsAny<App>, IsAny<ContentTypes>, IsAny<FetchHandler>, IsAny<Parameters<FetchHandler>[0]>, IsAny<HeadersInit>,
  IsAny<NodeListener>, IsAny<Parameters<NodeListener>[0]>, IsAny<Parameters<NodeListener>[1]>, IsAny<Request["url"]>,
  IsAny<Response["url"]>, IsAny<RequestOptions["signal"]>, IsAny<TransportOptions["signal"]>, IsAny<URLTypes>,
];
const known: Known = [false, false, false, false, false, false, false, false, false, false, false, false, false];
void known;

interface Search { query: string; page?: number }
interface Account { name: string; tags: string[] }
interface Session { id: string; theme?: string }
interface Tracing { "X-Trace"?: string }

export async function calls(search: Search, account: Account, session: Session, trace: string | undefined): Promise<number> {
  await using client = new AsyncClient({ params: search, cookies: session, headers: { "X-Trace": trace } });
  await client.get("https://example.org/", { params: search, cookies: session, headers: { "X-Trace": trace, Accept: ["a", "b"] } });
  await client.post("/", { data: account });
  await client.post("/", { json: account });
  await client.post("/", { content: new Uint8Array(1), params: { a: undefined, b: [1, null], c: 1n } });
  await client.post("/", { content: (async function* () { yield "text"; })() });
  const response = await get("https://example.org/", { params: new QueryParams(search) });
  const { hostname, port } = response.url;
  const values: [string, string] = [hostname, port];
  return values.length + response.statusCode;
}

class Own extends Auth {
  *authFlow(request: Request): Generator<Request, void, Response> {
    request.headers.set("Authorization", request.url.pathname);
    yield request;
  }
}

export const transport: AsyncTransport = {
  handleAsyncRequest: async (request: Request, options?: TransportOptions) =>
    new Response(options?.signal?.aborted ? 500 : 200, { request, headers: { a: undefined } }),
};
export const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
export const client = new AsyncClient({ auth: new Own(), transport, baseUrl: "https://example.org" });
export const signalled = client.get("/", { signal });
export const listener = AppTransport.node((request, response) => {
  response.statusCode = request.method === "GET" ? 200 : 405;
  response.setHeader("X-Path", request.url ?? "").end("hello");
});
export const handler = AppTransport.fetch(async (request) => { throw new Error(request.url); });
export const headers = new Headers({ a: ["1", "2"], b: undefined });

// @ts-expect-error -- a value of params is a primitive or a list of them
void client.get("/", { params: { a: {} } });
// @ts-expect-error -- a forgotten await
void client.get("/", { params: Promise.resolve({ a: 1 }) });
// @ts-expect-error -- a Map is no record
void client.post("/", { data: new Map<string, string>() });
// @ts-expect-error -- a date is no form
void client.post("/", { data: new Date() });
// @ts-expect-error -- a form has no records in it
void client.post("/", { data: { a: { b: 1 } } });
// @ts-expect-error -- values of headers are text
void client.get("/", { headers: { a: 1 } });
// @ts-expect-error -- values of cookies are text
void client.get("/", { cookies: { a: 1 } });
// @ts-expect-error -- no body is a number
void client.post("/", { content: 5 });
// @ts-expect-error -- no URL is a number
void client.get(5);
// @ts-expect-error -- no application is a number
void new AsyncClient({ app: 5 });
// @ts-expect-error -- a controller is no signal
void client.get("/", { signal: { signal, abort() {} } });
`;

const WITH_WEB = `
import { AsyncClient, type FetchHandler, Headers, Request, type TransportOptions } from "httpxide";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same: [
  Same<Request["url"], URL>, Same<NonNullable<TransportOptions["signal"]>, AbortSignal>,
  Same<Parameters<FetchHandler>[0], globalThis.Request>,
] = [true, true, true];
void same;

declare const stream: ReadableStream<Uint8Array>;
const controller = new AbortController();
const client = new AsyncClient({ baseUrl: new URL("https://example.org"), headers: new globalThis.Headers() });
export const calls = [
  client.post(new URL("https://example.org"), { content: stream, signal: controller.signal }),
  client.post("/", { content: new Blob(["a"]), params: new URLSearchParams("a=1") }),
  client.post("/", { content: new FormData() }),
  client.post("/", { content: new URLSearchParams(), files: { a: new Blob([]), b: ["name", stream] } }),
  client.post("/", { data: new FormData() }),
];
export const app = new AsyncClient({ app: (request: globalThis.Request) => new globalThis.Response(request.url) });
export const headers = new Headers(new globalThis.Headers({ a: "1" }));
// @ts-expect-error -- pass its signal
void client.get("/", { signal: controller });
// @ts-expect-error -- a forgotten await
void client.post("/", { content: new globalThis.Response().text() });
`;

const WITH_NODE = `
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, IncomingMessage, type RequestListener, type Server, ServerResponse } from "node:http";
import { PassThrough, type Readable } from "node:stream";
import { AppTransport, AsyncClient, Headers, type NodeListener } from "httpxide";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same: [Same<Parameters<NodeListener>[0], IncomingMessage>, Same<Parameters<NodeListener>[1], ServerResponse>] = [true, true];
void same;

declare const incoming: IncomingHttpHeaders;
declare const readable: Readable;
const client = new AsyncClient();
export async function bodies(message: IncomingMessage): Promise<void> {
  for (const content of [readable, message, createReadStream("a"), await open("a"), new PassThrough(), Buffer.from("a")]) {
    await client.post("/", { content, headers: incoming, files: { file: content, named: ["name", content] } });
  }
  await client.get("/", { headers: message.headers });
}
export const server: Server = createServer();
const listener: RequestListener = (request, response) => void response.end(request.url);
export const apps = [server, listener].map((app) => new AsyncClient({ app }));
export const node = AppTransport.node((request, response) => response.writeHead(200).end(request.socket.remoteAddress));
export const headers = new Headers(incoming);
`;

/** The classes of the platform take the place of the compiler's own. */
const CLASSES = `
import { type PlatformWebSocket, WebSocket, createWebSocket } from "httpxide/websocket";
import { EventSource, createEventSource } from "httpxide/eventsource";

export const classes: (typeof globalThis.WebSocket)[] = [WebSocket, createWebSocket()];
const socket: globalThis.WebSocket = new WebSocket("wss://example.org", ["a"]);
socket.onerror = (event) => void event.type;
const own: PlatformWebSocket = new WebSocket("wss://example.org", { headers: [["a", "b"]] });
own.onclose = ({ code, wasClean }) => void [code.toFixed(), wasClean];
own.onmessage = ({ data, origin }) => void [data, origin.length];
const source = new EventSource("https://example.org", { withCredentials: true, headers: { a: "b" } });
source.addEventListener("named", ({ data, lastEventId }) => void [data, lastEventId.length]);
source.onerror = ({ error, message }) => void [error, message?.length];
export const made = createEventSource({ baseUrl: "https://example.org" });
// @ts-expect-error -- not a client
createEventSource(5);
`;

/** Where the compiler has a class of that name: the web's types do, Node.js's do not. */
const CLASSES_WITH_WEB = `
import { EventSource, createEventSource } from "httpxide/eventsource";

export const classes: (typeof globalThis.EventSource)[] = [EventSource, createEventSource()];
const source: globalThis.EventSource = new EventSource("https://example.org");
source.onmessage = ({ data }) => void data;
`;

/** Both doors of the package in one program: a value of one is a value of the other. */
const FROM_COMMONJS = `
import httpxide = require("httpxide");
import { AsyncClient, type Response } from "httpxide";
import type { Response as Imported } from "httpxide" with { "resolution-mode": "import" };

export async function get(): Promise<Imported> {
  await using client = new AsyncClient({ headers: { "X-Trace": undefined } });
  const response: Response = await client.get("https://example.org/", { params: { a: 1 } });
  const module = await import("httpxide");
  const same: httpxide.AsyncClient = new module.AsyncClient();
  await same.aclose();
  return response;
}
`;

let folder: string;

test.before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "httpxide-types-")));
  const installed = join(folder, "node_modules", "httpxide");
  await mkdir(installed, { recursive: true });
  await mkdir(join(folder, "node_modules", "@types"));
  for (const file of ["index.d.ts", "index.d.mts"]) await copyFile(join(root, file), join(installed, file));
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  await cp(join(root, "types"), join(installed, "types"), { recursive: true });
  // As it is released: scripts/stage-release.mjs.
  await writeFile(join(installed, "package.json"), JSON.stringify({ ...manifest, type: "commonjs" }));
  const typesOfNode = dirname(require.resolve("@types/node/package.json"));
  await symlink(typesOfNode, join(folder, "node_modules", "@types", "node"), "junction");
  await writeFile(join(folder, "everywhere.mts"), EVERYWHERE);
  await writeFile(join(folder, "web.mts"), WITH_WEB);
  await writeFile(join(folder, "node.mts"), WITH_NODE);
  await writeFile(join(folder, "classes.mts"), CLASSES);
  await writeFile(join(folder, "classes-web.mts"), CLASSES_WITH_WEB);
  await writeFile(join(folder, "commonjs.cts"), FROM_COMMONJS);
});

test.after.always(() => rm(folder, { recursive: true, force: true }));

function errorsOf(files: readonly string[], options: { dom: boolean; node: boolean }): string[] {
  const program = ts.createProgram({
    rootNames: files.map((file) => join(folder, file)),
    options: {
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      module: ts.ModuleKind.Node16,
      target: ts.ScriptTarget.ES2022,
      lib: options.dom ? ["lib.es2022.d.ts", "lib.dom.d.ts"] : ["lib.es2022.d.ts"],
      types: options.node ? ["node"] : [],
      typeRoots: [join(folder, "node_modules", "@types")],
    },
  });
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? ts.getLineAndCharacterOfPosition(file, start).line + 1 : 0;
    const place = file?.fileName.slice(folder.length + 1) ?? "";
    return `${place}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

test("programs with neither Node.js's types nor the web's compile, and nothing is any", (t) => {
  t.deepEqual(errorsOf(["everywhere.mts", "commonjs.cts"], { dom: false, node: false }), []);
});

test("programs with the web's types alone compile, and see the web's own types", (t) => {
  const files = ["everywhere.mts", "web.mts", "classes.mts", "classes-web.mts", "commonjs.cts"];
  t.deepEqual(errorsOf(files, { dom: true, node: false }), []);
});

test("programs with Node.js's types alone compile, and see Node.js's own types", (t) => {
  const files = ["everywhere.mts", "web.mts", "node.mts", "classes.mts", "commonjs.cts"];
  t.deepEqual(errorsOf(files, { dom: false, node: true }), []);
});

test("programs with the types of both compile", (t) => {
  const files = ["everywhere.mts", "web.mts", "node.mts", "classes.mts", "classes-web.mts", "commonjs.cts"];
  t.deepEqual(errorsOf(files, { dom: true, node: true }), []);
});

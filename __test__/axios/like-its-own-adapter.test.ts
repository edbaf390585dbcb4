// The same calls by axios's own adapter and by httpxide/axios, over the same server: what the caller gets and what the server
// receives is equal, but for the headers that depend on what can be decoded.
import type { OutgoingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import test from "ava";
import axios, {
  isCancel,
  type AxiosAdapter,
  AxiosError,
  type AxiosRequestConfig,
  type AxiosResponse,
} from "axios";
import { adapter } from "httpxide/axios";
import { type Handler, bodyOf, type HttpServer, startHttpServer } from "../helpers/http-server.js";
import { startRawServer } from "../helpers/raw-server.js";

const UNLIKE = new Set(["accept-encoding", "connection", "host", "transfer-encoding"]);

/** Of all but the first, Node.js keeps the first of several lines only. */
const DOUBLED: OutgoingHttpHeaders = {
  "X-List": ["1", "2"],
  "Content-Type": ["own/type", "other/type"],
  ETag: ['"a"', '"b"'],
  Age: ["1", "2"],
  "Retry-After": ["1", "2"],
  Server: ["a", "b"],
};

const handler: Handler = async (request, response, seen) => {
  const { pathname, searchParams } = new URL(seen.path, "http://localhost");
  const body = (await bodyOf(request)).toString();
  response.sendDate = false;
  const location = searchParams.getAll("location");
  const fields: OutgoingHttpHeaders = {
    ...(location.length === 0 ? {} : { Location: location }),
    "X-Twice": ["1", "2"],
    "Set-Cookie": ["a=1", "b=2"],
    ...(pathname === "/gzip" ? { "Content-Encoding": "gzip" } : {}),
    ...(pathname === "/own-coding" ? { "Content-Encoding": "x-own" } : {}),
    ...(pathname === "/identity" ? { "Content-Encoding": "identity" } : {}),
    ...(pathname === "/doubled" ? DOUBLED : {}),
  };
  response.writeHead(Number(searchParams.get("status") ?? 200), fields);
  if (pathname === "/gzip") return void response.end(gzipSync('{"zipped":true}'));
  if (pathname === "/text") return void response.end("\ufeffhello w\u00f6rld");
  if (pathname === "/loop") return void response.end();
  const isForm = body.startsWith("--");
  const headers = seen.headers
    .map(([name, value]) => [name.toLowerCase(), value.replace(/boundary=.*/, "boundary")])
    .filter(([name = ""]) => !UNLIKE.has(name) && !(isForm && name === "content-length"))
    .toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  const text = body.replace(/^--.*$/gm, "--boundary");
  return void response.end(JSON.stringify({ method: seen.method, path: seen.path, headers, text }));
};

interface Call extends AxiosRequestConfig {
  /** Makes what can be used only once. */
  fresh?: () => AxiosRequestConfig;
}

const redirects = ["get", "head", "post", "put", "delete"].flatMap((method) =>
  [300, 301, 302, 303, 305, 307, 308, 309].map((status): [string, Call] => [
    `${method} and a ${status}`,
    {
      method,
      url: `/?status=${status}&location=/target`,
      headers: { authorization: "own", cookie: "own=1" },
      ...(["get", "head"].includes(method) ? {} : { data: { a: 1 } }),
      validateStatus: null,
    },
  ]),
);

type Hook = NonNullable<AxiosRequestConfig["beforeRedirect"]>;

const hooks: Readonly<Record<string, Hook>> = {
  "the credentials": (options) => (options["auth"] = "us\u00fcr:pass:word"),
  "the credentials beside a header": (options) => {
    options["auth"] = "user:password";
    options.headers["Authorization"] = "own";
  },
  "the path": (options) => (options["path"] = "/changed?a=1"),
  "the method": (options) => (options["method"] = "PUT"),
  "the host": (options) => (options["hostname"] = "localhost"),
  "the protocol": (options) => (options["protocol"] = "ftp:"),
  "the spelling of a header": (options) => (options.headers["x-a"] = "2"),
  "a header to a number": (options) => (options.headers["X-B"] = 5),
  "a header to a list": (options) => (options.headers["X-B"] = ["1", "2"]),
  "a header to nothing": (options) => (options.headers["X-B"] = undefined),
  "all headers": (options) => (options.headers = { "X-Only": "1" }),
  nothing: () => undefined,
};

const calls: Readonly<Record<string, Call>> = {
  "a GET": { url: "/a?b=c" },
  params: { url: "/a", params: { b: [1, 2], c: "ü", d: null } },
  "a serializer of params": { url: "/a", params: { b: 1 }, paramsSerializer: { serialize: () => "own=1" } },
  "params that the URL would escape": {
    url: "/a?b='c'#d",
    params: { e: "it's", f: "(x)*!~", g: ["'"], h: '"<>`{}|^' },
  },
  "a serializer of params that escapes nothing": {
    url: "/a",
    params: { b: 1 },
    paramsSerializer: { serialize: () => "own='b'&c=[1]{2}|^`\"<>" },
  },
  "an empty query": { url: "/a?" },
  "no params": { url: "/a?b='", params: {} },
  headers: { url: "/", headers: { "X-Own": "1", "X-List": ["a", "b"], "user-agent": "own" } },
  "a header beyond latin1": { url: "/", headers: { "X-Own": "\t\u00fc\u20acx " } },
  "a length without a body": { url: "/", headers: { "Content-Length": "0" } },
  "a false header": { url: "/", headers: { "X-Own": false } },
  JSON: { url: "/", method: "post", data: { a: [1, { b: "ü" }] } },
  "a form": { url: "/", method: "post", data: new URLSearchParams({ a: "1 2" }) },
  text: { url: "/", method: "post", data: "text", headers: { "content-type": "text/plain" } },
  "a Buffer": { url: "/", method: "put", data: Buffer.from("bytes") },
  "an ArrayBuffer": { url: "/", method: "put", data: new Uint8Array([97, 98]).buffer },
  "a typed array": { url: "/", method: "put", data: new Uint8Array([97, 98]) },
  "a stream": {
    url: "/",
    method: "post",
    fresh: () => ({ data: Readable.from([Buffer.from("a"), Buffer.from("b")]) }),
  },
  "no data with POST": { url: "/", method: "post" },
  "no data with PATCH": { url: "/", method: "patch" },
  "data that is false": { url: "/", method: "post", data: false },
  "data that is 0": { url: "/", method: "post", data: 0 },
  "data with DELETE": { url: "/", method: "delete", data: { a: 1 } },
  "data with GET": { url: "/", method: "get", data: { a: 1 } },
  "a FormData": {
    url: "/",
    method: "post",
    fresh: () => {
      const data = new FormData();
      data.append("a", "1");
      data.append("file", new Blob(["hi"], { type: "text/plain" }), "name.txt");
      return { data };
    },
  },
  "multipart of an object": {
    url: "/",
    method: "post",
    data: { a: 1 },
    headers: { "content-type": "multipart/form-data" },
  },
  "a Blob": { url: "/", method: "post", data: new Blob(["hi"], { type: "text/css" }) },
  "a Blob without a type": { url: "/", method: "post", data: new Blob(["hi"]) },
  "an empty Blob": { url: "/", method: "post", data: new Blob([]) },
  "a form that brings headers": { url: "/", method: "post", fresh: () => ({ data: formWithHeaders() }) },
  "a form that brings headers, of which only those of its content are wanted": {
    url: "/",
    method: "post",
    fresh: () => ({ data: formWithHeaders(), formDataHeaderPolicy: "content-only" }),
  },
  auth: { url: "/", auth: { username: "ü", password: "p:w" } },
  "auth instead of an Authorization": {
    url: "/",
    auth: { username: "u", password: "p" },
    headers: { Authorization: "own" },
  },
  "text with a byte order mark": { url: "/text" },
  "text in another encoding": { url: "/text", responseEncoding: "latin1" },
  bytes: { url: "/text", responseType: "arraybuffer" },
  "a stream of the response": { url: "/text", responseType: "stream" },
  "a content coding": { url: "/gzip" },
  "a content coding that nobody knows": { url: "/own-coding" },
  "a content coding that is none": { url: "/identity" },
  "fields that come twice": { url: "/doubled" },
  "a content coding left as it is": { url: "/gzip", decompress: false, responseType: "arraybuffer" },
  "a 404": { url: "/?status=404" },
  "a 503": { url: "/?status=503" },
  "a 404 that is valid": { url: "/?status=404", validateStatus: () => true },
  "an empty body": { url: "/loop" },
  HEAD: { url: "/text", method: "head" },
  maxContentLength: { url: "/text", maxContentLength: 5 },
  "maxContentLength of a stream": { url: "/text", maxContentLength: 5, responseType: "stream" },
  "maxContentLength of a decoded body": { url: "/gzip", maxContentLength: 10 },
  maxBodyLength: { url: "/", method: "post", data: "too long", maxBodyLength: 5 },
  "maxBodyLength that suffices": { url: "/", method: "post", data: "short", maxBodyLength: 5 },
  "data that cannot be sent": {
    url: "/",
    method: "post",
    data: 5,
    transformRequest: [(data: unknown) => data],
  },
  "maxRedirects: 0": { url: "/?status=302&location=/x", maxRedirects: 0, validateStatus: null },
  "too many redirects": {
    url: "/loop?status=302&location=/loop%3Fstatus=302%26location=%2Floop",
    maxRedirects: 1,
  },
  "a redirect that beforeRedirect changes": {
    url: "/?status=302&location=/x",
    beforeRedirect: (options, { headers }) => {
      (options["headers"] as Record<string, string>)["x-from"] = String(headers["location"]);
    },
  },
  ...Object.fromEntries(
    Object.entries(hooks).map(([name, beforeRedirect]) => [
      `a redirect of which beforeRedirect changes ${name}`,
      { url: "/?status=302&location=/x%3Fy", headers: { "X-A": "1" }, beforeRedirect } satisfies Call,
    ]),
  ),
  "a redirect to nowhere": { url: "/?status=302&location=", validateStatus: null },
  "a redirect to two places": { url: "/?status=302&location=/x&location=/y" },
  "a redirect to an invalid URL": { url: `/?status=302&location=${encodeURIComponent("http://[")}` },
  "a redirect to another protocol": { url: "/?status=302&location=ftp://example.org/" },
  "auth and a redirect": { url: "/?status=302&location=/x", auth: { username: "u", password: "p" } },
  "sensitiveHeaders that are text": { url: "/", sensitiveHeaders: "x-own" as unknown as string[] },
  "sensitiveHeaders that are no text": { url: "/", sensitiveHeaders: [5 as unknown as string] },
  "sensitiveHeaders without redirects": {
    url: "/",
    sensitiveHeaders: "x-own" as unknown as string[],
    maxRedirects: 0,
    // what the last request was is known only where redirects are followed
    transformResponse: (data: unknown) => data,
  },
  "a redirect that beforeRedirect refuses": {
    url: "/?status=302&location=/x",
    beforeRedirect: () => {
      throw new RangeError("refused");
    },
  },
  "a timeout that is no number": { url: "/", timeout: {} as number },
  "an infinite timeout": { url: "/", timeout: Number.POSITIVE_INFINITY },
  "an unknown version of HTTP": { url: "/", httpVersion: 3 as never },
  "a proxy whose credentials are empty": {
    url: "/",
    proxy: { host: "127.0.0.1", port: 9, auth: { username: "", password: "" } },
  },
  "a timeout in text": { url: "/text", timeout: "5000" as unknown as number },
  "params that cannot be written": { url: "/", params: { date: new Date(Number.NaN) } },
  "an aborted signal": { url: "/", signal: AbortSignal.abort() },
  "a cancelled token": { url: "/", fresh: () => ({ cancelToken: AxiosCancelled() }) },
  "a relative URL without a base": { baseURL: "", url: "relative" },
  "an unknown protocol": { baseURL: "", url: "gopher://127.0.0.1/" },
  "a data: URL": { baseURL: "", url: "data:text/plain,hello" },
  "a path of a socket that is not allowed": { url: "/", socketPath: "/a", allowedSocketPaths: ["/b"] },
  ...Object.fromEntries(redirects),
};

/** Of the package form-data, which axios uses. */
function formWithHeaders(): object {
  // oxlint-disable-next-line import/no-named-as-default-member -- there is no named export
  const OldForm = axios.defaults.env!.FormData as unknown as new () => {
    append(name: string, value: string): void;
    getHeaders(): Record<string, string>;
  };
  const form = new OldForm();
  form.append("a", "1");
  const own = form.getHeaders();
  return Object.assign(form, { getHeaders: () => ({ ...own, "X-Own": "1" }) });
}

function AxiosCancelled() {
  // oxlint-disable-next-line import/no-named-as-default-member -- the named export is a type only
  const source = axios.CancelToken.source();
  source.cancel("cancelled");
  return source.token;
}

async function shown({ status, statusText, headers, data, request }: AxiosResponse): Promise<unknown> {
  let body: unknown = data;
  if (data instanceof Readable) {
    const chunks: Buffer[] = [];
    for await (const chunk of data) chunks.push(chunk as Buffer);
    body = Buffer.concat(chunks).toString();
  }
  const fields = Object.entries(headers).filter(
    ([name]) => !/^(connection|keep-alive|transfer-encoding|content-length)$/.test(name),
  );
  const { res } = (request ?? {}) as { res?: { responseUrl?: string; statusCode?: number } };
  return { status, statusText, fields, isBuffer: Buffer.isBuffer(data), body, code: res?.statusCode };
}

async function outcome(call: Call, baseURL: string, by: AxiosAdapter | "http"): Promise<unknown> {
  const { fresh, ...config } = call;
  try {
    return await shown(await axios({ baseURL, ...config, ...fresh?.(), adapter: by }));
  } catch (error) {
    const { name, message, code, status, response, config: given } = error as AxiosError;
    return {
      // the errors of the package for redirects have their code in their name
      name: name.startsWith("Error [") ? "AxiosError" : name,
      message,
      code,
      status,
      isAxiosError: error instanceof AxiosError,
      isCancel: isCancel(error),
      hasConfig: given !== undefined,
      body: (response?.data as { path?: string } | undefined)?.path,
    };
  }
}

let server: HttpServer;
test.before(async () => {
  server = await startHttpServer(handler);
});
test.after.always(() => server?.[Symbol.asyncDispose]());

for (const [name, call] of Object.entries(calls)) {
  test(`as by axios's own adapter: ${name}`, async (t) => {
    const wanted = await outcome(call, server.url, "http");
    t.deepEqual(await outcome(call, server.url, adapter), wanted);
  });
}

test("a refused connection and an unknown host have the system's codes, as by axios's own adapter", async (t) => {
  for (const url of ["http://127.0.0.1:1234/", "http://nowhere.invalid/"]) {
    const [wanted, given] = await Promise.all(
      (["http", adapter] as const).map((by) =>
        axios({ url, adapter: by }).catch((error: AxiosError) => error),
      ),
    );
    t.true(given instanceof AxiosError);
    t.is((given as AxiosError).code, (wanted as AxiosError).code);
  }
});

test("a connection that closes before and in the response has the codes of axios's own adapter", async (t) => {
  for (const answer of ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"]) {
    await using raw = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send(answer);
    });
    const errors = await Promise.all(
      (["http", adapter] as const).map((by) =>
        axios({ url: raw.url, adapter: by }).catch((error: AxiosError) => error),
      ),
    );
    const [wanted, given] = errors as AxiosError[];
    t.is(given?.code, wanted?.code);
    t.is(given?.response?.status, wanted?.response?.status);
  }
});

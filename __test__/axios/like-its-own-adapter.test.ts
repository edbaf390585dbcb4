// The same calls by axios's own adapter and by httpxide/axios, over the same server: what the caller gets and what the server
// receives is equal, but for the headers that depend on what can be decoded.
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

const handler: Handler = async (request, response, seen) => {
  const { pathname, searchParams } = new URL(seen.path, "http://localhost");
  const body = (await bodyOf(request)).toString();
  response.sendDate = false;
  const location = searchParams.get("location");
  response.writeHead(Number(searchParams.get("status") ?? 200), {
    ...(location === null ? {} : { location }),
    "X-Twice": ["1", "2"],
    "Set-Cookie": ["a=1", "b=2"],
    ...(pathname === "/gzip" ? { "Content-Encoding": "gzip" } : {}),
    ...(pathname === "/own-coding" ? { "Content-Encoding": "x-own" } : {}),
  });
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
  [301, 302, 303, 307, 308].map((status): [string, Call] => [
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

const calls: Readonly<Record<string, Call>> = {
  "a GET": { url: "/a?b=c" },
  params: { url: "/a", params: { b: [1, 2], c: "ü", d: null } },
  "a serializer of params": { url: "/a", params: { b: 1 }, paramsSerializer: { serialize: () => "own=1" } },
  headers: { url: "/", headers: { "X-Own": "1", "X-List": ["a", "b"], "user-agent": "own" } },
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
  "a redirect that beforeRedirect refuses": {
    url: "/?status=302&location=/x",
    beforeRedirect: () => {
      throw new RangeError("refused");
    },
  },
  "a timeout that is no number": { url: "/", timeout: {} as number },
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

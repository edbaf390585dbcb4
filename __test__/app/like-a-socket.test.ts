/**
 * The same requests to the same application, over a socket and in process: status, headers, body and trailers are equal.
 * Only headers about the connection differ, and, for fetch handlers, the framing that a server chooses.
 */
import test, { type ExecutionContext } from "ava";
import { AppTransport, AsyncClient, type RequestOptions, type Response } from "httpxide";
import { Listener } from "../helpers/listening.js";
import { LARGE, numbers, samples } from "../helpers/sample-apps.js";

const CONNECTION = new Set(["date", "connection", "keep-alive"]);
const FRAMING = new Set(["content-length", "transfer-encoding"]);
const WITH_RAW_ANSWERS = new Set(["/phrase", "/trailers", "/hints"]);

type Call = readonly [method: string, path: string, options?: () => RequestOptions];

const CALLS: readonly Call[] = [
  ["GET", "/text"],
  ["HEAD", "/text"],
  ["OPTIONS", "/text"],
  ["GET", "/phrase"],
  ["GET", "/empty"],
  ["GET", "/unchanged"],
  ["GET", "/redirect"],
  ["GET", "/cookies"],
  ["GET", "/pieces"],
  ["HEAD", "/pieces"],
  ["GET", "/trailers"],
  ["GET", "/hints"],
  ["GET", "/zipped"],
  ["GET", "/large"],
  ["GET", "/missing"],
  ["GET", "/refused"],
  ["GET", "/boom"],
  ["GET", "/echo?q=%20%2F&q=2"],
  ["POST", "/echo"],
  ["POST", "/echo", () => ({ content: "Grüße" })],
  ["POST", "/echo", () => ({ content: new Uint8Array([65, 66]) })],
  ["PUT", "/echo", () => ({ content: numbers() })],
  ["PATCH", "/echo", () => ({ data: { a: "1", b: ["2", "3"] } })],
  ["DELETE", "/echo"],
  ["POST", "/echo", () => ({ content: LARGE })],
  [
    "POST",
    "/echo",
    () => ({
      headers: [
        ["X-A", "1"],
        ["x-b", "2"],
        ["X-A", "3"],
      ] as [string, string][],
    }),
  ],
  ["POST", "/json", () => ({ json: { a: [1, "ü"] } })],
  ["POST", "/json", () => ({ content: "{", headers: { "Content-Type": "application/json" } })],
  ["PURGE", "/text"],
];

for (const [name, make] of Object.entries(samples)) {
  test(`${name}: a request in process gets the same response as over a socket`, async (t) => {
    const { app, server } = await make(new Error("boom"));
    await using listener = new Listener(server);
    await listener.listen();
    const baseUrl = `http://127.0.0.1:${listener.port}`;
    await using outside = new AsyncClient({ baseUrl, cookies: false });
    const transport = new AppTransport(app, { raiseAppExceptions: false });
    await using inside = new AsyncClient({ baseUrl, cookies: false, transport });
    const isFetch = name === "Hono";
    for (const [method, path, options] of CALLS) {
      // Fetch handlers cannot answer some methods, and Hono answers others with 404: nothing to compare.
      if (isFetch && WITH_RAW_ANSWERS.has(path)) continue;
      const expected = await outside.request(method, path, options?.());
      const actual = await inside.request(method, path, options?.());
      compare(t, actual, expected, isFetch);
    }
  });
}

function compare(t: ExecutionContext, actual: Response, expected: Response, isFetch: boolean): void {
  const what = `${expected.request.method} ${expected.url.pathname}`;
  t.deepEqual(seen(actual, isFetch), seen(expected, isFetch), what);
}

function seen(response: Response, isFetch: boolean): object {
  const isKept = ([name]: [string, string]): boolean =>
    !CONNECTION.has(name.toLowerCase()) && !(isFetch && FRAMING.has(name.toLowerCase()));
  const headers = response.headers.raw.filter(isKept);
  return {
    status: response.statusCode,
    phrase: response.reasonPhrase,
    version: response.httpVersion,
    // A handler's headers arrive in alphabetical order and in lower case.
    headers: isFetch ? headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort() : headers,
    body: response.text,
    // In lower case, as the engine delivers them.
    trailers: response.trailers.multiItems(),
  };
}

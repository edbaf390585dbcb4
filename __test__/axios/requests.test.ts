// What a call of httpxide/axios sends: credentials of a proxy, lengths of bodies; and how its stream ends it.
import { PassThrough } from "node:stream";
import test from "ava";
import { create, isCancel } from "axios";
import { adapter } from "httpxide/axios";
import { beginning, bodyOf, type SeenRequest, startHttpServer } from "../helpers/http-server.js";
import { deferred } from "../helpers/waiting.js";

const api = create({ adapter });

const fieldOf = ({ headers }: SeenRequest, name: string): string | undefined =>
  headers.find(([given]) => given.toLowerCase() === name)?.[1];

test("a proxy gets the credentials of the option, in place of a header", async (t) => {
  await using server = await startHttpServer();
  const { hostname: host, port } = new URL(server.url);
  const auth = { username: "user", password: "pass:word" };
  for (const headers of [{}, { "Proxy-Authorization": "Basic own" }]) {
    await api.get("http://example.org/x", { headers, proxy: { host, port: Number(port), auth } });
    const seen = server.requests.at(-1)!;
    t.is(seen.path, "http://example.org/x");
    t.is(fieldOf(seen, "proxy-authorization"), `Basic ${Buffer.from("user:pass:word").toString("base64")}`);
  }
});

test("a form, a Blob and text announce their length", async (t) => {
  const lengths: number[] = [];
  await using server = await startHttpServer(async (request, response) => {
    lengths.push((await bodyOf(request)).length);
    response.end();
  });
  const form = new FormData();
  form.append("a", "ü");
  form.append("file", new Blob(["content"]), "file.txt");
  for (const body of [form, new Blob(["content"]), "tëxt"]) {
    await api.post(server.url, body);
    const announced = fieldOf(server.requests.at(-1)!, "content-length");
    t.is(announced, String(lengths.at(-1)));
    t.true(lengths.at(-1)! > 4);
  }
});

test("a stream that the program destroys cancels its call", async (t) => {
  const upload = new PassThrough();
  await using server = await startHttpServer(async (request) => {
    // its first bytes have arrived
    await new Promise((resolve) => request.once("data", resolve));
    upload.destroy();
  });
  const call = api.post(server.url, upload);
  upload.write("begun");
  const error = await t.throwsAsync(call, { message: "Request stream has been aborted" });
  t.true(isCancel(error));
});

test("a stream that is left while its next chunk is awaited closes the response", async (t) => {
  const gone = deferred();
  await using server = await startHttpServer(beginning(gone.resolve));
  const { data } = await api.get<AsyncIterable<Buffer>>(server.url, { responseType: "stream" });
  for await (const _ of data) break;
  await t.notThrowsAsync(gone.promise);
});

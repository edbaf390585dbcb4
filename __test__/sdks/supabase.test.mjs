// The client of Supabase over httpxide/fetch: rows, storage, functions and sign-in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@supabase/supabase-js";
import { fetch } from "../../dist/fetch.mjs";
import { WebSocket } from "../../dist/websocket.mjs";
import { closed, events, json, scriptedServer } from "./scripted-server.mjs";

const supabaseOf = ({ url }) =>
  createClient(url, "key", {
    global: { fetch },
    realtime: { transport: WebSocket },
    auth: { persistSession: false, autoRefreshToken: false },
  });

test("rows are selected, inserted and counted", async (t) => {
  const server = await scriptedServer(t, ({ method }, response) => {
    if (method === "POST") json(response, [{ id: 2 }], 201);
    else if (method === "HEAD") response.writeHead(200, { "content-range": "0-0/7" }).end();
    else json(response, [{ id: 1 }]);
  });
  const supabase = supabaseOf(server);
  const { data } = await supabase.from("users").select("id").eq("name", "ä&b").order("id");
  assert.deepEqual(data, [{ id: 1 }]);
  const [{ url, headers }] = server.received;
  assert.equal(url, "/rest/v1/users?select=id&name=eq.%C3%A4%26b&order=id.asc");
  assert.deepEqual([headers.apikey, headers.authorization], ["key", "Bearer key"]);
  const inserted = await supabase.from("users").insert({ name: "a" }).select();
  assert.deepEqual([inserted.status, inserted.data], [201, [{ id: 2 }]]);
  assert.equal(server.received[1].body, '{"name":"a"}');
  const counted = await supabase.from("users").select("*", { count: "exact", head: true });
  assert.equal(counted.count, 7);
});

test("errors of the service are results", async (t) => {
  const server = await scriptedServer(t, (_request, response) =>
    json(response, { message: "no such table", code: "42P01", details: null, hint: null }, 404),
  );
  const { data, error, status } = await supabaseOf(server).from("none").select();
  assert.deepEqual([data, error.code, status], [null, "42P01", 404]);
});

test("an abort is a result, and closes the connection", async (t) => {
  let gone;
  const stop = new AbortController();
  const server = await scriptedServer(t, (_request, response) => {
    gone = closed(response);
    stop.abort();
  });
  const { error } = await supabaseOf(server).from("users").select().abortSignal(stop.signal);
  assert.match(error.message, /AbortError/);
  await gone;
});

test("files are uploaded and downloaded", async (t) => {
  const content = Buffer.alloc(200_000, 9);
  const server = await scriptedServer(t, ({ method }, response) => {
    if (method === "POST") json(response, { Id: "1", Key: "bucket/a.bin" });
    else response.setHeader("content-type", "application/octet-stream").end(content);
  });
  const bucket = supabaseOf(server).storage.from("bucket");
  const uploaded = await bucket.upload("a.bin", content, { contentType: "application/octet-stream" });
  assert.equal(uploaded.error, null);
  assert(server.received[0].bytes.equals(content));
  const asForm = await bucket.upload("a.txt", new Blob(["hello"], { type: "text/plain" }));
  assert.equal(asForm.error, null);
  assert.match(server.received[1].headers["content-type"], /^multipart\/form-data; boundary=/);
  const { data } = await bucket.download("a.bin");
  assert(Buffer.from(await data.arrayBuffer()).equals(content));
});

test("a function's event stream is the response itself", async (t) => {
  const server = await scriptedServer(t, (_request, response) => {
    events(response, "one", "two");
    response.end();
  });
  const { data } = await supabaseOf(server).functions.invoke("hello", { body: { a: 1 } });
  assert(data instanceof Response);
  let text = "";
  for await (const chunk of data.body.pipeThrough(new TextDecoderStream())) text += chunk;
  assert.equal(text, "data: one\n\ndata: two\n\n");
});

test("signing in gives the session, a wrong password an error", async (t) => {
  const server = await scriptedServer(t, ({ body }, response) => {
    if (JSON.parse(body).password !== "right") {
      return json(response, { error_code: "invalid_credentials", msg: "Invalid login credentials" }, 400);
    }
    const user = { id: "u", email: "a@example.org" };
    json(response, { access_token: "t", refresh_token: "r", expires_in: 3600, token_type: "bearer", user });
  });
  const { auth } = supabaseOf(server);
  const email = "a@example.org";
  assert.equal((await auth.signInWithPassword({ email, password: "right" })).data.user.id, "u");
  const { error } = await auth.signInWithPassword({ email, password: "wrong" });
  assert.equal(error.code, "invalid_credentials");
});

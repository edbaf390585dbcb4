/**
 * The platform's FormData as content: the same bytes as the platform sends, but with their length.
 */
import test from "ava";
import { AsyncClient, Request } from "httpxide";
import { patterned } from "../helpers/bytes.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";

type Entry = [name: string, value: string | Blob, filename?: string];

function formOf(entries: readonly Entry[]): FormData {
  const form = new FormData();
  for (const [name, value, filename] of entries) {
    if (typeof value === "string") form.append(name, value);
    else if (filename === undefined) form.append(name, value);
    else form.append(name, value, filename);
  }
  return form;
}

for (const [what, entries] of [
  ["nothing", []],
  ["a field", [["field", "Grüße, 世界 🌍"]]],
  ["a file with name and type", [["file", new Blob(["x"], { type: "text/x-own" }), "näme.bin"]]],
  ["a file without a type", [["file", new Blob(["x"]), "a.txt"]]],
  ["a Blob without a name", [["file", new Blob(["x"])]]],
  ["a File", [["file", new File(["x"], "dir/own name.txt", { type: "text/plain" })]]],
  [
    "quotes, percent signs and backslashes in names",
    [
      ['a"b%\\c', "v"],
      ['a"b', new Blob(["x"]), 'f"%22\\.txt'],
    ],
  ],
  [
    "line breaks in names and values",
    [
      ["a\r\nb\nc\rd", "1\r\n2\n3\r4"],
      ["a\nb", new Blob(["1\n2\r3"]), "f\r\ng\nh\ri"],
    ],
  ],
  [
    "fields of one name, in order",
    [
      ["a", "1"],
      ["b", "2"],
      ["a", "3"],
    ],
  ],
  ["large content", [["file", new Blob([patterned(300_000)]), "large.bin"]]],
] as [string, Entry[]][]) {
  test(`FormData with ${what} has the platform's bytes, and a length`, async (t) => {
    const form = formOf(entries);
    const expected = new Response(form);
    const [, boundary] = /boundary=(.+)$/.exec(expected.headers.get("content-type") ?? "")!;
    const type = `multipart/form-data; boundary=${boundary}`;
    const request = new Request("POST", "http://h/", { content: form, headers: { "Content-Type": type } });
    const body = Buffer.from(await request.aread());
    t.true(body.equals(Buffer.from(await expected.arrayBuffer())), body.toString().slice(0, 1000));
    t.is(request.headers.get("content-length"), String(body.length));
    t.false(request.headers.has("transfer-encoding"));
  });
}

test("FormData arrives with the boundary of its type, any number of times", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const form = formOf([
    ["field", "value"],
    ["file", new Blob([patterned(100_000)], { type: "a/b" }), "file.bin"],
  ]);
  const request = client.buildRequest("POST", server.url, { data: form });
  for (const attempt of [0, 1]) {
    await client.send(request);
    const received = server.requests[attempt]!;
    const headers = { "Content-Type": received.values("content-type")[0]! };
    const parsed = await new Response(received.body, { headers }).formData();
    t.is(parsed.get("field"), "value");
    const file = parsed.get("file") as File;
    t.deepEqual([file.name, file.type], ["file.bin", "a/b"]);
    t.true(patterned(100_000).equals(Buffer.from(await file.arrayBuffer())));
    t.deepEqual(received.values("content-length"), [String(received.body.length)]);
  }
});

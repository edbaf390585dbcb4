// Responses made in JavaScript: the headers for their content.
import test from "ava";
import { Request, Response } from "httpxide";

test("a response made from text, html or bytes has the matching headers", (t) => {
  const raw = (init: ConstructorParameters<typeof Response>[1]): [string, string][] =>
    new Response(200, init).headers.raw;
  t.deepEqual(raw({ text: "é" }), [
    ["Content-Length", "2"],
    ["Content-Type", "text/plain; charset=utf-8"],
  ]);
  t.deepEqual(raw({ text: "" }), [
    ["Content-Length", "0"],
    ["Content-Type", "text/plain; charset=utf-8"],
  ]);
  t.deepEqual(raw({ html: "<p>" }), [
    ["Content-Length", "3"],
    ["Content-Type", "text/html; charset=utf-8"],
  ]);
  t.deepEqual(raw({ content: "abc" }), [["Content-Length", "3"]]);
  t.deepEqual(raw({ content: "" }), []);
  t.deepEqual(raw({}), []);
  t.deepEqual(raw({ content: [] }), [["Transfer-Encoding", "chunked"]]);
});

test("a response's own headers override those for its content", (t) => {
  const typed = new Response(200, { headers: { "content-type": "text/x" }, text: "a" });
  t.deepEqual(typed.headers.raw, [
    ["content-type", "text/x"],
    ["Content-Length", "1"],
  ]);
  const sized = new Response(200, { headers: { "Content-Length": "5" }, content: ["hello"] });
  t.deepEqual(sized.headers.raw, [["Content-Length", "5"]]);
});

test("changing a response's headers does not change the headers it was made from", async (t) => {
  const { headers } = new Request("GET", "http://h/", { headers: { A: "1" } });
  const response = new Response(200, { headers });
  response.headers.set("A", "2");
  t.is(headers.get("A"), "1");
});

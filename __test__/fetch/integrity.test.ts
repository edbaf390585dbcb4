// A response whose integrity was checked: all of its bytes came before the caller has it.
import { createHash } from "node:crypto";
import test from "ava";
import { fetch } from "httpxide/fetch";
import { answering, startHttpServer } from "../helpers/http-server.js";

const LONG = "x".repeat(3_000_000);

for (const text of ["short", LONG]) {
  const integrity = `sha256-${createHash("sha256").update(text).digest("base64")}`;

  test(`a checked body of ${text.length} bytes can be read as a stream`, async (t) => {
    await using server = await startHttpServer(answering(text));
    const { body } = await fetch(server.url, { integrity });
    t.is(await new Response(body).text(), text);
  });

  test(`a checked body of ${text.length} bytes can be cloned`, async (t) => {
    await using server = await startHttpServer(answering(text));
    const response = await fetch(server.url, { integrity });
    t.deepEqual(await Promise.all([response.clone().text(), response.text()]), [text, text]);
  });
}

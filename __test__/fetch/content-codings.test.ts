// What of a body's content codings is undone: by the rules of the Fetch Standard, and as leniently as the platforms do it.
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import test from "ava";
import { AsyncClient, DecodingError } from "httpxide";
import { createFetch, fetch } from "httpxide/fetch";
import { startHttpServer } from "../helpers/http-server.js";

const TEXT = "hello world, ".repeat(20_000);

/** Answers with this body, whole or in two parts of which the second comes later. */
const serving = (codings: string, body: Buffer, isSplit: boolean) =>
  startHttpServer((_request, response) => {
    response.writeHead(200, { "content-encoding": codings });
    if (!isSplit) return void response.end(body);
    response.write(body.subarray(0, 10));
    setTimeout(() => response.end(body.subarray(10)), 20);
  });

const bodies = { "with the head": false, "in parts": true };

for (const [how, isSplit] of Object.entries(bodies)) {
  test(`a body ${how} with an unknown coding among others is left as it is`, async (t) => {
    const body = brotliCompressSync("hello world");
    for (const codings of ["br, other", "other, br", "br, other, br"]) {
      await using server = await serving(codings, body, isSplit);
      const response = await fetch(server.url);
      t.deepEqual(Buffer.from(await response.arrayBuffer()), body, codings);
    }
  });

  test(`a body ${how} may lack its check sum, but nothing else`, async (t) => {
    for (const [coding, body, check] of [
      ["gzip", gzipSync(TEXT), 8],
      ["deflate", deflateSync(TEXT), 4],
    ] as const) {
      await using server = await serving(coding, body.subarray(0, -check), isSplit);
      t.is(await (await fetch(server.url)).text(), TEXT, coding);
      await using client = new AsyncClient({ maxResponseBytes: 1e6 });
      t.is(await (await createFetch(client)(server.url)).text(), TEXT, coding);
      // the client itself takes nothing for complete that is not
      await t.throwsAsync(client.get(server.url), {
        instanceOf: DecodingError,
        code: "ERR_CONTENT_TRUNCATED",
      });

      await using cut = await serving(coding, body.subarray(0, -check - 1), isSplit);
      const error = await t.throwsAsync(
        fetch(cut.url).then((response) => response.text()),
        { instanceOf: TypeError, message: "terminated" },
      );
      t.is((error.cause as DecodingError).code, "ERR_CONTENT_TRUNCATED");
    }
  });
}

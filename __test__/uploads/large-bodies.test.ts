/** Large bodies in memory: the engine copies of them what the connection takes, and no more. */
import test from "ava";
import { AsyncClient } from "httpxide";
import { runProgram } from "../helpers/child.js";
import { startHttpServer } from "../helpers/http-server.js";
import { startPlainHttp2Server } from "../helpers/http2-server.js";

const MEBIBYTE = 1024 * 1024;

for (const version of ["1.1", "2"]) {
  test.serial(
    `64 uploads of 4 MiB that a server of HTTP/${version} does not read cost little memory`,
    async (t) => {
      t.timeout(60_000);
      await using server =
        version === "2"
          ? await startPlainHttp2Server((stream, headers) => {
              if (headers[":path"] === "/") stream.end("ok");
            })
          : await startHttpServer((request, response) => {
              if (request.url === "/") response.end("ok");
            });
      const run = await runProgram("unread-uploads", { args: [server.url, version], limit: 50_000 });
      t.is(run.code, 0, run.stderr);
      const { growth } = JSON.parse(run.stdout) as { readonly growth: number };
      t.log(`${(growth / MEBIBYTE).toFixed(1)} MiB`);
      // 1 MiB on its way and 512 KiB in the connection for each, of the 256 MiB that the bodies have
      t.true(growth < 128 * MEBIBYTE, `the resident set grew by ${growth} bytes`);
    },
  );
}

test("a large text and large bytes arrive as they are, with their length", async (t) => {
  await using server = await startHttpServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { "content-length": length, "transfer-encoding": coding } = request.headers;
    const body = Buffer.concat(pieces);
    response.end(JSON.stringify([length, coding ?? null, body.length, body.subarray(-4).toString()]));
  });
  await using client = new AsyncClient();
  const text = `${"ä".repeat(2 * MEBIBYTE)}end!`;
  for (const content of [text, Buffer.from(text)]) {
    const length = 4 * MEBIBYTE + 4;
    t.deepEqual((await client.post(server.url, { content })).json(), [`${length}`, null, length, "end!"]);
  }
});

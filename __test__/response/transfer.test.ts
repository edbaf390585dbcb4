/** Received bytes of any size go to another thread: `slice()` makes a copy whose buffer can be transferred. */
import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import test from "ava";
import { AsyncClient, Response } from "httpxide";
import { patterned } from "../helpers/bytes.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";

for (const size of [100, 65_535, 65_536, 300_000, 2_000_000]) {
  test(`${size} bytes are transferred after slice(), whole and in pieces`, async (t) => {
    const body = patterned(size);
    await using server = await startRawServer(replying(ok(body)));
    await using client = new AsyncClient();
    const { port1, port2 } = new MessageChannel();
    const transferred = async (received: Uint8Array): Promise<Buffer> => {
      const bytes = received.slice();
      const arrival = once(port2, "message");
      port1.postMessage(bytes, [bytes.buffer]);
      t.is(bytes.byteLength, 0, "transferred, not copied");
      return Buffer.from((await arrival)[0] as Uint8Array);
    };
    t.true(body.equals(await transferred((await client.get(server.url)).content)));
    await using response = await client.stream("GET", server.url);
    const pieces: Buffer[] = [];
    for await (const piece of response.aiterBytes()) pieces.push(await transferred(piece));
    t.true(body.equals(Buffer.concat(pieces)));
    port1.close();
  });
}

test("an empty body that is transferred leaves those of other responses as they are", async (t) => {
  await using server = await startRawServer(replying(ok("")));
  await using client = new AsyncClient();
  for (const received of [await client.get(server.url), await client.get(server.url), new Response(204)]) {
    structuredClone(received.content, { transfer: [received.content.buffer as ArrayBuffer] });
    t.throws(() => received.content.slice(), { instanceOf: TypeError }, "transferred");
  }
  t.is((await client.get(server.url)).content.slice().length, 0);
  t.is(new Response(204).content.slice().length, 0);
});

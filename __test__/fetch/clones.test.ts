// Two responses over one body: what happens to one of them is not the end of the other.
import test from "ava";
import { fetch } from "httpxide/fetch";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { deferred, settling, turn } from "../helpers/waiting.js";

const LONG = "x".repeat(300_000);

for (const text of ["", "short", LONG]) {
  test(`a clone of ${text.length} bytes that is cancelled while it reads ahead leaves the other all of it`, async (t) => {
    await using server = await startHttpServer(answering(text));
    const response = await fetch(server.url);
    const { body } = response.clone();
    // a stream asks for its first chunk at once
    await Promise.resolve();
    const cancelled = body!.cancel();
    t.is(await settling(response.text()), text);
    await settling(cancelled);
    // nobody goes on asking for chunks
    await turn();
  });
}

test("a read of a clone that waits for the server ends when the clone is cancelled, and the other goes on", async (t) => {
  const sent = deferred();
  await using server = await startHttpServer(async (_request, response) => {
    response.write("first ");
    await sent.promise;
    response.end("last");
  });
  const response = await fetch(server.url);
  const reader = response.clone().body!.getReader();
  t.is(Buffer.from((await reader.read()).value!).toString(), "first ");
  const waiting = reader.read();
  await reader.cancel();
  t.true((await settling(waiting)).done);
  sent.resolve();
  t.is(await settling(response.text()), "first last");
  await turn();
});

test("a body that breaks off does so for its clone too, which is read later", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(200, { "Content-Length": LONG.length + 1 });
    response.write(LONG, () => response.destroy());
  });
  const response = await fetch(server.url);
  const clone = response.clone();
  const failure = { instanceOf: TypeError, message: "terminated" };
  await t.throwsAsync(response.text(), failure);
  await t.throwsAsync(clone.text(), failure);
});

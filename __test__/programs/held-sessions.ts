/**
 * Opens two WebSockets. Only the promise of its next message holds the first, while the garbage collector runs; then the
 * second asks the server to send it one. Prints what the first received, and what became of a third that nothing holds. Needs
 * --expose-gc.
 */
import { setTimeout as pause } from "node:timers/promises";
import { AsyncClient } from "httpxide";

const [url = ""] = process.argv.slice(2);
const client = new AsyncClient();

async function received(): Promise<Promise<string | Uint8Array>[]> {
  const session = await client.websocket(`${url}/held`);
  // in an array, or this function would wait for it
  return [session.receive()];
}

const [message] = await received();
await client.websocket(`${url}/dropped`);
await using asking = await client.websocket(`${url}/asking`);
for (let time = 0; time < 20; time++) {
  globalThis.gc?.();
  await pause(5);
}
await asking.send("collected");
console.log(await message);
console.log(await asking.receive());
await client.aclose();

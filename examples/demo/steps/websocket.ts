/** A WebSocket: 20,000 messages there and back, compressed as the server agrees to. */
import { AsyncClient } from "httpxide";
import type { Addresses } from "../../servers/addresses.js";
import { checkEqual } from "../check.js";
import { count, row } from "../screen.js";

const MESSAGES = 20_000;

export async function websocket({ http }: Addresses): Promise<void> {
  await using client = new AsyncClient();
  await using session = await client.websocket(`${http}/chat`);
  const started = performance.now();
  const sending = (async () => {
    for (let index = 0; index < MESSAGES; index += 1) await session.send(`message ${index}`);
  })();
  let received = 0;
  for await (const message of session) {
    checkEqual("a message", message, `message ${received}`);
    received += 1;
    if (received === MESSAGES) break;
  }
  await sending;
  const perSecond = (MESSAGES * 1000) / (performance.now() - started);
  row("messages", `${count(perSecond).padStart(7)} a second, there and back`);
  row("ping", `${(await session.ping()).toFixed(2)} ms`);
}

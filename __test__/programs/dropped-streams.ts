/**
 * Opens forty streams over two connections, of which the server makes byte streams if a protocol is given, and drops each unread: the next one can open only after the garbage
 * collector has released the connection of another. Needs --expose-gc.
 */
import { setTimeout as pause } from "node:timers/promises";
import { AsyncClient } from "httpxide";

const [url = "", protocol] = process.argv.slice(2);
const headers = protocol === undefined ? {} : { Connection: "Upgrade", Upgrade: protocol };
const client = new AsyncClient({ limits: { maxConnections: 2 }, timeout: { pool: 10_000 } });
let opened = 0;

async function openAndDrop(): Promise<void> {
  const response = await client.stream("GET", url, { headers });
  if (response.statusCode === (protocol === undefined ? 200 : 101)) opened += 1;
}

const collecting = setInterval(() => globalThis.gc?.(), 20);
for (let stream = 0; stream < 40; stream++) {
  await openAndDrop();
  // The call's frame must end before the collector can see that nothing references the response.
  await pause(1);
}
clearInterval(collecting);
console.log(`${opened} streams over 2 connections`);

/** Opens many WebSockets, and prints how many bytes of JavaScript's heap each of them takes. Needs --expose-gc. */
import { setTimeout as pause } from "node:timers/promises";
import { AsyncClient, type WebSocketSession } from "httpxide";

const [url = ""] = process.argv.slice(2);
const client = new AsyncClient({ limits: { maxConnections: null }, timeout: null });
const sessions: WebSocketSession[] = [];

async function open(count: number): Promise<void> {
  for (const last = sessions.length + count; sessions.length < last;) {
    sessions.push(...(await Promise.all(Array.from({ length: 50 }, () => client.websocket(url)))));
  }
}

async function heapUsed(): Promise<number> {
  for (let time = 0; time < 5; time++) {
    globalThis.gc?.();
    await pause(20);
  }
  return process.memoryUsage().heapUsed;
}

const COUNT = 2000;
await open(COUNT / 4);
const before = await heapUsed();
await open(COUNT);
const each = ((await heapUsed()) - before) / COUNT;
console.log(Math.round(each));
await client.aclose();

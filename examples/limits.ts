/**
 * Limits: node build/examples/limits.js [base URL]
 *
 * Many requests at once over few connections: requests beyond the limit wait, first come, first served.
 */
import { setTimeout as pause } from "node:timers/promises";
import { AsyncClient, PoolTimeout } from "httpxide";

const base = process.argv[2] ?? "http://localhost:8000";

await using client = new AsyncClient({
  baseUrl: base,
  limits: { maxConnections: 4, maxKeepaliveConnections: 2, keepaliveExpiry: 10_000 },
});

const answers = await Promise.all(Array.from({ length: 100 }, () => client.get("/users/7")));
console.log("answered:", answers.filter((response) => response.isSuccess).length);
console.log("connections kept:", client.stats().connections.idle);

// Four unanswered requests hold all connections; ten more wait for one.
const held = Array.from({ length: 4 }, () => client.get("/slow", { timeout: { read: 1000 } }));
const waiting = Array.from({ length: 10 }, () => client.get("/users/7"));
await pause(200);
console.log(client.stats().requests, client.stats().connections);

// Waiting has its own limit.
try {
  await client.get("/users/7", { timeout: { pool: 100 } });
} catch (error) {
  if (!(error instanceof PoolTimeout)) throw error;
  console.log(error.name, error.code, error.phase, "sent:", error.requestSent);
}
await Promise.allSettled(held);
console.log("answered after all:", (await Promise.all(waiting)).length);

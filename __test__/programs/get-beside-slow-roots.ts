/**
 * Trusts the system's authorities, of which there are so many that reading them takes its time. Sends requests to
 * `<plain url>` while one to `<TLS url>` waits for it. Prints how many had a response by then, and how that one ended.
 */
import { AsyncClient } from "httpxide";

const [plain = "", secure = ""] = process.argv.slice(2);
await using client = new AsyncClient({ verify: { system: true }, timeout: null });
await client.get(plain);
const until = { isOver: false };
const waiting = client.get(secure).finally(() => (until.isOver = true));
let count = 0;
while (!until.isOver) {
  await client.get(plain);
  if (!until.isOver) count++;
}
console.log(`${(await waiting).statusCode} over TLS, ${count > 0 ? "responses" : "no response"} until then`);

/**
 * Opens five hundred streams one after the other, and drops each unread. Nothing forces a collection: a hundred
 * connections suffice only if the garbage collector knows how much memory the dropped streams hold.
 */
import { AsyncClient } from "httpxide";

const [url = ""] = process.argv.slice(2);
const client = new AsyncClient({ timeout: { pool: 10_000 } });
let opened = 0;

async function openAndDrop(): Promise<void> {
  const response = await client.stream("GET", url);
  if (response.statusCode === 200) opened += 1;
}

for (let stream = 0; stream < 500; stream++) await openAndDrop();
console.log(`${opened} streams`);

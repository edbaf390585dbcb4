/** Exits with requests unanswered, an upload half sent and other requests not yet started. */
import { setTimeout as pause } from "node:timers/promises";
import { AsyncClient } from "httpxide";

const [url = ""] = process.argv.slice(2);
const client = new AsyncClient({ limits: { maxConnections: 10 } });

async function* endless(): AsyncGenerator<string> {
  for (;;) {
    yield "piece";
    await pause(1);
  }
}

for (let index = 0; index < 50; index++) {
  const call = index % 5 ? client.get(url) : client.post(url, { content: endless() });
  call.catch(() => {});
}
while (client.stats().requests.inFlight < 10) await pause(5);
client.get(url).catch(() => {});
process.exit(7);

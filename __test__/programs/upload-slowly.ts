/** Uploads fifty bytes from a generator, one every few milliseconds. */
import { setTimeout as pause } from "node:timers/promises";
import { AsyncClient } from "httpxide";

const [url = ""] = process.argv.slice(2);

async function* slowly(): AsyncGenerator<string> {
  for (let byte = 0; byte < 50; byte++) {
    yield "x";
    await pause(5);
  }
}

const response = await new AsyncClient().post(url, { content: slowly() });
console.log(`${response.statusCode} ${response.text}`);

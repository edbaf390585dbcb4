/**
 * Trusts the system's authorities, with a file of secrets that is a pipe without a reader, so that the configuration of TLS
 * takes until it has one. Sends requests to `<plain url>` while one to `<TLS url>` waits for it, and then opens the pipe. Prints how
 * both ended.
 */
import { closeSync, constants, openSync } from "node:fs";
import { AsyncClient } from "httpxide";

const [plain = "", secure = "", pipe = ""] = process.argv.slice(2);
await using client = new AsyncClient({
  verify: { system: true },
  tls: { keyLog: pipe },
  timeout: null,
});
const waiting = client.get(secure);
for (let count = 0; count < 20; count++) await client.get(plain);
console.log("20 responses while the pipe has no reader");
const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
console.log(`${(await waiting).statusCode} over TLS`);
closeSync(reader);

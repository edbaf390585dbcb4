/** Sends to the URL in its argument what most programs send, and prints whether Node.js has loaded its fetch. */
import { AsyncClient, Timeout } from "httpxide";

const [url = ""] = process.argv.slice(2);
class Fields {
  name = "value";
}
const client = new AsyncClient({
  timeout: new Timeout(10_000),
  dns: { hosts: { "made.test": "127.0.0.1" } },
});
await client.get(url, { params: { page: 1 }, headers: { accept: "text/plain" } });
await client.post(url, { json: new Fields() });
await client.post(url, { data: { name: "value" } });
await client.post(url, { data: new Fields() });
await client.post(url, { content: new Uint8Array(3) });
await client.aclose();
const { moduleLoadList } = process as typeof process & { moduleLoadList: readonly string[] };
console.log(moduleLoadList.includes("NativeModule internal/deps/undici/undici") ? "loaded" : "not loaded");

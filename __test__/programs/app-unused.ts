/** Makes a transport for an application, calls nothing, and prints whether node:http was loaded. */
import { AppTransport, AsyncClient } from "httpxide";

const client = new AsyncClient({ transport: new AppTransport({ fetch: () => new globalThis.Response() }) });
const { moduleLoadList } = process as typeof process & { moduleLoadList: readonly string[] };
console.log(JSON.stringify({ http: moduleLoadList.includes("NativeModule _http_server") }));
await client.aclose();

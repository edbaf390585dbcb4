/**
 * Proxies: node build/examples/proxy.js [base URL]
 *
 * Starts a small HTTP proxy and sends requests through it: as an option of the client and of a call, and by the
 * environment.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { AsyncClient, Proxy, ProxyError } from "httpxide";
import { proxyServer } from "./servers/proxy.js";

const baseUrl = process.argv[2] ?? "http://localhost:8000";
const server = proxyServer();
server.on("request", ({ method, url }) => console.log(`  proxy: ${method} ${url}`));
server.on("connect", ({ method, url }) => console.log(`  proxy: ${method} ${url}`));
server.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

{
  const proxy = new Proxy(url, { auth: ["user", "password"], headers: { "X-Team": "examples" } });
  await using client = new AsyncClient({ baseUrl, proxy });
  console.log("through the client's proxy:", (await client.get("/users/7")).statusCode);
  console.log("straight to the server:", (await client.get("/users/7", { proxy: null })).statusCode);

  try {
    // a tunnel: the proxy passes TLS on without reading it
    await client.get("https://127.0.0.1:1/");
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error;
    console.log(`no tunnel: ${error.code}, status ${error.status}, sent: ${String(error.requestSent)}`);
  }
}

process.env["HTTP_PROXY"] = url;
{
  await using client = new AsyncClient({ baseUrl });
  console.log("by the environment:", (await client.get("/users/7")).statusCode);
}
process.env["NO_PROXY"] = "127.0.0.0/8, localhost";
{
  await using client = new AsyncClient({ baseUrl });
  console.log("an exception of the environment:", (await client.get("/users/7")).statusCode);
}

server.closeAllConnections();
server.close();

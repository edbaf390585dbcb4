/**
 * Unix domain sockets: node build/examples/unix-sockets.js [socket]
 *
 * Asks the Docker Engine, or a stand-in for it, for its version and containers.
 */
import { AsyncClient, ConnectError } from "httpxide";

const socket = process.argv[2] ?? "/var/run/docker.sock";

// Every request goes over the socket; the URL's host only sets the Host header.
await using client = new AsyncClient({ uds: socket, baseUrl: "http://localhost" });

try {
  const version = (await client.get("/version")).raiseForStatus().json();
  console.log(`engine ${version.Version}, API ${version.ApiVersion}`);
  const containers = await client.get("/containers/json", { params: { all: true } });
  for (const { Names, Image, State } of containers.json()) console.log(Names[0], Image, State);
} catch (error) {
  if (!(error instanceof ConnectError)) throw error;
  console.error(`no server at ${socket} (${error.code})`);
  process.exitCode = 1;
}

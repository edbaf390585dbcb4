/** Requests over a Unix socket, to a stand-in for the Docker Engine. */
import { AsyncClient } from "httpxide";
import type { Addresses } from "../../servers/addresses.js";
import { checkEqual } from "../check.js";
import { row } from "../screen.js";

export async function unixSocket({ socket }: Addresses): Promise<void> {
  if (socket === null) {
    row("left out", "this system has no Unix sockets");
    return;
  }
  await using client = new AsyncClient({ uds: socket });

  const version = await client.get("http://localhost/version");
  const { Version, ApiVersion } = version.raiseForStatus().json();
  checkEqual("the API's version", ApiVersion, "1.48");
  row("GET /version", `engine ${Version}, API ${ApiVersion}`);

  const containers = await client.get("http://localhost/containers/json", { params: { all: true } });
  const names = containers.json<{ Names: string[] }[]>().flatMap(({ Names }) => Names);
  checkEqual("the containers", names, ["/web", "/cache"]);
  row("GET /containers/json", names.join(" "));

  checkEqual("the number of connections", client.stats().connections.idle, 1);
  row("", `over ${socket}`);
}

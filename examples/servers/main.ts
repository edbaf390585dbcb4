/**
 * The examples' servers, as one process: node build/examples/servers/main.js [port, default 8000]
 *
 * When a program starts it, it takes any free ports, sends the program its addresses, and exits with it.
 */
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Addresses } from "./addresses.js";
import { api } from "./api.js";
import { certifyLocalhost } from "./authority.js";
import { chatOn } from "./chat.js";
import { containerEngine } from "./container-engine.js";
import { fixedAnswer } from "./fixed-answer.js";
import { proxyServer } from "./proxy.js";
import { user } from "./user.js";

const isChild = process.send !== undefined;
const port = isChild ? 0 : Number(process.argv[2] ?? 8000);

// In its own folder; the path is short, because some systems limit a socket's path to 103 bytes.
const folder = await mkdtemp(join(tmpdir(), "httpxide-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit());
process.on("disconnect", () => process.exit());

const { ca, cert, key } = await certifyLocalhost();
const socket = process.platform === "win32" ? null : join(folder, "engine.sock");
const addresses: Addresses = {
  http: `http://127.0.0.1:${await listening(chatOn(createServer(api())), { host: "127.0.0.1", port })}`,
  https: `https://localhost:${await listening(createTlsServer({ cert, key }, api()))}`,
  ca,
  fixed: `http://127.0.0.1:${await listening(fixedAnswer())}`,
  http2: `http://127.0.0.1:${await listening(createHttp2Server(user))}`,
  proxy: `http://127.0.0.1:${await listening(proxyServer())}`,
  socket,
};
if (socket !== null) await listening(createServer(containerEngine()), { path: socket });

if (isChild) {
  process.send?.(addresses);
} else {
  await writeFile(join(folder, "ca.pem"), ca);
  console.log(`http    ${addresses.http}`);
  console.log(`https   ${addresses.https}   trust ${join(folder, "ca.pem")}`);
  if (socket !== null) console.log(`socket  ${socket}`);
}

/** Resolves to the port once the server listens, by default on any free port. */
function listening(
  server: Server,
  where: { path: string } | { host: string; port: number } = { host: "127.0.0.1", port: 0 },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      const address = server.address() as AddressInfo | string;
      resolve(typeof address === "string" ? 0 : address.port);
    });
  });
}

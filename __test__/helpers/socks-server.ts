/** A SOCKS proxy, version 4a and 5, that wants no credentials and leads to ports of this machine. */
import { connect, createServer, type Socket } from "node:net";
import { Listener } from "./listening.js";

const IPV4_REPLY = [0, 1, 127, 0, 0, 1, 0, 0];

/** The bytes of a connection, read by number and not by piece. */
class Bytes {
  readonly #socket: Socket;
  #held = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  async next(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      const chunk = this.#socket.read() as Buffer | null;
      if (chunk !== null) this.#held = Buffer.concat([this.#held, chunk]);
      else await new Promise((resolve) => this.#socket.once("readable", resolve));
    }
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  async text(): Promise<string> {
    let text = "";
    for (let byte = await this.next(1); byte[0] !== 0; byte = await this.next(1))
      text += byte.toString("latin1");
    return text;
  }
}

export async function startSocksServer(): Promise<Listener> {
  const listener = new Listener(createServer((client) => void serve(client)));
  await listener.listen();
  return listener;
}

async function serve(client: Socket): Promise<void> {
  const bytes = new Bytes(client);
  const [version] = await bytes.next(1);
  const port = version === 5 ? await socks5(client, bytes) : await socks4(client, bytes);
  const server = connect(port, "127.0.0.1");
  client.removeAllListeners("readable");
  client.pipe(server).pipe(client);
  server.on("error", () => client.destroy());
  client.on("close", () => server.destroy());
}

async function socks5(client: Socket, bytes: Bytes): Promise<number> {
  const [methods = 0] = await bytes.next(1);
  await bytes.next(methods);
  client.write(Buffer.from([5, 0]));
  const kind = (await bytes.next(4))[3];
  const length = kind === 1 ? 4 : kind === 4 ? 16 : (await bytes.next(1))[0]!;
  await bytes.next(length);
  const port = (await bytes.next(2)).readUInt16BE();
  client.write(Buffer.from([5, 0, ...IPV4_REPLY]));
  return port;
}

async function socks4(client: Socket, bytes: Bytes): Promise<number> {
  await bytes.next(1);
  const port = (await bytes.next(2)).readUInt16BE();
  const address = await bytes.next(4);
  await bytes.text();
  if (address.readUInt32BE() < 256) await bytes.text();
  client.write(Buffer.from([0, 90, 0, 0, 0, 0, 0, 0]));
  return port;
}

/** A SOCKS proxy, version 4, 4a and 5, that leads to ports of this machine and records what it is asked for. */
import { connect, createServer, type Socket } from "node:net";
import { Listener } from "./listening.js";

const IPV4_REPLY = [0, 1, 127, 0, 0, 1, 0, 0];

export interface SeenSocks {
  readonly version: number;
  /** The name, or the bytes of the address with dots. */
  readonly host: string;
  readonly port: number;
  /** User name and password, or the user name of version 4; null without. */
  readonly credentials: string | null;
}

export interface SocksServer extends Listener {
  readonly asked: readonly SeenSocks[];
}

export interface SocksServerOptions {
  /** Version 5 wants these, and refuses others. Default: it wants none. */
  readonly credentials?: readonly [username: string, password: string];
}

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

type Ask = Omit<SeenSocks, "version">;

export async function startSocksServer({ credentials }: SocksServerOptions = {}): Promise<SocksServer> {
  const asked: SeenSocks[] = [];
  const wanted = credentials?.join(":") ?? null;
  const listener = new Listener(
    createServer((client) => {
      void serve(client, wanted, (seen) => asked.push(seen));
    }),
  );
  await listener.listen();
  return Object.assign(listener, { asked });
}

async function serve(client: Socket, wanted: string | null, saw: (seen: SeenSocks) => void): Promise<void> {
  const bytes = new Bytes(client);
  const version = (await bytes.next(1))[0]!;
  const ask = version === 5 ? await socks5(client, bytes, wanted) : await socks4(client, bytes);
  if (ask === null) return void client.end();
  saw({ version, ...ask });
  const server = connect(ask.port, "127.0.0.1");
  client.removeAllListeners("readable");
  client.pipe(server).pipe(client);
  server.on("error", () => client.destroy());
  client.on("close", () => server.destroy());
}

async function socks5(client: Socket, bytes: Bytes, wanted: string | null): Promise<Ask | null> {
  const [methods = 0] = await bytes.next(1);
  await bytes.next(methods);
  client.write(Buffer.from([5, wanted === null ? 0 : 2]));
  const credentials = wanted === null ? null : await socks5Credentials(bytes);
  if (wanted !== null) client.write(Buffer.from([1, credentials === wanted ? 0 : 1]));
  if (credentials !== wanted) return null;
  const kind = (await bytes.next(4))[3];
  const length = kind === 1 ? 4 : kind === 4 ? 16 : (await bytes.next(1))[0]!;
  const address = await bytes.next(length);
  const port = (await bytes.next(2)).readUInt16BE();
  client.write(Buffer.from([5, 0, ...IPV4_REPLY]));
  return { host: kind === 3 ? address.toString("latin1") : address.join("."), port, credentials };
}

/** RFC 1929. */
async function socks5Credentials(bytes: Bytes): Promise<string> {
  await bytes.next(1);
  const username = await bytes.next((await bytes.next(1))[0]!);
  const password = await bytes.next((await bytes.next(1))[0]!);
  return `${username.toString()}:${password.toString()}`;
}

async function socks4(client: Socket, bytes: Bytes): Promise<Ask> {
  await bytes.next(1);
  const port = (await bytes.next(2)).readUInt16BE();
  const address = await bytes.next(4);
  const credentials = (await bytes.text()) || null;
  const host = address.readUInt32BE() < 256 ? await bytes.text() : address.join(".");
  client.write(Buffer.from([0, 90, 0, 0, 0, 0, 0, 0]));
  return { host, port, credentials };
}

// This project's AsyncClient, from the built package root or the entry that --entry names. Imported by file, not as a
// dependency: npm would then install the parent package's own dependencies here.
import { fileURLToPath } from "node:url";

/** A class, for a quiet session to hold no closures of the bench. */
class Session {
  #session;

  constructor(session) {
    this.#session = session;
  }

  get isOpen() {
    return !this.#session.isClosed;
  }

  async roundTrip(message) {
    const sent = this.#session.send(message);
    const { length } = await this.#session.receive();
    await sent;
    return length;
  }

  async receiveAll() {
    let length = 0;
    for await (const message of this.#session) length += message.length;
    return length;
  }
}

export async function open({ connections, http2, ca, entry }) {
  const { AsyncClient } = await import(entry);
  const limits = { maxConnections: connections, maxKeepaliveConnections: connections };
  const client = new AsyncClient({ http2, limits, timeout: 30_000, verify: { ca } });
  return {
    load: { import: entry, require: fileURLToPath(entry).replace(/\.mjs$/, ".cjs") },
    async get(url) {
      const response = await client.get(url);
      return response.content.length;
    },
    async stream(url) {
      const response = await client.stream("GET", url);
      // Not `await using`: a syntax error in Node 20 and 22, which --node may name.
      try {
        let length = 0;
        for await (const chunk of response.aiterBytes()) length += chunk.length;
        return length;
      } finally {
        await response.aclose();
      }
    },
    async json(url) {
      const response = await client.get(url);
      return response.json();
    },
    async upload(url, chunks) {
      const response = await client.post(url, { content: chunks });
      return Number(response.text);
    },
    async websocket(url) {
      return new Session(await client.websocket(url));
    },
    close: () => client.aclose(),
  };
}

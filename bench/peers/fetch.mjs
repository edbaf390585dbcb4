// The `fetch` of the same undici, on the same kind of Agent.
import { Agent, fetch } from "undici";

export async function open({ connections, ca }) {
  const dispatcher = new Agent({ connections, pipelining: 1, allowH2: false, connect: { ca } });
  return {
    async get(url) {
      const response = await fetch(url, { dispatcher });
      return (await response.bytes()).length;
    },
    async stream(url) {
      const response = await fetch(url, { dispatcher });
      let length = 0;
      for await (const chunk of response.body) length += chunk.length;
      return length;
    },
    async json(url) {
      const response = await fetch(url, { dispatcher });
      return response.json();
    },
    async upload(url, chunks) {
      const response = await fetch(url, { dispatcher, method: "POST", body: chunks, duplex: "half" });
      return Number(await response.text());
    },
    close: () => dispatcher.close(),
  };
}

// undici's `request`, on an Agent with as many connections as requests in flight and pipelining 1. It does not decode
// content codings.
import { createRequire } from "node:module";
import { Agent, request } from "undici";

export async function open({ connections, http2, ca }) {
  // with HTTP/2, pipelining would limit the streams
  const protocol = http2 ? { allowH2: true, maxConcurrentStreams: 1024 } : { allowH2: false, pipelining: 1 };
  const dispatcher = new Agent({ connections, ...protocol, connect: { ca } });
  return {
    load: {
      import: import.meta.resolve("undici"),
      require: createRequire(import.meta.url).resolve("undici"),
    },
    async get(url) {
      const { body } = await request(url, { dispatcher });
      return (await body.bytes()).length;
    },
    async json(url) {
      const { body } = await request(url, { dispatcher });
      return body.json();
    },
    async stream(url) {
      const { body } = await request(url, { dispatcher });
      let length = 0;
      for await (const chunk of body) length += chunk.length;
      return length;
    },
    async upload(url, chunks) {
      const { body } = await request(url, { dispatcher, method: "POST", body: chunks });
      return Number(await body.text());
    },
    close: () => dispatcher.close(),
  };
}

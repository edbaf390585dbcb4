// Node's own global `fetch`, with the undici built into Node and its default dispatcher, which opens any number of
// connections. It reads an extra authority only from NODE_EXTRA_CA_CERTS, set for this peer only.
export async function open() {
  return {
    fetch,
    async get(url) {
      const response = await fetch(url);
      return (await response.arrayBuffer()).byteLength;
    },
    async stream(url) {
      const response = await fetch(url);
      let length = 0;
      for await (const chunk of response.body) length += chunk.length;
      return length;
    },
    async json(url) {
      const response = await fetch(url);
      return response.json();
    },
    async upload(url, chunks) {
      const response = await fetch(url, { method: "POST", body: chunks, duplex: "half" });
      return Number(await response.text());
    },
    close: async () => {},
  };
}
